import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';

import { VERSION, useStores } from './open-store.js';
import { isAnything, isCount } from '../../../../src/store/qdrant/answers.js';
import { createHttp, toServer, type QdrantHttp } from '../../../../src/store/qdrant/http.js';
import { openQdrantStore } from '../../../../src/store/qdrant/store.js';
import { ok, startQdrantServer, type QdrantServer, type React } from '../../../support/qdrant-server.js';

const open = useStores();
const OPTIONS = { collection: 'papers', timeoutMs: 5_000, compression: false };

/** For points and for the collection. */
const serve: React = ({ method, path }) => {
  if (method === 'DELETE') return ok(true);
  return path.endsWith('/count') ? ok({ count: 1 }) : ok({ config: { params: {} }, payload_schema: {} });
};

describe('every request', () => {
  test('requests an uncompressed answer', async () => {
    const { store, requests } = await open(serve);
    await store.count({ must: [] });
    await store.describe().catch(() => null);
    expect(requests).toHaveLength(2);
    expect(new Set(requests.map(({ headers }) => headers['accept-encoding']))).toEqual(new Set(['identity']));
  });

  test('requests gzip if the configuration enables compression', async () => {
    const { store, requests } = await open(serve, { compression: true });
    await store.count({ must: [] });
    await store.describe().catch(() => null);
    expect(new Set(requests.map(({ headers }) => headers['accept-encoding']))).toEqual(new Set(['gzip']));
  });

  test('contains the API key', async () => {
    const { store, requests } = await open(serve, { apiKey: 'very-secret-key' });
    await store.count({ must: [] });
    await store.describe().catch(() => null);
    expect(new Set(requests.map(({ headers }) => headers['api-key']))).toEqual(new Set(['very-secret-key']));
  });

  test('uses a keep-alive connection, even if it changes the collection', async () => {
    const { store, requests } = await open(serve);
    await store.count({ must: [] });
    await store.drop();
    expect(requests.length).toBeGreaterThan(2);
    expect(new Set(requests.map(({ headers }) => headers.connection))).toEqual(new Set(['keep-alive']));
  });

  test('encodes the name of the collection', async () => {
    const { store, requests } = await open(serve, { collection: 'a/b c' });
    await store.count({ must: [] });
    await store.drop();
    expect(requests.map(({ path }) => path)).toEqual([
      '/collections/a%2Fb%20c/points/count',
      '/collections/a%2Fb%20c',
      '/collections/a%2Fb%20c_directory_a',
      '/collections/a%2Fb%20c_directory_b',
    ]);
  });
});

test('a compressed answer is read', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    response.end(gzipSync(JSON.stringify({ result: { count: 3 } })));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // an address: the server listens on a port
  const http = createHttp(toServer({ ...OPTIONS, url: `http://127.0.0.1:${port}`, compression: true }));
  expect(await http.send('POST', '/count', {}, isCount)).toEqual({ count: 3 });
  http.close();
  await new Promise((resolve) => server.close(resolve));
});

describe('a keep-alive connection that the server closes instead of answering', () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    request.resume();
    const { socket } = request;
    if (used.has(socket)) socket.destroy();
    else response.end(JSON.stringify({ result: { count: 3 } }));
    used.add(socket);
  });
  const used = new WeakSet<object>();
  let http: QdrantHttp;
  /** A request that is sent at the moment when an answer arrives uses another connection. */
  const connectionIsFree = () => new Promise((resolve) => setImmediate(resolve));

  beforeEach(async () => {
    asked.length = 0;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo; // an address: the server listens on a port
    http = createHttp(toServer({ ...OPTIONS, url: `http://127.0.0.1:${port}` }));
  });
  afterEach(async () => {
    http.close();
    await new Promise((resolve) => server.close(resolve));
  });

  test('does not affect a read', async () => {
    const count = () => http.send('POST', '/collections/papers/points/count', {}, isCount);
    await count();
    await connectionIsFree();
    expect(await count()).toEqual({ count: 3 });
    expect(asked).toHaveLength(3);
  });

  test('makes a write fail', async () => {
    const create = () => http.send('PUT', '/collections/papers', {}, isAnything);
    await create();
    await connectionIsFree();
    await expect(create()).rejects.toThrow(/hang up|ECONNRESET/);
    expect(asked).toHaveLength(2);
  });
});

