import { describe, expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { useStores } from './open-store.js';
import { isCount } from '../../../../src/store/qdrant/answers.js';
import { createHttp, toServer } from '../../../../src/store/qdrant/http.js';
import type { CallOptions } from '../../../../src/store/shared-call.js';
import type { PaperStore } from '../../../../src/store/store.js';
import { METADATA, paper, request } from '../../../contract/paper-points.js';
import { eventually } from '../../../support/eventually.js';
import { ok } from '../../../support/qdrant-server.js';

const open = useStores();
const ID = '2f80a5dc-e12d-5c44-ad00-777af06d3152';
const BY_PREFIX = { by: 'prefixes', kind: 'author', prefixes: ['a'], limit: 10 } as const;

/** How many requests each call first has in flight. */
const CALLS: readonly [string, number, (store: PaperStore, options: CallOptions) => Promise<unknown>][] = [
  ['search', 1, (store, options) => store.search([request(), request()], options)],
  ['retrieve', 1, (store, options) => store.retrieve([ID], ['id'], options)],
  ['vectors', 1, (store, options) => store.vectors([ID], options)],
  ['count', 1, (store, options) => store.count({ must: [] }, options)],
  ['counts', 2, (store, options) => store.counts([{}, {}], options)],
  ['facets', 1, (store, options) => store.facets([{ field: 'year', limit: 3 }], options)],
  ['scan', 1, async (store, options) => store.scan(['id'], options)[Symbol.asyncIterator]().next()],
  ['describe', 1, (store, options) => store.describe(options)],
  ['indexing', 1, (store, options) => store.indexing(options)],
  ['directory.find', 1, (store, options) => store.directory.find([BY_PREFIX], options)],
  ['directory.describe', 1, (store, options) => store.directory.describe(options)],
  ['upsert', 1, (store, options) => store.upsert([paper('2401.00001', [1, 0, 0, 0])], options)],
  ['create', 1, (store, options) => store.create(METADATA, {}, options)],
  ['setVectorIndexing', 1, (store, options) => store.setVectorIndexing('off', options)],
  ['optimize', 1, (store, options) => store.optimize(options)],
  ['adoption.list', 1, async (store, options) => store.adoption?.list(null, 10, options)],
  ['drop', 1, (store, options) => store.drop(options)],
  ['directory.drop', 1, (store, options) => store.directory.drop(options)],
];

describe('a call whose signal is aborted', () => {
  test.each(CALLS)('closes the connections of %s, and sends nothing more', async (_name, most, call) => {
    const { store, requests, abandoned } = await open(() => 'silence');
    const controller = new AbortController();
    const reason = new Error('nobody waits');
    const answer = call(store, { signal: controller.signal });
    await eventually(() => requests.length === most);
    controller.abort(reason);
    await expect(answer).rejects.toBe(reason);
    await eventually(() => abandoned.length === most);
    expect(requests).toHaveLength(most);
  });

  test('closes the connection on which an answer has begun to arrive', async () => {
    let hasBegun = false;
    let isClosed = false;
    const server = createServer((_request, response) => {
      response.on('close', () => (isClosed = true));
      response.write('{"result":', () => (hasBegun = true));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo; // an address: the server listens on a port
    const address = { url: `http://127.0.0.1:${port}`, timeoutMs: 5_000, compression: false };
    const http = createHttp(toServer(address));
    const controller = new AbortController();
    const answer = http.send('GET', '/', undefined, isCount, { signal: controller.signal });
    await eventually(() => hasBegun);
    controller.abort(new Error('nobody waits'));
    await expect(answer).rejects.toThrow('nobody waits');
    await eventually(() => isClosed);
    http.close();
    await new Promise((resolve) => server.close(resolve));
  });

  test('requests no second page', async () => {
    const { store, requests } = await open(() => ok({ points: [{ id: ID }], next_page_offset: ID }));
    const controller = new AbortController();
    const pages = store.scan(['id'], { signal: controller.signal })[Symbol.asyncIterator]();
    await pages.next();
    controller.abort(new Error('nobody waits'));
    await expect(pages.next()).rejects.toThrow('nobody waits');
    expect(requests).toHaveLength(1);
  });
});

describe('simultaneous calls of describe', () => {
  const describing = (count: number) =>
    ok({
      status: 'green',
      points_count: count,
      config: { params: { vectors: { size: 4, distance: 'Cosine' } } },
      payload_schema: {},
    });

  test('share one request', async () => {
    const { store, requests } = await open(() => describing(7));
    const described = await Promise.all(Array.from({ length: 1_000 }, () => store.describe()));
    expect(new Set(described.map((info) => info?.count))).toEqual(new Set([7]));
    expect(requests.map(({ path }) => path)).toEqual(['/collections/papers']);
    await store.describe();
    expect(requests).toHaveLength(2);
  });

  test('continue for the others if one is cancelled, and end with the last', async () => {
    const { store, requests, abandoned } = await open(() => 'silence');
    const [first, second] = [new AbortController(), new AbortController()];
    const answers = [first, second].map(({ signal }) => store.describe({ signal }));
    await eventually(() => requests.length === 1);
    first.abort(new Error('first'));
    await expect(answers[0]).rejects.toThrow('first');
    expect(abandoned).toEqual([]);
    second.abort(new Error('second'));
    await expect(answers[1]).rejects.toThrow('second');
    await eventually(() => abandoned.length === 1);
  });

  test('send new requests after a write', async () => {
    let count = 0;
    const { store } = await open(({ method }) => {
      if (method !== 'PUT') return describing(count);
      count++;
      return ok({ operation_id: 0, status: 'completed' });
    });
    const before = store.describe();
    await store.upsertEncoded({ count: 1, parts: [new Uint8Array(Buffer.from('{"points":[]}'))] });
    expect(await store.describe()).toMatchObject({ count: 1 });
    await before;
  });
});
