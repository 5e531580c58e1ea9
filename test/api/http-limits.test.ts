import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exchange, openSocket, readAnswers, toPost } from '../support/raw-http.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import type { PaperStore } from '../../src/store/store.js';

describe('a slow client', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({
      environment: { HEADERS_TIMEOUT_MS: '200', RECEIVE_TIMEOUT_MS: '400', SEND_TIMEOUT_MS: '300' },
    });
  });
  afterAll(() => server.close());

  test.each([
    ['over its first byte', ''],
    ['over its headers', 'GET /graphql HTTP/1.1\r\nHost: local'],
    [
      'over its body',
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    ],
  ])('%s gets an error and is disconnected', async (_name, text) => {
    // Without an expected number of answers, this returns when the server closes the connection.
    const [answer] = await exchange(server.url, text);
    expect(answer?.status).toBe(408);
    expect(JSON.parse(answer?.body ?? '')).toEqual({
      errors: [
        {
          message: 'The request did not arrive in time',
          extensions: { code: 'BAD_REQUEST', isRetryable: false },
        },
      ],
    });
  });

  test('is disconnected if it does not read its answers', async () => {
    const socket = await openSocket(server.url);
    socket.pause();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    // More than the system buffers for a connection.
    socket.write(toPost('{ search(first: 100) { nodes { paper { abstract bibtex } } } }').repeat(100));
    // A client that does not read notices the closed connection when it writes. An empty line between requests has no effect.
    const writing = setInterval(() => socket.write('\r\n'), 10);
    await closed;
    clearInterval(writing);
  });
});

describe('pipelined requests', () => {
  let server: TestServer;
  let retrieved: string[];
  let goOn: () => void;
  beforeAll(async () => {
    retrieved = [];
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const hold = (store: PaperStore): PaperStore => ({
      ...store,
      retrieve: async (ids, fields, options) => {
        retrieved.push(...ids);
        await held;
        return store.retrieve(ids, fields, options);
      },
    });
    server = await startTestServer({ wrapStore: hold });
  });
  afterAll(() => server.close());

  test('are executed one at a time for each connection, and answered in order', async () => {
    const ids = ['1706.03762', '1512.03385', '1612.00593'];
    const socket = await openSocket(server.url);
    socket.write(ids.map((id) => toPost(`{ paper(id: "${id}") { id } }`)).join(''));
    while (retrieved.length === 0) await fetch(`${server.url}/healthz`);
    // By now, everything that came with the first request has been read.
    await fetch(`${server.url}/healthz`);
    expect(retrieved).toHaveLength(1);
    goOn();
    const answers = await readAnswers(socket, 3);
    expect(answers.map(({ body }): unknown => JSON.parse(body))).toEqual(
      ids.map((id) => ({ data: { paper: { id } } })),
    );
    expect(retrieved).toHaveLength(3);
    socket.destroy();
  });

  test.each([
    ['operations', toPost('{__typename}'), 1_000],
    ['questions whether it is ready', 'GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n', 1_000],
    ['bodies that fill a packet', toPost('{__typename}', { x: 'x'.repeat(60_000) }), 20],
  ])('may be many: %s', async (_name, text, times) => {
    const answers = await exchange(server.url, text.repeat(times), times);
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: times }, () => 200));
  });

  test('to /readyz check the store and the embedder once', async () => {
    server.forgetCalls();
    await exchange(server.url, 'GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(100), 100);
    // A second may have passed since the previous check, and another during this one.
    expect(server.storeCalls.filter(([call]) => call === 'search').length).toBeLessThan(20);
  });
});

test('idle connections are closed to make room for active ones', async () => {
  const server = await startTestServer({ environment: { MAX_CONNECTIONS: '3' } });
  const request = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const idle = await Promise.all([1, 2, 3].map(() => openSocket(server.url)));
  for (const socket of idle) {
    socket.write(request);
    await readAnswers(socket, 1);
  }
  // The connection that exceeds the limit is closed; the next one is accepted.
  expect(await exchange(server.url, request, 1)).toEqual([]);
  const [answer] = await exchange(server.url, request, 1);
  expect(answer?.status).toBe(200);
  await server.close();
});
