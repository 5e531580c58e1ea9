import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exchange, toPost } from '../support/raw-http.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    environment: { MAX_QUERY_CHARACTERS: '2000', CORS_ORIGINS: 'https://papers.example.org' },
  });
});
afterAll(() => server.close());

/** The status and errors of the only answer to a request. */
async function refusalOf(text: string): Promise<[status: number, errors: unknown]> {
  const [answer] = await exchange(server.url, text, 1);
  const { errors } = JSON.parse(answer?.body ?? '{}') as { errors?: unknown };
  return [answer?.status ?? 0, errors];
}

const BAD_REQUEST = [
  { message: expect.any(String), extensions: { code: 'BAD_REQUEST', isRetryable: false } },
];

describe('the host of a request', () => {
  test.each([
    ['is markup', 'GET /graphql?query={__typename} HTTP/1.1\r\nHost: <script>\r\n\r\n'],
    ['is empty', 'GET /graphql?query={__typename} HTTP/1.1\r\nHost:\r\n\r\n'],
    ['has a user', 'GET /graphql HTTP/1.1\r\nHost: me@localhost\r\n\r\n'],
    ['has a path', 'GET /graphql HTTP/1.1\r\nHost: localhost/x\r\n\r\n'],
    ['has a port beyond the last', 'GET /graphql HTTP/1.1\r\nHost: localhost:99999\r\n\r\n'],
    ['is a broken address', 'GET /graphql HTTP/1.1\r\nHost: [::1\r\n\r\n'],
    ['is given twice', 'GET /graphql HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n'],
    ['is missing', 'GET /graphql HTTP/1.1\r\n\r\n'],
    ['is missing, as in HTTP/1.0', 'GET /healthz HTTP/1.0\r\n\r\n'],
  ])('is rejected with 400 if it %s', async (_name, text) => {
    expect(await refusalOf(text)).toEqual([400, BAD_REQUEST]);
  });

  test.each(['localhost', 'LOCALHOST:4000', '127.0.0.1', '[::1]:80', 'localhost.'])(
    'may be %s if the server listens on loopback',
    async (host) => {
      const [answer] = await exchange(server.url, toPost('{__typename}').replace('localhost', host), 1);
      expect(answer?.status).toBe(200);
    },
  );

  test('may be no other name then, which prevents DNS rebinding', async () => {
    const text = toPost('{__typename}').replace('localhost', 'rebound.example.org');
    expect(await refusalOf(text)).toEqual([
      403,
      [
        {
          message:
            'This server does not answer to the name "rebound.example.org"; use the address that it is published at',
          extensions: { code: 'BAD_REQUEST', isRetryable: false },
        },
      ],
    ]);
  });

  test('may be any name for health checks', async () => {
    const [answer] = await exchange(server.url, 'GET /healthz HTTP/1.1\r\nHost: 10.0.0.7:4000\r\n\r\n', 1);
    expect(answer?.status).toBe(200);
  });

  test('may be in the request target instead', async () => {
    const text = toPost('{__typename}').replace('/graphql', 'http://localhost/graphql');
    const [answer] = await exchange(server.url, text, 1);
    expect(answer?.status).toBe(200);
  });
});

