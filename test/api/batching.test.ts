import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { startTestServer, type TestServer } from '../support/test-server.js';

const TOPICS = [
  'stars',
  'atoms',
  'proteins',
  'graphs',
  'knots',
  'markets',
  'robots',
  'speech',
  'vortices',
  'primes',
];

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ environment: { EMBEDDING_BATCH_WINDOW_MS: '200' } });
});
beforeEach(() => server.forgetCalls());
afterAll(() => server.close());

function searches(texts: string[], selection = 'nodes { paper { id title } }'): string {
  return `{ ${texts.map((text, at) => `s${at}: search(query: "${text}", first: 3) { ${selection} }`).join('\n')} }`;
}

/** Embeddings of the best 15 of each search, and fields of a page's papers; several searches may find the same paper. */
const VECTORS = ['vectors', expect.any(Number)];
const PAPERS = ['retrieve', expect.any(Number)];

test('ten aliased searches make one embeddings call, one store batch and one retrieval of each kind', async () => {
  const { data } = await server.ask<Record<string, unknown>>(searches(TOPICS));
  expect(Object.keys(data)).toHaveLength(10);
  expect(server.embedCalls).toEqual([TOPICS]);
  expect(server.storeCalls).toEqual([['search', 20], VECTORS, PAPERS]);
});

test('searches with cached and new texts in one operation are one store batch', async () => {
  await server.ask(searches(['tides', 'winds']));
  server.forgetCalls();
  await server.ask(searches(['tides', 'rivers', 'winds', 'lakes']));
  expect(server.embedCalls).toEqual([['rivers', 'lakes']]);
  expect(server.storeCalls).toEqual([['search', 8], VECTORS, PAPERS]);
});

test('concurrent requests of different clients share one embeddings call, which contains each text once', async () => {
  await Promise.all([server.ask(searches(['dunes', 'oases'])), server.ask(searches(['dunes', 'camels']))]);
  expect(server.embedCalls.map((texts) => [...texts].sort())).toEqual([['camels', 'dunes', 'oases']]);
  const calls = server.storeCalls.map(([call]) => call).sort();
  expect(calls).toEqual(['retrieve', 'retrieve', 'search', 'search', 'vectors', 'vectors']);
  expect(server.storeCalls.filter(([call]) => call === 'search')).toEqual([
    ['search', 4],
    ['search', 4],
  ]);
});

test('a repeated text needs no call, whatever its white space', async () => {
  await server.ask(searches(['cold  dark matter']));
  server.forgetCalls();
  await server.ask(searches([' cold dark   matter ']));
  expect(server.embedCalls).toEqual([]);
});

test('the similar papers of ten papers are one store batch', async () => {
  await server.ask(
    searches(['networks'])
      .replace('first: 3', 'first: 10')
      .replace('id title', 'id similar { paper { title } }'),
  );
  expect(server.storeCalls).toEqual([
    ['search', 2],
    ['vectors', 15],
    ['retrieve', 10],
    ['search', 10],
  ]);
});

test('equal filters of one operation are counted once', async () => {
  await server.ask(searches(TOPICS.slice(0, 5), 'totalCount'));
  expect(server.storeCalls).toEqual([['search', 10], VECTORS, PAPERS, ['counts', 1]]);
});

test('papers requested under several aliases are one retrieval', async () => {
  await server.ask(`{
    a: paper(id: "1706.03762") { title } b: paper(id: "1706.03762") { abstract }
    c: papers(ids: ["1512.03385", "1706.03762"]) { title }
  }`);
  expect(server.storeCalls).toEqual([['retrieve', 2]]);
});

test('searches of every mode and listings of one operation are one store batch', async () => {
  await server.ask(`{
    a: search(query: "tides", first: 3) { nodes { rank } }
    b: search(query: "moons", mode: SEMANTIC, first: 3) { nodes { rank } }
    c: search(query: "moons", mode: KEYWORD, first: 3) { nodes { rank } }
    d: search(first: 3) { nodes { rank } }
  }`);
  expect(server.storeCalls).toEqual([
    ['search', 5],
    ['vectors', 15],
    ['retrieve', 3],
  ]);
});

test.each<[string, string, string[][], [string, unknown][]]>([
  ['by words costs no embedding', 'query: "lake", mode: KEYWORD', [], [['search', 1]]],
  ['by meaning is one request', 'query: "fjord", mode: SEMANTIC', [['fjord']], [['search', 1]]],
  ['without a text costs no embedding', 'query: " by Perelman"', [], [['search', 1]]],
  [
    'newest first also requests the deep windows',
    'query: "dunes of sand", orderBy: { field: SUBMITTED }',
    [['dunes of sand']],
    [
      ['search', 4],
      ['vectors', 15],
      ['retrieve', 3],
    ],
  ],
  [
    'with recency makes no more calls',
    'query: "ponds", ranking: { recency: {} }',
    [['ponds']],
    [
      ['search', 2],
      ['vectors', 15],
      ['retrieve', 3],
    ],
  ],
  [
    'with diversity reads the embeddings of fifty candidates',
    'query: "brooks", ranking: { diversity: 0.5 }',
    [['brooks']],
    [
      ['search', 2],
      ['vectors', 50],
      ['retrieve', 3],
    ],
  ],
])('a search %s', async (_name, args, embedCalls, storeCalls) => {
  await server.ask(`{ search(${args}, first: 3) { nodes { rank } } }`);
  expect(server.embedCalls).toEqual(embedCalls);
  expect(server.storeCalls).toEqual(storeCalls);
});

test('the sentences of all highlights are embedded in one call', async () => {
  const { data } = await server.ask<{ search: { nodes: { highlights: { kind: string }[] }[] } }>(
    '{ search(query: "glaciers", mode: SEMANTIC, first: 5) { nodes { highlights { kind } } } }',
  );
  expect(server.embedCalls).toHaveLength(2);
  expect(server.embedCalls[0]).toEqual(['glaciers']);
  expect(server.embedCalls[1]?.length).toBeGreaterThan(5);
  for (const { highlights } of data.search.nodes) {
    expect(highlights.filter(({ kind }) => kind === 'SENTENCE')).toHaveLength(1);
  }
});
