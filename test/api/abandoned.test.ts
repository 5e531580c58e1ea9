import { afterEach, describe, expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { GraphQLError } from 'graphql';
import { parseConfig } from '../../src/config/config.js';
import { ClientGoneError } from '../../src/errors/errors.js';
import { createErrorLog } from '../../src/server/apollo.js';
import { openQdrantStore } from '../../src/store/qdrant/store.js';
import { eventually } from '../support/eventually.js';
import { ok, startQdrantServer, type QdrantServer, type React } from '../support/qdrant-server.js';
import { serveStore, type ServedStore } from '../support/served-store.js';

const VERSION = { status: 200, body: { title: 'qdrant - vector search engine', version: '1.18.3' } };

let qdrant: QdrantServer;
let server: ServedStore;
let close: () => Promise<void>;
afterEach(() => close());

/** A server that uses a Qdrant stand-in, which reacts as configured once the store is open. */
async function serve(react: React, requestTimeoutMs?: number): Promise<void> {
  qdrant = await startQdrantServer((request) => (request.path === '/' ? VERSION : react(request)));
  const { requestTimeoutMs: timeoutMs } = parseConfig({});
  const options = { url: qdrant.url, collection: 'papers', timeoutMs, compression: false };
  const store = await openQdrantStore(options);
  server = await serveStore(store, requestTimeoutMs);
  qdrant.requests.length = 0;
  close = async () => {
    await server.close();
    await store.close();
    await qdrant.close();
  };
}

/** Sends the operations one after another on one connection, without waiting for answers. */
async function post(...operations: string[]) {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  for (const query of operations) {
    const body = JSON.stringify({ query });
    socket.write(
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }
  return socket;
}

const paths = () => qdrant.requests.map(({ path }) => path);

const OPERATIONS: readonly [string, string, number][] = [
  [
    'a search',
    '{ search(query: "attention", interpret: false) { nodes { paper { title } } totalCount } }',
    1,
  ],
  ['a paper', '{ paper(id: "1706.03762") { title } }', 1],
  ['the corpus', '{ corpus { count } }', 1],
  ['facets', '{ search { facets(field: YEAR) { value } } }', 1],
  ['suggestions', '{ suggest(prefix: "att") { text } }', 1],
  ['a recommendation', '{ recommend(like: ["1706.03762"]) { nodes { score } } }', 1],
  ['an author', '{ author(name: "Ada Lovelace") { name } }', 1],
];

describe('a client that hangs up', () => {
  test.each(OPERATIONS)('cancels the Qdrant requests of %s', async (_name, operation, least) => {
    await serve(() => 'silence');
    const socket = await post(operation);
    await eventually(() => qdrant.requests.length >= least);
    const sent = qdrant.requests.length;
    socket.destroy();
    await eventually(() => qdrant.abandoned.length === sent);
    expect(qdrant.requests).toHaveLength(sent);
  });

  test('cancels those of every pipelined operation', async () => {
    await serve(() => 'silence');
    const id = (at: number) => `1706.0000${at}`;
    const socket = await post(...[1, 2, 3, 4].map((at) => `{ paper(id: "${id(at)}") { title } }`));
    await eventually(() => qdrant.requests.length > 0);
    // Operations that wait for a turn send nothing later either.
    socket.destroy();
    await eventually(() => qdrant.abandoned.length === qdrant.requests.length);
    await server.ask('{ __typename }');
    expect(qdrant.abandoned).toHaveLength(qdrant.requests.length);
  });

  test('causes no further requests to Qdrant', async () => {
    let answer: (result: ReturnType<typeof ok>) => void = () => undefined;
    await serve(() => new Promise((resolve) => (answer = resolve)));
    const socket = await post('{ recommend(like: ["1706.03762"]) { nodes { paper { title } } } }');
    await eventually(() => qdrant.requests.length === 1);
    socket.destroy();
    await eventually(() => qdrant.abandoned.length === 1);
    answer(ok([]));
    await server.ask('{ __typename }');
    expect(qdrant.requests).toHaveLength(1);
  });

  test('does not affect the others: their requests continue', async () => {
    await serve(() => 'silence');
    const [leaving, staying] = [await post('{ corpus { count } }'), await post('{ corpus { count } }')];
    await eventually(() => qdrant.requests.length >= 1);
    leaving.destroy();
    await server.ask('{ __typename }');
    const isOpen = paths().filter((path) => path === '/collections/papers').length;
    expect(qdrant.abandoned.length).toBeLessThan(isOpen);
    staying.destroy();
    await eventually(() => qdrant.abandoned.length === isOpen);
  });
});

test('a client that hangs up is not logged as an unexpected error or as a failed dependency', async () => {
  const logged: string[] = [];
  const keep = (_facts: unknown, message: string) => void logged.push(message);
  // What the plugin reads from Apollo's request context.
  const errors = [new GraphQLError('gone', { originalError: new ClientGoneError() })];
  const view = { contextValue: { log: { warn: keep, error: keep } }, errors, request: {} };
  const { plugin } = createErrorLog(view.contextValue.log as never);
  const listener = await plugin.requestDidStart?.(view as never);
  await listener?.didEncounterErrors?.(view as never);
  expect(logged).toEqual([]);
});

describe('a request that times out', () => {
  test.each(OPERATIONS)('cancels the Qdrant requests of %s', async (_name, operation) => {
    await serve(() => 'silence', 200);
    const { errors } = await server.ask(operation);
    expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(['TIMEOUT']));
    expect(errors?.[0]?.message).toBe('The request was not answered within 200 ms');
    expect(qdrant.requests.length).toBeGreaterThan(0);
    await eventually(() => qdrant.abandoned.length === qdrant.requests.length);
  });
});
