import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';

import { VERSION } from './open-store.js';
import { onNodeChange, type NodeChange } from '../../../../src/store/node-changes.js';
import { openQdrantStore, type QdrantStoreOptions } from '../../../../src/store/qdrant/store.js';
import { openQdrantTuning } from '../../../../src/store/qdrant/tuning.js';
import type { PaperStore } from '../../../../src/store/store.js';
import { METADATA, paper } from '../../../contract/paper-points.js';
import { eventually } from '../../../support/eventually.js';
import {
  ok,
  refusal,
  startQdrantServer,
  type QdrantRequest,
  type QdrantServer,
  type Reaction,
} from '../../../support/qdrant-server.js';
import { startTuningStandIn } from '../../../support/tuning-stand-in.js';

/** A time-out that no test reaches. */
const NEVER_MS = 600_000;
const PAPER = paper('2401.00001', [1, 0, 0, 0]);
const COUNT = '/collections/papers/points/count';
const UPSERT = '/collections/papers/points?wait=true';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface FragileNode extends QdrantServer {
  /** Changes how requests to matching paths, or all requests, end. */
  fail(reaction: Reaction, isMeant?: RegExp): void;
  recover(): void;
  /** Its requests, without health checks. */
  asked(): string[];
}

async function startNode(papers: number): Promise<FragileNode> {
  let fault: { reaction: Reaction; isMeant: RegExp } | null = null;
  const server = await startQdrantServer((request) => {
    if (fault?.isMeant.test(request.path)) return fault.reaction;
    return answer(request, papers);
  });
  closers.push(() => server.close());
  return {
    ...server,
    fail: (reaction, isMeant = /^/) => (fault = { reaction, isMeant }),
    recover: () => (fault = null),
    asked: () => server.requests.map(({ path }) => path).filter((path) => path.startsWith('/collections')),
  };
}

/** The number of papers shows which node has answered. */
function answer({ method, path }: QdrantRequest, papers: number): Reaction {
  if (path === '/') return VERSION;
  if (path === '/healthz' || path === '/readyz') return { status: 200, body: 'all is well' };
  if (path.endsWith('/count')) return ok({ count: papers });
  if (path === '/collections/papers' || path.startsWith('/collections/papers_directory')) return ok(true);
  if (method === 'PUT') return ok({ operation_id: 0, status: 'completed' });
  return refusal(501, `${method} ${path}`);
}

async function startNodes(): Promise<[FragileNode, FragileNode]> {
  return [await startNode(1), await startNode(2)];
}

async function open(
  nodes: readonly { url: string }[],
  options: Partial<QdrantStoreOptions> = {},
): Promise<PaperStore> {
  const store = await openQdrantStore({
    url: nodes.map(({ url }) => url).join(','),
    collection: 'papers',
    timeoutMs: NEVER_MS,
    compression: false,
    ...options,
  });
  closers.unshift(() => store.close());
  return store;
}

test('all requests go to the first node while it is up', async () => {
  const [first, second] = await startNodes();
  const store = await open([first, second]);
  expect(
    await Promise.all([store.count({ must: [] }), store.count({ must: [] }), store.count({ must: [] })]),
  ).toEqual([1, 1, 1]);
  await store.upsert([PAPER]);
  expect(first.asked()).toHaveLength(4);
  expect(second.requests).toEqual([]);
});

