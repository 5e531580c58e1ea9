import { describe, expect, test } from '@jest/globals';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { useStores } from './open-store.js';
import { openQdrantStore } from '../../../../src/store/qdrant/store.js';
import type { PaperStore } from '../../../../src/store/store.js';
import { METADATA, paper, request } from '../../../contract/paper-points.js';
import { refusal, type Reaction } from '../../../support/qdrant-server.js';

const open = useStores();
const API_KEY = 'very-secret-key';
const HTML = { status: 200, body: '<html>', headers: { 'content-type': 'text/html' } };

/** One call of each kind. */
const CALLS: readonly [string, (store: PaperStore) => Promise<unknown>][] = [
  ['search', (store) => store.search([request()])],
  ['retrieve', (store) => store.retrieve(['2f80a5dc-e12d-5c44-ad00-777af06d3152'], ['id'])],
  ['count', (store) => store.count({ must: [] })],
  ['upsert', (store) => store.upsert([paper('2401.00001', [1, 0, 0, 0])])],
  ['describe', (store) => store.describe()],
  ['create', (store) => store.create(METADATA)],
  ['optimize', (store) => store.optimize()],
  ['drop', (store) => store.drop()],
];

interface Mapping {
  what: string;
  reaction: Reaction;
  code: string;
  message: RegExp;
  hint?: string;
}

const MAPPINGS: readonly Mapping[] = [
  {
    what: 'status 401',
    reaction: refusal(401, 'Must provide an API key'),
    code: 'STORE_UNAVAILABLE',
    message: /^The store of papers is not available at the moment$/,
    hint: 'Qdrant refuses access (status 401). Check QDRANT_API_KEY',
  },
  {
    what: 'status 403',
    reaction: refusal(403, 'Forbidden'),
    code: 'STORE_UNAVAILABLE',
    message: /^The store of papers is not available at the moment$/,
    hint: 'Qdrant refuses access (status 403). Check QDRANT_API_KEY',
  },
  {
    what: 'status 500',
    reaction: refusal(500, 'Service internal error: /secret/path'),
    code: 'STORE_UNAVAILABLE',
    message: /^Qdrant failed \(status 500\)$/,
  },
  {
    what: 'status 503',
    reaction: refusal(503, 'Starting'),
    code: 'STORE_UNAVAILABLE',
    message: /^Qdrant failed \(status 503\)$/,
  },
  {
    what: 'status 408',
    reaction: refusal(408, 'Timeout error'),
    code: 'TIMEOUT',
    message: /did not answer within 5000 ms/,
  },
  {
    what: 'status 429',
    reaction: refusal(429, 'Rate limiting exceeded'),
    code: 'RATE_LIMITED',
    message: /try again later/,
  },
  {
    what: 'a cut connection',
    reaction: 'reset',
    code: 'STORE_UNAVAILABLE',
    message: /connection to Qdrant failed \((ECONNRESET|UND_ERR_SOCKET)\)/,
  },
  {
    what: 'a page that is not JSON',
    reaction: HTML,
    code: 'STORE_UNAVAILABLE',
    message: /did not answer as Qdrant does/,
  },
  {
    what: 'JSON of another service',
    reaction: { status: 200, body: { hello: 'world' } },
    code: 'STORE_UNAVAILABLE',
    message: /did not answer as Qdrant does/,
  },
];

describe.each(MAPPINGS)('$what', ({ reaction, code, message, hint }) => {
  test.each(CALLS)(`rejects %s with ${code}`, async (_name, call) => {
    const { store } = await open(() => reaction, { apiKey: API_KEY });
    const error = await rejection(call(store));
    expect(error).toMatchObject({
      name: 'PublicError',
      code,
      message: expect.stringMatching(message),
      ...(hint && { hint }),
    });
    expect(error.cause).toBeDefined();
    expect(error.message).not.toContain(API_KEY);
  });
});