describe('methods', () => {
  test.each(['DELETE', 'PUT', 'PATCH', 'PROPFIND', 'QUERY'])(
    '%s gets 405 with the allowed methods',
    async (method) => {
      const [answer] = await exchange(
        server.url,
        `${method} /graphql HTTP/1.1\r\nHost: localhost\r\n\r\n`,
        1,
      );
      // Node 20 does not support the method QUERY.
      if (method === 'QUERY' && answer?.status === 400) return;
      expect([answer?.status, answer?.headers.get('allow')]).toEqual([405, 'GET, POST, OPTIONS']);
      expect(JSON.parse(answer?.body ?? '')).toEqual({ errors: BAD_REQUEST });
    },
  );

  test('HEAD gets 405, too', async () => {
    const response = await fetch(`${server.url}/graphql`, { method: 'HEAD' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST, OPTIONS']);
  });

  test('OPTIONS returns the allowed methods', async () => {
    const response = await fetch(`${server.url}/graphql`, { method: 'OPTIONS' });
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'GET, POST, OPTIONS']);
  });

  test('read-only addresses reject POST', async () => {
    const response = await fetch(`${server.url}/healthz`, { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });
});

describe('a request without an operation is answered in GraphQL’s shape', () => {
  const host = 'Host: localhost';
  const json = 'Content-Type: application/json';
  test.each([
    ['another path', `GET /graphql/more HTTP/1.1\r\n${host}\r\n\r\n`, 404],
    ['an invalid path', `GET /graphql%ff HTTP/1.1\r\n${host}\r\n\r\n`, 400],
    [
      'another media type',
      `POST /graphql HTTP/1.1\r\n${host}\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\nx`,
      415,
    ],
    ['no media type', `POST /graphql HTTP/1.1\r\n${host}\r\nContent-Length: 2\r\n\r\n{}`, 415],
    [
      'a body that is too large',
      `POST /graphql HTTP/1.1\r\n${host}\r\n${json}\r\nContent-Length: 300001\r\n\r\n`,
      413,
    ],
    [
      'headers that are too large',
      `GET /graphql HTTP/1.1\r\n${host}\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
    ],
    [
      'two lengths',
      `POST /graphql HTTP/1.1\r\n${host}\r\n${json}\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\nx`,
      400,
    ],
    ['an unknown method', `FETCH /graphql HTTP/1.1\r\n${host}\r\n\r\n`, 400],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ])('%s', async (_name, text, status) => {
    expect(await refusalOf(text)).toEqual([status, BAD_REQUEST]);
  });

  test.each([
    ['Content-Encoding: gzip', 'Expected a body without Content-Encoding, not "gzip"'],
    ['Content-Encoding: x', 'Expected a body without Content-Encoding, not "x"'],
    ['Content-Type: text/csv', 'Expected the Content-Type application/json, found "text/csv"'],
    ['X: y', 'Expected the Content-Type application/json, found none'],
  ])('with %s, naming what was expected', async (header, message) => {
    const type = header.startsWith('Content-Encoding') ? 'Content-Type: application/json\r\n' : '';
    const text = `POST /graphql HTTP/1.1\r\n${host}\r\n${type}${header}\r\nContent-Length: 2\r\n\r\n{}`;
    expect(await refusalOf(text)).toEqual([
      415,
      [{ message, extensions: { code: 'BAD_REQUEST', isRetryable: false } }],
    ]);
  });

  test('in the media type that the client accepts', async () => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'PUT',
      headers: { accept: 'application/graphql-response+json' },
    });
    expect(response.headers.get('content-type')).toContain('application/graphql-response+json');
  });
});

describe('the text of a query', () => {
  test('has a maximum length, by POST and by GET', async () => {
    const query = `{ __typename } # ${'x'.repeat(2_000)}`;
    const message = 'The query has 2017 characters; at most 2000 are allowed, excluding variables';
    const errors = [{ message, extensions: { code: 'BAD_REQUEST', isRetryable: false } }];
    expect(await refusalOf(toPost(query))).toEqual([413, errors]);
    const get = `GET /graphql?query=${encodeURIComponent(query)} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    expect(await refusalOf(get)).toEqual([413, errors]);
  });

  test('may have longer variables', async () => {
    const { data, errors } = await server.ask(
      'query ($q: String) { search(query: $q, first: 1) { tookMs } }',
      {
        q: 'point clouds '.repeat(20),
        unused: 'x'.repeat(5_000),
      },
    );
    expect([data, errors]).toEqual([expect.anything(), undefined]);
  });
});

describe('the id of a request', () => {
  const idOf = async (given: string) => {
    const response = await fetch(`${server.url}/healthz`, { headers: { 'x-request-id': given } });
    return response.headers.get('x-request-id');
  };

  test.each(['abc', 'Root=1-67891233-abcdef012345678912345678', 'a'.repeat(128)])(
    'is the one that the client sent: %s',
    async (given) => {
      expect(await idOf(given)).toBe(given);
    },
  );

  test.each(['a'.repeat(129), 'two words', '{"level":60}', 'ümlaut', '', '<b>'])(
    'is replaced if it is too long or has other characters: %j',
    async (given) => {
      expect(await idOf(given)).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    },
  );

  test('can be read by pages of other origins', async () => {
    const response = await fetch(`${server.url}/healthz`, {
      headers: { origin: 'https://papers.example.org' },
    });
    expect(response.headers.get('access-control-expose-headers')).toContain('x-request-id');
  });
});

test.each(['/graphql', '/healthz', '/nothing'])(
  'browsers neither sniff the type of %s nor show it in a frame',
  async (path) => {
    const { headers } = await fetch(`${server.url}${path}`);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  },
);