describe('opening', () => {
  const servers: QdrantServer[] = [];
  afterEach(async () => {
    jest.restoreAllMocks();
    for (const server of servers.splice(0)) await server.close();
  });

  async function start(react: React): Promise<QdrantServer> {
    const server = await startQdrantServer(react);
    servers.push(server);
    return server;
  }

  test('prefixes every request with the path of the address', async () => {
    const server = await start((request) => (request.path === '/qdrant/v1/' ? VERSION : serve(request)));
    const store = await openQdrantStore({ ...OPTIONS, url: `${server.url}/qdrant/v1/` });
    await store.count({ must: [] });
    await store.drop();
    await store.close();
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/qdrant/v1/',
      '/qdrant/v1/collections/papers/points/count',
      '/qdrant/v1/collections/papers',
      '/qdrant/v1/collections/papers_directory_a',
      '/qdrant/v1/collections/papers_directory_b',
    ]);
  });

  test('requests the version once and prints nothing, even with an API key over plain HTTP', async () => {
    const spies = (['log', 'info', 'warn', 'error'] as const).map((level) =>
      jest.spyOn(console, level).mockImplementation(() => undefined),
    );
    const server = await start(() => VERSION);
    const store = await openQdrantStore({ ...OPTIONS, url: server.url, apiKey: 'very-secret-key' });
    await store.close();
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /']);
    expect(spies.flatMap((spy) => spy.mock.calls)).toEqual([]);
  });

  test.each(['1.17.1', '0.11.0'])('rejects a server of version %s', async (version) => {
    const server = await start(() => ({ status: 200, body: { title: 'qdrant', version } }));
    await expect(openQdrantStore({ ...OPTIONS, url: server.url })).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: `Qdrant at ${new URL(server.url).host} has version ${version}; PaperQL needs 1.18 or newer`,
    });
  });

  test.each(['1.18.0', '1.20.0-dev', '2.0.0'])('accepts a server of version %s', async (version) => {
    const server = await start(() => ({ status: 200, body: { title: 'qdrant', version } }));
    const store = await openQdrantStore({ ...OPTIONS, url: server.url });
    expect(store).toMatchObject({ kind: 'qdrant', collection: 'papers' });
    await store.close();
  });

  test.each([{ name: 'another database' }, 'Welcome to nginx!'])(
    'rejects a server that is not Qdrant: %j',
    async (body) => {
      const server = await start(() => ({ status: 200, body }));
      await expect(openQdrantStore({ ...OPTIONS, url: server.url })).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        message: expect.stringMatching(/did not answer as Qdrant does$/),
        hint: 'Check QDRANT_URL',
      });
    },
  );
});

describe('an address', () => {
  test.each([
    { url: 'https://qdrant.example.org', origin: 'https://qdrant.example.org', prefix: '' },
    { url: 'http://qdrant.example.org/', origin: 'http://qdrant.example.org', prefix: '' },
    { url: 'https://example.org:6333/db//', origin: 'https://example.org:6333', prefix: '/db' },
    { url: 'http://[::1]:6333', origin: 'http://[::1]:6333', prefix: '' },
  ])('$url', ({ url, origin, prefix }) => {
    expect(toServer({ ...OPTIONS, url })).toMatchObject({ origin, prefix });
  });
});

test('if a server rejects a large body and hangs up while it is sent, only the request fails', async () => {
  const answer = '{"status":{"error":"too large"}}';
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.pause();
      socket.write(`HTTP/1.1 413 Payload Too Large\r\ncontent-length: ${answer.length}\r\n\r\n${answer}`);
      setTimeout(() => socket.destroy(), 0);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // an address: the server listens on a port
  const http = createHttp(toServer({ ...OPTIONS, url: `http://127.0.0.1:${port}` }));
  for (let round = 0; round < 3; round++) {
    await expect(http.send('POST', '/', 'x'.repeat(40_000_000), isAnything)).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  http.close();
  await new Promise((resolve) => server.close(resolve));
});
