import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testAudits } from '../support/http-audits.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ environment: { CORS_ORIGINS: 'https://papers.example.org' } });
});
afterAll(() => server.close());

describe('GraphQL over HTTP', () => {
  testAudits(() => server.url, fetch);
});

test('answers must not be cached', async () => {
  const response = await fetch(`${server.url}/graphql?query=%7B__typename%7D`, {
    headers: { 'apollo-require-preflight': 'true' },
  });
  expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  expect(response.headers.get('cache-control')).toBe('no-store');
});

describe('compression', () => {
  const send = (query: string, headers: Record<string, string>) =>
    fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    });
  const TEN_PAPERS = '{ search(query: "attention") { edges { node { paper { id title abstract } } } } }';

  test('an answer of several packets is compressed for clients that accept it', async () => {
    const plain = await send(TEN_PAPERS, { 'accept-encoding': 'identity' });
    expect(plain.headers.get('content-encoding')).toBeNull();
    const zipped = await send(TEN_PAPERS, { 'accept-encoding': 'br;q=1, gzip;q=0.8' });
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    expect(zipped.headers.get('vary')).toMatch(/accept-encoding/i);
    expect(await zipped.json()).toEqual(await plain.json());
  });

  test('an answer of one packet is not', async () => {
    const answer = await send('{ __typename }', { 'accept-encoding': 'gzip' });
    expect(answer.headers.get('content-encoding')).toBeNull();
    expect(await answer.json()).toEqual({ data: { __typename: 'Query' } });
  });

  test('an answer to a rejected document keeps its status', async () => {
    const fields = Array.from({ length: 30 }, (_, n) => `wrong${n}`).join(' ');
    const answer = await send(`{ ${fields} }`, { 'accept-encoding': 'gzip', accept: 'application/json' });
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('GRAPHQL_VALIDATION_FAILED');
  });
});

describe('browsers', () => {
  const preflight = (origin: string, to = server.url) =>
    fetch(`${to}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });

  test.each(['https://papers.example.org', 'https://studio.apollographql.com'])(
    '%s may send requests',
    async (origin) => {
      const response = await preflight(origin);
      expect(response.headers.get('access-control-allow-origin')).toBe(origin);
    },
  );

  test('other origins may not', async () => {
    const response = await preflight('https://elsewhere.example.org');
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('a request that could skip the preflight is rejected', async () => {
    const response = await fetch(`${server.url}/graphql?query={__typename}`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('CSRF');
  });
});

describe('errors before GraphQL runs have GraphQL’s shape', () => {
  const post = (headers: Record<string, string>, body: string) =>
    fetch(`${server.url}/graphql`, { method: 'POST', headers, body });

  test.each([
    ['a body that is not JSON', { 'content-type': 'application/json' }, '{', 400],
    ['an empty body', { 'content-type': 'application/json' }, '', 400],
    ['another media type', { 'content-type': 'text/csv' }, 'a,b', 415],
  ])('%s', async (_name, headers, body, status) => {
    const response = await post(headers, body);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({
      errors: [{ message: expect.any(String), extensions: { code: 'BAD_REQUEST', isRetryable: false } }],
    });
  });

  test('a hash that does not match its persisted query', async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } };
    const response = await post(
      { 'content-type': 'application/json' },
      JSON.stringify({ query: '{ __typename }', extensions }),
    );
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'BAD_REQUEST', isRetryable: false } }],
    });
  });
});

describe('in production', () => {
  let production: TestServer;
  beforeAll(async () => {
    production = await startTestServer({ environment: { NODE_ENV: 'production' } });
  });
  afterAll(() => production.close());

  test('there is no Sandbox, and its origin is not allowed', async () => {
    const response = await fetch(`${production.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(await response.text()).not.toContain('Sandbox');
    const cors = await fetch(`${production.url}/healthz`, {
      headers: { origin: 'https://studio.apollographql.com' },
    });
    expect(cors.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('health', () => {
  test('/healthz responds', async () => {
    const response = await fetch(`${server.url}/healthz`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });

  test('/readyz is 200 if every part is ready', async () => {
    const response = await fetch(`${server.url}/readyz`);
    expect([response.status, await response.json()]).toEqual([
      200,
      { status: 'ready', store: 'ok', embedder: 'ok' },
    ]);
  });

  test('/readyz is 503 and names the part that is not ready', async () => {
    const broken = await startTestServer({
      wrapStore: (store) => ({ ...store, describe: async () => null }),
    });
    const response = await fetch(`${broken.url}/readyz`);
    expect([response.status, await response.json()]).toEqual([
      503,
      { status: 'not ready', store: 'There is no collection "arxiv_sample"', embedder: 'ok' },
    ]);
    await broken.close();
  });

  test('/readyz is 200 without the embedder, because searches by words are answered, and names it', async () => {
    const degraded = await startTestServer({
      wrapEmbedder: (embedder) => ({ ...embedder, check: () => Promise.reject(new Error('no model')) }),
    });
    const response = await fetch(`${degraded.url}/readyz`);
    expect([response.status, await response.json()]).toEqual([
      200,
      { status: 'ready', store: 'ok', embedder: 'failed' },
    ]);
    await degraded.close();
  });

  test('an answer contains the id of its request', async () => {
    const response = await fetch(`${server.url}/healthz`, { headers: { 'x-request-id': 'abc' } });
    expect(response.headers.get('x-request-id')).toBe('abc');
  });
});

test.each([
  ['http://localhost:5173', {}, 'http://localhost:5173'],
  ['http://127.0.0.1:3000', {}, 'http://127.0.0.1:3000'],
  ['http://localhost.evil.example', {}, null],
  ['http://localhost:5173', { NODE_ENV: 'production' }, null],
])(
  'a page of %s with %j is allowed as %s, and may read the request id',
  async (origin, environment, admitted) => {
    const development = await startTestServer({ environment });
    try {
      const { headers } = await fetch(`${development.url}/healthz`, { headers: { origin } });
      expect(headers.get('access-control-allow-origin')).toBe(admitted);
      if (admitted !== null) expect(headers.get('access-control-expose-headers')).toContain('x-request-id');
    } finally {
      await development.close();
    }
  },
);
