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
  server = await startTestServer({ environment: { EMBEDDING_BATCH_WINDOW_MS: '20' } });
});
beforeEach(() => server.forgetCalls());
afterAll(() => server.close());

function searches(texts: string[], selection = 'nodes { paper { id title } }'): string {
  return `{ ${texts.map((text, at) => `s${at}: search(query: "${text}", first: 3) { ${selection} }`).join('\n')} }`;
}

test('ten aliased searches make one embeddings call and one store batch', async () => {
  const { data } = await server.ask<Record<string, unknown>>(searches(TOPICS));
  expect(Object.keys(data)).toHaveLength(10);
  expect(server.embedCalls).toEqual([TOPICS]);
  expect(server.storeCalls).toEqual([['search', 10]]);
});

test('known and new texts of one operation still go to the store together', async () => {
  await server.ask(searches(['tides', 'winds']));
  server.forgetCalls();
  await server.ask(searches(['tides', 'rivers', 'winds', 'lakes']));
  expect(server.embedCalls).toEqual([['rivers', 'lakes']]);
  expect(server.storeCalls).toEqual([['search', 4]]);
});

test('strangers who ask at the same moment share a call, equal texts once', async () => {
  await Promise.all([server.ask(searches(['dunes', 'oases'])), server.ask(searches(['dunes', 'camels']))]);
  expect(server.embedCalls.map((texts) => [...texts].sort())).toEqual([['camels', 'dunes', 'oases']]);
  expect(server.storeCalls).toEqual([
    ['search', 2],
    ['search', 2],
  ]);
});

test('a repeated text costs no call, whatever its spaces', async () => {
  await server.ask(searches(['cold  dark matter']));
  server.forgetCalls();
  await server.ask(searches([' cold dark   matter ']));
  expect(server.embedCalls).toEqual([]);
});

test('similar papers of ten papers are one store batch', async () => {
  await server.ask(
    searches(['networks'])
      .replace('first: 3', 'first: 10')
      .replace('id title', 'id similar { paper { title } }'),
  );
  expect(server.storeCalls).toEqual([
    ['search', 1],
    ['search', 10],
  ]);
});

test('equal filters of one operation are counted once', async () => {
  await server.ask(searches(TOPICS.slice(0, 5), 'totalCount'));
  expect(server.storeCalls).toEqual([
    ['search', 5],
    ['count', 1],
  ]);
});

test('papers asked for under several aliases are one retrieval', async () => {
  await server.ask(`{
    a: paper(id: "1706.03762") { title } b: paper(id: "1706.03762") { abstract }
    c: papers(ids: ["1512.03385", "1706.03762"]) { title }
  }`);
  expect(server.storeCalls).toEqual([['retrieve', 2]]);
});
