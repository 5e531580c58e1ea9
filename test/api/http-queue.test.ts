import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startTestServer, type TestServer } from '../support/test-server.js';
import type { PaperStore } from '../../src/store/store.js';

const IDS = ['1706.03762', '1512.03385', '1612.00593', '1502.03167', '1412.6980', '1409.0473'];
/** Costs more than half of the maximum. */
const LARGE =
  '{ search(first: 50) { nodes { paper { a: similar(first: 1) { rank } b: similar(first: 1) { rank } } } } }';

let server: TestServer;
/** Calls that the store has received. */
let asked: string[];
let goOn: () => void;

beforeEach(async () => {
  asked = [];
  const held = new Promise<void>((resolve) => (goOn = resolve));
  const hold = (store: PaperStore): PaperStore => ({
    ...store,
    retrieve: async (ids, fields, options) => {
      asked.push(...ids);
      await held;
      return store.retrieve(ids, fields, options);
    },
    search: async (requests, options) => {
      asked.push('search');
      await held;
      return store.search(requests, options);
    },
  });
  server = await startTestServer({
    environment: {
      MAX_CONCURRENT_OPERATIONS: '3',
      MAX_QUEUED_OPERATIONS: '3',
      REQUEST_TIMEOUT_MS: '600000',
    },
    wrapStore: hold,
  });
});
afterEach(async () => {
  goOn();
  await server.close();
});

function post(query: string): Promise<Response> {
  return fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
}

const askPaper = (id: string) => post(`{ paper(id: "${id}") { id } }`);

describe('of simultaneous operations', () => {
  test('some are executed, some wait, and the rest are rejected immediately with a retry time', async () => {
    const refused: Response[] = [];
    let tellRefused = (): void => undefined;
    const twoRefused = new Promise<void>((resolve) => (tellRefused = resolve));
    const answers = IDS.map(async (id) => {
      const response = await askPaper(id);
      if (response.status === 503 && refused.push(response) === 2) tellRefused();
      return response.status;
    });
    // One is executed and three wait; none of the four is answered before `goOn`.
    await twoRefused;
    const [first] = refused;
    expect(first?.headers.get('retry-after')).toBe('1');
    expect(await first?.json()).toEqual({
      errors: [
        {
          message: expect.stringContaining('The server is busy'),
          extensions: { code: 'OVERLOADED', isRetryable: true, retryAfterMs: 1_000 },
        },
      ],
    });
    expect(asked).toHaveLength(1);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    goOn();
    expect((await Promise.all(answers)).sort()).toEqual([200, 200, 200, 200, 503, 503]);
  });

  test('small ones do not wait for large ones', async () => {
    const large = post(LARGE);
    while (!asked.includes('search')) await fetch(`${server.url}/healthz`);
    // Another large one must wait until the first one is released.
    const waiting = post(LARGE);
    expect(await (await post('{ category(code: "cs.CL") { name } }')).json()).toEqual({
      data: { category: { name: 'Computation and Language' } },
    });
    expect(asked).toEqual(['search']);
    goOn();
    expect((await large).status).toBe(200);
    expect((await waiting).status).toBe(200);
  });
});

test('/healthz and /readyz are not queued', async () => {
  const held = IDS.slice(0, 4).map(askPaper);
  while (asked.length === 0) await fetch(`${server.url}/healthz`);
  const ready = fetch(`${server.url}/readyz`);
  while (!asked.includes('search')) await fetch(`${server.url}/healthz`);
  goOn();
  expect((await ready).status).toBe(200);
  await Promise.all(held);
});
