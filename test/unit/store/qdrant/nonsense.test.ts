import { describe, expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

import { useStores } from './open-store.js';
import { PublicError } from '../../../../src/errors/errors.js';
import { isCount } from '../../../../src/store/qdrant/answers.js';
import { createHttp, toServer } from '../../../../src/store/qdrant/http.js';
import type { PaperStore } from '../../../../src/store/store.js';
import { paper, request } from '../../../contract/paper-points.js';
import { ok } from '../../../support/qdrant-server.js';

const open = useStores();
const ID = '2f80a5dc-e12d-5c44-ad00-777af06d3152';
const BY_PREFIX = { by: 'prefixes', kind: 'author', prefixes: ['a'], limit: 10 } as const;

type Call = (store: PaperStore) => Promise<unknown>;

async function scanAll(store: PaperStore): Promise<unknown[]> {
  const papers: unknown[] = [];
  for await (const batch of store.scan(['id'])) papers.push(...batch);
  return papers;
}

/** Answers with status 200 of a proxy, another service or a broken server, for any expected result. */
const NOWHERE_RIGHT: readonly unknown[] = [
  undefined,
  null,
  'secret words',
  7,
  true,
  { hello: 'secret words' },
];

/** Each call that reads or writes points, and results that are invalid only for this call. */
const CALLS: readonly [string, Call, readonly unknown[]][] = [
  [
    'search',
    (store) => store.search([request(), request()]),
    [
      [],
      [{ points: [] }],
      [{ points: [] }, { points: [] }, { points: [] }],
      [{ points: [] }, {}],
      [{ points: [] }, null],
      [{ points: [] }, { points: { 0: {} } }],
      [{ points: [] }, { points: [null] }],
      [{ points: [] }, { points: [{ id: ID }] }],
      [{ points: [] }, { points: [{ id: ID, score: '0.5' }] }],
      [{ points: [] }, { points: [{ id: ID, score: null }] }],
      [{ points: [] }, { points: [{ score: 1 }] }],
      [{ points: [] }, { points: [{ id: { num: 1 }, score: 1 }] }],
      [{ points: [] }, { points: [{ id: ID, score: 1, payload: 'secret words' }] }],
      [{ points: [] }, { points: [{ id: ID, score: 1, payload: ['secret words'] }] }],
    ],
  ],
  ['retrieve', (store) => store.retrieve([ID], ['id']), [[null], [{}], [{ id: ID, payload: 7 }]]],
  [
    'vectors',
    (store) => store.vectors([ID]),
    [[null], [{ id: ID }], [{ id: ID, vector: {} }], [{ id: ID, vector: ['1', '0'] }], [{ vector: [1, 0] }]],
  ],
  [
    'count',
    (store) => store.count({ must: [] }),
    [{ count: '7' }, { count: null }, { count: -1 }, { count: 1.5 }, []],
  ],
  ['counts', (store) => store.counts([{}]), [{ count: '7' }, {}]],
  [
    'facets',
    (store) => store.facets([{ field: 'year', limit: 3 }]),
    [{}, { hits: null }, { hits: [{ value: 2020 }] }, { hits: [{ value: 2020, count: '3' }] }, { hits: [7] }],
  ],
  ['scan', scanAll, [{ points: null }, { points: [{}] }, { points: [], next_page_offset: {} }, []]],
  [
    'describe',
    (store) => store.describe(),
    [{ config: null, payload_schema: {} }, { config: {} }, { count: 1 }],
  ],
  ['indexing', (store) => store.indexing(), [{ config: null }, { config: { params: [] } }, []]],
  ['directory.find', (store) => store.directory.find([BY_PREFIX]), [[], [{ points: [{ id: ID }] }], [null]]],
  ['directory.describe', (store) => store.directory.describe(), [{ aliases: null }, { aliases: [{}] }, []]],
  ['upsert', (store) => store.upsert([paper('2401.00001', [1, 0, 0, 0])]), [{}, { status: 7 }, []]],
];

const CASES = CALLS.flatMap(([name, call, wrong]) =>
  [...NOWHERE_RIGHT, ...wrong].map((result) => [name, result, call] as const),
);

describe('an invalid answer with status 200 becomes STORE_UNAVAILABLE, and is quoted only in the log', () => {
  test.each(CASES)('%s: %j', async (_name, result, call) => {
    const { store } = await open(() => ok(result));
    const error: unknown = await call(store).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'Qdrant did not answer as Qdrant does',
      hint: 'Check QDRANT_URL',
    });
    const { cause } = error as PublicError;
    expect(cause).toMatchObject({
      message: expect.stringContaining(JSON.stringify({ result }).slice(0, -1)),
    });
  });

  test.each([
    ['an empty body', ''],
    ['a page', '<html><h1>secret words</h1></html>'],
    ['half of an answer', '{"result":[{"points":[{"id":'],
    ['null', 'null'],
    ['a number', '7'],
    ['a list', '[]'],
  ])('%s', async (_name, body) => {
    const { store } = await open(() => ({ status: 200, body }));
    const error: unknown = await store.count({ must: [] }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect((error as PublicError).message).not.toContain('secret');
    expect((error as PublicError).cause).toMatchObject({ message: expect.stringContaining(body) });
  });

  test('the log gets the first 500 characters of a long one', async () => {
    const { store } = await open(() => ({ status: 200, body: 'x'.repeat(100_000) }));
    const error: unknown = await store.count({ must: [] }).catch((thrown: unknown) => thrown);
    const { message } = (error as PublicError).cause as Error;
    expect(message).toContain(`${'x'.repeat(500)}…`);
    expect(message.length).toBeLessThan(700);
  });
});

describe('an answer that exceeds the maximum size', () => {
  const BOUND = 10_000;
  const long = JSON.stringify({ result: { count: 1 }, more: 'x'.repeat(100_000) });

  test.each([
    ['plain', {}, Buffer.from(long)],
    ['unpacked', { 'content-encoding': 'gzip' }, gzipSync(long)],
    ['of no end', {}, null],
  ])('is rejected: %s', async (_name, headers, body) => {
    let isClosed: (value: unknown) => void;
    const closed = new Promise((resolve) => (isClosed = resolve));
    const server = createServer((_request, response) => {
      response.on('close', () => isClosed(true));
      response.writeHead(200, { 'content-type': 'application/json', ...headers });
      if (body) return response.end(body);
      const more = () => response.write('x'.repeat(1_000), () => setImmediate(more));
      return more();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo; // an address: the server listens on a port
    const address = { url: `http://127.0.0.1:${port}`, timeoutMs: 5_000, compression: true };
    const http = createHttp(toServer(address), BOUND);
    await expect(http.send('GET', '/', undefined, isCount)).rejects.toMatchObject({
      name: 'UnexpectedAnswerError',
      message: expect.stringMatching(/more than 10000 bytes|too long/),
    });
    expect(await closed).toBe(true);
    http.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