describe('a first node that', () => {
  test('refuses connections when the store is opened only costs the attempt', async () => {
    const [first, second] = await startNodes();
    await first.goAway();
    const store = await open([first, second]);
    expect(await store.count({ must: [] })).toBe(2);
  });

  test.each<[string, Reaction]>([
    ['cuts connections', 'reset'],
    ['does not answer any more', 'silence'],
    ['answers 408 for a replica', refusal(408, 'Timeout error: Deadline Exceeded')],
    ['answers 500', refusal(500, 'Service internal error')],
    ['answers 502 for a proxy', { status: 502, body: '<h1>Bad Gateway</h1>' }],
    ['answers 503', refusal(503, 'Not ready', { 'retry-after': '30' })],
  ])('%s is replaced by the second for reads and for writes of papers', async (_how, fault) => {
    const [first, second] = await startNodes();
    const store = await open([first, second]);
    first.fail(fault);
    expect(await Promise.all([store.count({ must: [] }), store.count({ must: [] })])).toEqual([2, 2]);
    await store.upsert([PAPER]);
    expect(second.asked()).toEqual([COUNT, COUNT, UPSERT]);
  });

  test('is silent in the middle of a write has the same content sent to the second', async () => {
    const [first, second] = await startNodes();
    const store = await open([first, second]);
    first.fail('silence');
    await store.upsert([PAPER]);
    const [sent, again] = [first, second].map(({ requests }) =>
      requests.filter(({ path }) => path === UPSERT).map(({ body }) => body),
    );
    expect(again).toEqual(sent);
    expect(sent).toHaveLength(1);
  });

  test('has failed gets no requests while it is avoided', async () => {
    const [first, second] = await startNodes();
    const store = await open([first, second]);
    first.fail('reset', /count/);
    for (let round = 0; round < 5; round++) expect(await store.count({ must: [] })).toBe(2);
    expect(first.asked()).toEqual([COUNT]);
  });

  test('rejects a request does not count as failed', async () => {
    const [first, second] = await startNodes();
    const store = await open([first, second]);
    first.fail(refusal(400, 'Wrong input: no such key'));
    await expect(store.count({ must: [] })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    first.recover();
    expect(await store.count({ must: [] })).toBe(1);
    expect(second.requests).toEqual([]);
  });

  test.each<[string, (store: PaperStore) => Promise<unknown>]>([
    ['a read', (store) => store.count({ must: [] })],
    ['a write', (store) => store.upsert([PAPER])],
  ])('is silent, like all others, makes %s wait for the first one that is back', async (_what, ask) => {
    const [first, second] = await startNodes();
    const store = await open([first, second]);
    first.fail('silence');
    second.fail('silence');
    const asked = ask(store);
    await eventually(() => second.requests.some(({ path }) => path === '/healthz'));
    second.recover();
    await asked;
    first.recover();
    expect(second.asked().length).toBeGreaterThan(1);
  });

  test.each<[string, (store: PaperStore) => Promise<unknown>]>([
    ['a read', (store) => store.count({ must: [] })],
    ['a write', (store) => store.upsert([PAPER])],
  ])('is silent while the second restarts makes %s wait only for the second', async (_what, ask) => {
    const [first, second] = await startNodes();
    const store = await open([first, second]);
    first.fail('silence');
    second.fail('reset');
    const asked = ask(store);
    await eventually(() => second.asked().length > 0);
    second.recover();
    await asked;
    expect(second.asked()).toHaveLength(2);
  });

  test('is slow with a read, but alive, is waited for together with the second', async () => {
    const [first, second] = await startNodes();
    const store = await open([first, second]);
    first.fail('silence', /count/);
    expect(await store.count({ must: [] })).toBe(2);
    await eventually(() => first.abandoned.length === 1);
    first.recover();
    expect(await store.count({ must: [] })).toBe(1);
  });

  test('is slow with a write, but alive, is the only one to get the write', async () => {
    const [first, second] = await startNodes();
    const store = await open([first, second], { timeoutMs: 1_500 });
    first.fail('silence', /points/);
    await expect(store.upsert([PAPER])).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(first.requests.filter(({ path }) => path === '/healthz').length).toBeGreaterThan(0);
    expect(second.requests).toEqual([]);
  });
});

test('a collection is measured at the second node while the first is unavailable', async () => {
  const first = await startNode(1);
  const second = await startTuningStandIn();
  closers.push(() => second.close());
  await fetch(`${second.url}/collections/papers`, {
    method: 'PUT',
    body: JSON.stringify({ vectors: { size: 4, distance: 'Cosine' } }),
  });
  await first.goAway();
  const tuning = await openQdrantTuning({
    url: `${first.url},${second.url}`,
    collection: 'papers',
    timeoutMs: NEVER_MS,
    compression: false,
  });
  closers.unshift(() => tuning.close());
  expect(await tuning.describe()).toMatchObject({ engine: 'Qdrant', points: 0, dimension: 4 });
});

describe('a write that must not be executed twice', () => {
  test.each<[string, Reaction, RegExp]>([
    ['the connection is cut', 'reset', /failed \(ECONNRESET\)/],
    ['the node falls silent', 'silence', /Qdrant does not respond/],
    ['the node answers 503', refusal(503, 'Not ready'), /failed \(status 503\)/],
  ])('is not sent again if %s', async (_when, fault, message) => {
    const [first, second] = await startNodes();
    const store = await open([first, second]);
    first.fail(fault);
    await expect(store.create(METADATA)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringMatching(message),
    });
    expect(first.asked()).toEqual(['/collections/papers']);
    expect(second.asked()).toEqual([]);
  });

  test('goes to the second node if it cannot have reached the first', async () => {
    const [first, second] = await startNodes();
    const store = await open([first, second]);
    await first.goAway();
    // By then, the client has noticed that the keep-alive connection has ended.
    await setTimeout(20);
    await store.create(METADATA);
    expect(second.asked()[0]).toBe('/collections/papers');
  });
});

describe('an avoided node', () => {
  test('gets requests again once it reports that it is ready, which no request has to test', async () => {
    const changes: NodeChange[] = [];
    closers.push(onNodeChange((change) => changes.push(change)));
    const [first, second] = await startNodes();
    const store = await open([first, second]);
    first.fail('reset');
    await store.count({ must: [] });
    first.fail(refusal(503, 'Not ready'), /readyz/);
    const isAsked = () => first.requests.some(({ path }) => path === '/readyz');
    while (!isAsked()) expect(await store.count({ must: [] })).toBe(2);
    expect(await store.count({ must: [] })).toBe(2);
    expect(first.asked()).toEqual([COUNT]);
    first.recover();
    while ((await store.count({ must: [] })) === 2);
    expect(first.asked()).toEqual([COUNT, COUNT]);
    const { host: node } = new URL(first.url);
    expect(changes).toEqual([
      { node, isUp: false, reason: expect.stringMatching(/hang up|ECONNRESET/) },
      { node, isUp: true },
    ]);
  });

  test('still gets requests if no other node is left', async () => {
    const [first, second] = await startNodes();
    const store = await open([first, second]);
    first.fail('reset');
    expect(await store.count({ must: [] })).toBe(2);
    first.recover();
    second.fail('reset');
    expect(await store.count({ must: [] })).toBe(1);
  });
});