describe('a request that exceeds the time-out', () => {
  test.each(CALLS)('rejects %s with TIMEOUT', async (_name, call) => {
    const { store } = await open(() => 'silence', { timeoutMs: 300 });
    expect(await rejection(call(store))).toMatchObject({
      code: 'TIMEOUT',
      message: 'Qdrant did not answer within 300 ms',
    });
  });
});

describe('a server that is too busy', () => {
  const busy = refusal(429, 'Rate limiting exceeded', { 'retry-after': '12' });

  test.each(CALLS)('%s reports the complete number of seconds', async (_name, call) => {
    const { store } = await open(() => busy);
    expect(await rejection(call(store))).toMatchObject({
      code: 'RATE_LIMITED',
      message: 'Qdrant gets too many requests; try again in 12 s',
    });
  });
});

describe('an error of the server', () => {
  test('about a filter becomes BAD_USER_INPUT with the server’s reason', async () => {
    const reason =
      'Format error in JSON body: data did not match any variant of untagged enum MatchInterface';
    const { store } = await open(() => refusal(400, reason));
    expect(await rejection(store.count({ must: [] }))).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: `Qdrant refuses the request: ${reason}`,
    });
  });

  test('about a filter in validation (422) also becomes BAD_USER_INPUT', async () => {
    const { store } = await open(() => refusal(422, 'Validation error in JSON body: [filter.must[0]]'));
    expect(await rejection(store.count({ must: [] }))).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  test.each([
    'Wrong input: No range index for `order_by` key: `updated_at`. Please create one to use `order_by`.',
    'Bad request: Index required but not found for "doi" of one of the following types: [keyword]',
    'Wrong input: Not existing vector name error: bm25',
  ])('about a missing index or vector becomes STORE_UNAVAILABLE: %s', async (reason) => {
    const { store } = await open(() => refusal(400, reason));
    expect(await rejection(store.search([request()]))).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'The collection papers lacks what this request needs',
      hint: `Qdrant says: "${reason}"`,
    });
  });

  test('a 404 that is not Qdrant’s does not mean a missing collection', async () => {
    const { store } = await open(() => ({ status: 404, body: 'not here' }));
    expect(await rejection(store.describe())).toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});

describe('opening', () => {
  const options = { collection: 'papers', timeoutMs: 5_000, compression: false };

  test('on a closed port fails with STORE_UNAVAILABLE and names address and variable', async () => {
    const port = await freePort();
    expect(
      await rejection(openQdrantStore({ ...options, url: `http://127.0.0.1:${port}`, apiKey: API_KEY })),
    ).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: `Qdrant at 127.0.0.1:${port} refuses connections`,
      hint: 'Check that it runs, and QDRANT_URL',
    });
  });

  test('on a host that does not exist fails with STORE_UNAVAILABLE', async () => {
    expect(
      await rejection(openQdrantStore({ ...options, url: 'http://no-such-host.invalid:6333' })),
    ).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringMatching(/no-such-host.invalid:6333 cannot be found/),
    });
  });

  test('does not show the password of an address', async () => {
    const url = `http://user:${API_KEY}@127.0.0.1:${await freePort()}`;
    const { message } = await rejection(openQdrantStore({ ...options, url }));
    expect(message).not.toContain(API_KEY);
  });
});

test('a store rejects with STORE_UNAVAILABLE while its server is down, and works again once it is back', async () => {
  let isUp = true;
  const { store } = await open(() => (isUp ? { status: 200, body: { result: { count: 7 } } } : 'reset'));
  expect(await store.count({ must: [] })).toBe(7);
  isUp = false;
  await expect(store.count({ must: [] })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  isUp = true;
  expect(await store.count({ must: [] })).toBe(7);
});

async function rejection(call: Promise<unknown>): Promise<Error> {
  try {
    await call;
  } catch (error) {
    return error as Error; // each test checks the error of the failing call
  }
  throw new Error('the call did not fail');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // an address: the server listens on a port
  await new Promise((resolve) => server.close(resolve));
  return port;
}
