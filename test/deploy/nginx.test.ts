import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync } from 'node:zlib';
import { connectAgent, PROTOCOLS } from '../support/agent.js';
import { testAudits } from '../support/http-audits.js';
import { startNginx, type Nginx } from '../support/nginx.js';
import { exchange, toPost } from '../support/raw-http.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

/** Servers with a real nginx as their proxy, and `deploy/nginx.conf` with only ports and paths changed. */

describe('a server with nginx as its proxy', () => {
  let server: TestServer;
  let nginx: Nginx;
  beforeAll(async () => {
    server = await startTestServer({
      environment: { NODE_ENV: 'production', ALLOWED_HOSTS: 'localhost', TRUST_PROXY: '127.0.0.1' },
    });
    nginx = await startNginx([server.url]);
  });
  afterAll(async () => {
    await nginx.close();
    await server.close();
  });

  const ask = (path: string, headers: Record<string, string> = {}) =>
    nginx.fetch(nginx.url + path, { headers });

  describe('over HTTP/2, GraphQL over HTTP', () => {
    testAudits(
      () => nginx.url,
      (url, init) => nginx.fetch(url, init),
    );
  });

  describe('requests that no well-behaved client sends', () => {
    /** The status and errors of the only answer to a request over HTTP/1.1. */
    async function refusalOf(text: string): Promise<[status: number, errors: unknown]> {
      const [answer] = await exchange(nginx.url, text, 1, nginx.certificate);
      const { errors } = JSON.parse(answer?.body ?? '{}') as { errors?: unknown };
      return [answer?.status ?? 0, errors];
    }

    const BAD_REQUEST = [
      { message: expect.any(String), extensions: { code: 'BAD_REQUEST', isRetryable: false } },
    ];
    const host = 'Host: localhost';
    const json = 'Content-Type: application/json';

    test.each([
      ['a host that is markup', 'GET /graphql HTTP/1.1\r\nHost: <script>\r\n\r\n', 400],
      ['a host that is given twice', `GET /graphql HTTP/1.1\r\n${host}\r\n${host}\r\n\r\n`, 400],
      ['no host', 'GET /graphql HTTP/1.1\r\n\r\n', 400],
      ['no host, as in HTTP/1.0', 'GET /graphql HTTP/1.0\r\n\r\n', 400],
      ['a host name of DNS rebinding', 'GET /graphql HTTP/1.1\r\nHost: rebound.example.org\r\n\r\n', 403],
      ['another path', `GET /graphql/more HTTP/1.1\r\n${host}\r\n\r\n`, 404],
      ['an invalid path', `GET /graphql%ff HTTP/1.1\r\n${host}\r\n\r\n`, 400],
      ['a path that leaves the root', `GET /../etc/passwd HTTP/1.1\r\n${host}\r\n\r\n`, 400],
      ['the metrics', `GET /metrics HTTP/1.1\r\n${host}\r\n\r\n`, 404],
      ['a method that is not possible', `DELETE /graphql HTTP/1.1\r\n${host}\r\n\r\n`, 405],
      ['an unknown method', `FETCH /graphql HTTP/1.1\r\n${host}\r\n\r\n`, 400],
      [
        'another media type',
        `POST /graphql HTTP/1.1\r\n${host}\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\nx`,
        415,
      ],
      ['a body over the server’s limit', toPost('{__typename}', { x: 'x'.repeat(300_001) }), 413],
      [
        'a body over nginx’s limit',
        `POST /graphql HTTP/1.1\r\n${host}\r\n${json}\r\nContent-Length: 400000\r\n\r\n`,
        413,
      ],
      [
        'headers over the server’s limit',
        `GET /graphql HTTP/1.1\r\n${host}\r\n${'x: '.padEnd(9_000, 'x')}\r\n${'y: '.padEnd(9_000, 'y')}\r\n\r\n`,
        431,
      ],
      [
        'a header over nginx’s limit',
        `GET /graphql HTTP/1.1\r\n${host}\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`,
        431,
      ],
      ['an address over it', `GET /graphql?query=${'x'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n\r\n`, 414],
      [
        'two lengths',
        `POST /graphql HTTP/1.1\r\n${host}\r\n${json}\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\nx`,
        400,
      ],
    ])('%s', async (_name, text, status) => {
      expect(await refusalOf(text)).toEqual([status, BAD_REQUEST]);
    });
  });

  test('answers are compressed if the client accepts it and they are large enough', async () => {
    const query = '{ search(first: 20) { nodes { paper { title abstract } } } }';
    const send = (text: string, encoding: string) =>
      nginx.fetch(`${nginx.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'accept-encoding': encoding },
        body: JSON.stringify({ query: text }),
      });
    const compressed = await send(query, 'br, gzip');
    const plain = await send(query, 'identity');
    expect(compressed.headers.get('content-encoding')).toBe('gzip');
    expect(compressed.headers.get('vary')).toContain('Accept-Encoding');
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(await compressed.json()).toEqual(await plain.json());
    const { requests } = await nginx.readLogs();
    const [gzipped, whole] = requests.slice(-2).map(({ bytes }) => Number(bytes));
    expect(gzipped).toBeLessThan((whole ?? 0) / 2);

    const small = await send('{ __typename }', 'gzip');
    expect(small.headers.get('content-encoding')).toBeNull();
  });

  test('a compressed feed is recognised by its ETag', async () => {
    const first = await ask('/feed.atom?q=graphs', { 'accept-encoding': 'gzip' });
    expect([first.status, first.headers.get('content-encoding')]).toEqual([200, 'gzip']);
    const tag = first.headers.get('etag') ?? '';
    expect(tag).toMatch(/^W\//);
    const again = await ask('/feed.atom?q=graphs', { 'accept-encoding': 'gzip', 'if-none-match': tag });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  test('links in a feed point to nginx, whatever clients claim', async () => {
    const claims = { 'x-forwarded-host': 'evil.example.org', 'x-forwarded-proto': 'gopher' };
    const feed = await ask('/feed.json?q=graphs', claims);
    expect(await feed.json()).toMatchObject({
      feed_url: `${nginx.url}/feed.json?q=graphs`,
      home_page_url: expect.stringContaining(`${nginx.url}/?q=graphs`),
    });
  });

  test.each(PROTOCOLS)('an agent that speaks %s calls its tools', async (version) => {
    const transport = new StreamableHTTPClientTransport(new URL('/mcp', nginx.url), { fetch: nginx.fetch });
    const agent = await connectAgent(transport, version);
    const { text } = await agent.call('get_papers', { ids: ['1706.03762'] });
    expect(text).toContain('Attention Is All You Need');
    await agent.client.close();
  });

  test('browsers are redirected to HTTPS and told to use only that', async () => {
    const { headers } = await ask('/healthz');
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
    const plain = await fetch(`${nginx.plainUrl}/paper/1706.03762?x=1`, { redirect: 'manual' });
    expect([plain.status, plain.headers.get('location')]).toEqual([
      308,
      'https://127.0.0.1/paper/1706.03762?x=1',
    ]);
  });

  test('its log has one line for each request, with the id of the answer and without the query', async () => {
    const query = new URLSearchParams({ query: '{ search(query: "secret words") { tookMs } }' });
    const headers = { 'apollo-require-preflight': 'true' };
    const given = await ask(`/graphql?${query.toString()}`, { ...headers, 'x-request-id': 'my-id' });
    const made = await ask(`/graphql?${query.toString()}`, { ...headers, 'x-request-id': 'two words' });
    const ids = [given, made].map((answer) => answer.headers.get('x-request-id'));
    expect(ids).toEqual(['my-id', expect.stringMatching(/^[0-9a-f]{32}$/)]);
    const { requests } = await nginx.readLogs();
    expect(requests.slice(-2)).toMatchObject(
      ids.map((id) => ({ id, path: '/graphql', protocol: 'HTTP/2.0', status: 200 })),
    );
    expect(JSON.stringify(requests)).not.toContain('secret');
  });

  test('its health check passes', async () => {
    const { status } = await fetch(nginx.healthUrl);
    expect(status).toBe(204);
  });
});

describe('two servers with nginx as their proxy', () => {
  /** Stand-ins for servers, which answer as each test configures them. */
  const [first, second] = [standIn(), standIn()];
  let nginx: Nginx;
  beforeAll(async () => {
    nginx = await startNginx(await Promise.all([first, second].map((server) => server.listen())));
  });
  beforeEach(() => {
    for (const server of [first, second]) {
      server.requests.length = 0;
      server.answer = (_request, response) => response.end('{}');
    }
  });
  afterAll(async () => {
    await nginx.close();
    for (const { http } of [first, second]) http.close();
  });

  const post = (path: string, body = '{}') =>
    nginx.fetch(nginx.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });

  test('get no addresses or hosts that clients claim', async () => {
    await nginx.fetch(`${nginx.url}/graphql`, {
      headers: {
        'x-forwarded-for': '203.0.113.7',
        'x-forwarded-host': 'evil.example.org',
        'x-forwarded-proto': 'gopher',
        forwarded: 'for=203.0.113.7;host=evil.example.org;proto=gopher',
      },
    });
    const { host } = new URL(nginx.url);
    const [{ headers } = { headers: {} }] = [...first.requests, ...second.requests];
    expect(headers).toMatchObject({
      host,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': host,
      'x-forwarded-proto': 'https',
    });
    expect(headers).not.toHaveProperty('forwarded');
  });

  test('get API keys and other headers of clients', async () => {
    const headers = { authorization: 'Bearer abc', 'x-api-key': 'def', origin: 'https://papers.example.org' };
    await nginx.fetch(`${nginx.url}/graphql`, { headers });
    expect([...first.requests, ...second.requests]).toMatchObject([{ headers }]);
  });

  test('send events that arrive one by one', async () => {
    const goOn: (() => void)[] = [];
    for (const server of [first, second]) {
      server.answer = (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
        goOn.push(() => response.end('data: 2\n\n'));
      };
    }
    const { headers, body } = await nginx.fetch(`${nginx.url}/mcp`, {
      method: 'POST',
      headers: { 'accept-encoding': 'gzip' },
      body: '{}',
    });
    expect([headers.get('content-type'), headers.get('content-encoding')]).toEqual([
      'text/event-stream',
      null,
    ]);
    const received: string[] = [];
    // The second one is sent only after the first one has arrived.
    for await (const chunk of body ?? []) {
      received.push(Buffer.from(chunk).toString());
      goOn.pop()?.();
    }
    expect(received.join('')).toBe('data: 1\n\ndata: 2\n\n');
  });

  test('send compressed files that are passed on unchanged', async () => {
    for (const server of [first, second]) {
      server.answer = ({ headers }, response) => {
        response
          .setHeader('content-encoding', 'br')
          .end(brotliCompressSync(headers['accept-encoding'] ?? ''));
      };
    }
    const file = await nginx.fetch(`${nginx.url}/assets/index.js`, {
      headers: { 'accept-encoding': 'br, gzip' },
    });
    expect([file.headers.get('content-encoding'), await file.text()]).toEqual(['br', 'br, gzip']);
  });

  test('replace each other: if one hangs up, the operation goes to the other, even a POST', async () => {
    first.answer = (request) => request.socket.destroy();
    const answers = await Promise.all(Array.from({ length: 8 }, () => post('/graphql', '{"query":"{a}"}')));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
    expect(second.requests.map(({ body }) => body)).toEqual(
      Array.from({ length: 8 }, () => '{"query":"{a}"}'),
    );
  });

  test('give final answers: a rejected request is not sent to the other server', async () => {
    for (const server of [first, second]) {
      server.answer = (_request, response) => {
        response
          .writeHead(503, { 'retry-after': '7', 'content-type': 'application/json' })
          .end('{"errors":[]}');
      };
    }
    const answer = await post('/graphql');
    expect([answer.status, answer.headers.get('retry-after'), await answer.json()]).toEqual([
      503,
      '7',
      { errors: [] },
    ]);
    expect(first.requests.length + second.requests.length).toBe(1);
  });

  // The last test, because nginx does not use failed servers for some seconds.
  test('may both be down: the error then has the shape of their answers', async () => {
    for (const server of [first, second]) server.answer = (request) => request.socket.destroy();
    const answers = [await post('/graphql'), await post('/graphql')];
    for (const answer of answers) {
      expect([answer.status, answer.headers.get('retry-after'), await answer.json()]).toEqual([
        502,
        '1',
        {
          errors: [
            {
              message: 'No server is available at the moment',
              extensions: { code: 'OVERLOADED', isRetryable: true, retryAfterMs: 1_000 },
            },
          ],
        },
      ]);
    }
  });
});

interface ReceivedRequest extends Pick<IncomingMessage, 'headers'> {
  body: string;
}

function standIn() {
  const state = {
    http: createServer(),
    requests: [] as ReceivedRequest[],
    answer: ((_request, response) => void response.end()) as RequestListener,
    async listen(): Promise<string> {
      state.http.listen(0, '127.0.0.1');
      await once(state.http, 'listening');
      // A server that listens on a port has this address.
      return `http://127.0.0.1:${(state.http.address() as AddressInfo).port}`;
    },
  };
  state.http.on('request', (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      state.requests.push({ headers: request.headers, body });
      state.answer(request, response);
    });
  });
  return state;
}