test('if all nodes are unavailable, so is the store', async () => {
  const nodes = await startNodes();
  const store = await open(nodes);
  await Promise.all(nodes.map((node) => node.goAway()));
  await expect(store.count({ must: [] })).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: 'Qdrant refuses connections',
  });
  await expect(open(nodes)).rejects.toMatchObject({
    message: `Qdrant at ${nodes.map(({ url }) => new URL(url).host).join(', ')} refuses connections`,
  });
});

test('a cancelled call closes its connections to all nodes', async () => {
  const nodes = await startNodes();
  const store = await open(nodes);
  for (const node of nodes) node.fail('silence', /count/);
  const controller = new AbortController();
  const counted = store.count({ must: [] }, { signal: controller.signal });
  await eventually(() => nodes.every((node) => node.asked().length === 1));
  const reason = new Error('nobody waits');
  controller.abort(reason);
  await expect(counted).rejects.toBe(reason);
  await eventually(() => nodes.every(({ abandoned }) => abandoned.length === 1));
});

describe('a server that is too busy', () => {
  const busy = (status: number, retryAfter: string) =>
    refusal(status, 'Rate limiting exceeded', { 'retry-after': retryAfter });

  /** Rejects the first requests, and records when each request arrives. */
  async function openBusy(times: number, fault: Reaction, options?: Partial<QdrantStoreOptions>) {
    let left = times;
    const arrivals: { line: string; atMs: number }[] = [];
    const server = await startQdrantServer((request) => {
      if (request.path === '/') return answer(request, 1);
      arrivals.push({ line: `${request.method} ${request.path}`, atMs: performance.now() });
      return left-- > 0 ? fault : answer(request, 1);
    });
    closers.push(() => server.close());
    return { server, arrivals, store: await open([server], options) };
  }

  test.each([
    [429, 'a read', `POST ${COUNT}`, (store: PaperStore) => store.count({ must: [] })],
    [503, 'a read', `POST ${COUNT}`, (store: PaperStore) => store.count({ must: [] })],
    [429, 'an upsert', `PUT ${UPSERT}`, (store: PaperStore) => store.upsert([PAPER])],
    [503, 'an upsert', `PUT ${UPSERT}`, (store: PaperStore) => store.upsert([PAPER])],
    [
      429,
      'a call that must not be repeated',
      'PUT /collections/papers',
      (store: PaperStore) => store.create(METADATA),
    ],
  ])(
    'and answers %d to %s gets the request again at the time that it gives',
    async (status, _what, expected, call) => {
      const { store, arrivals } = await openBusy(2, busy(status, '0.2'));
      await call(store);
      const times = arrivals.filter(({ line }) => line === expected).map(({ atMs }) => atMs);
      expect(times).toHaveLength(3);
      const waitsMs = times.slice(1).map((atMs, at) => atMs - (times[at] ?? NaN));
      // A timer may be a millisecond early.
      expect(Math.min(...waitsMs)).toBeGreaterThanOrEqual(198);
    },
  );

  test('gets the request again as often as necessary while it gives a time', async () => {
    const { store } = await openBusy(4, busy(429, '0'));
    expect(await store.count({ must: [] })).toBe(1);
  });

  test('and gives no time gets the request twice more', async () => {
    const { store, server } = await openBusy(Infinity, refusal(429, 'Rate limiting exceeded'));
    await expect(store.count({ must: [] })).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(server.requests.filter(({ path }) => path === COUNT)).toHaveLength(3);
  });

  test('for longer than the request’s time limit causes an immediate error', async () => {
    const { store, server } = await openBusy(Infinity, busy(429, '30'));
    const endsAt = performance.now() + 20_000;
    await expect(store.count({ must: [] }, { endsAt })).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterMs: 30_000,
    });
    expect(server.requests.filter(({ path }) => path === COUNT)).toHaveLength(1);
  });

  test('is reported immediately to callers that retry themselves', async () => {
    const { store } = await openBusy(1, busy(429, '0'), { isPatient: true });
    await expect(store.count({ must: [] })).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  test('is not replaced by another node, which would then be too busy', async () => {
    const [first, second] = await startNodes();
    const store = await open([first, second]);
    first.fail(busy(429, '60'), /count/);
    await expect(store.count({ must: [] }, { endsAt: 0 })).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(second.requests).toEqual([]);
  });
});
