import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { COUNTED, expectAgreement, sum, type Found } from '../support/found.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
beforeEach(() => server.forgetCalls());
afterAll(() => server.close());

/** Papers of the sample. */
const CORPUS_SIZE = 252;

const VISION = { categories: { in: ['cs.CV'] } };

describe('results, facets and all pages agree', () => {
  test.each<[string, Record<string, unknown>]>([
    ['by words', { query: 'residual networks', mode: 'KEYWORD' }],
    ['by words that most papers have', { query: 'show results', mode: 'KEYWORD' }],
    ['by words, with a filter', { query: 'residual networks', mode: 'KEYWORD', filter: VISION }],
    ['by words, with an author in the query', { query: 'networks by Kaiming He', mode: 'KEYWORD' }],
    ['by words that a reader would not compare', { query: 'of the', mode: 'KEYWORD' }],
    ['by words that no paper has', { query: 'zeugma', mode: 'KEYWORD' }],
    ['by words, with recency', { query: 'networks', mode: 'KEYWORD', ranking: { recency: {} } }],
    ['by meaning', { query: 'seeing machines', mode: 'SEMANTIC' }],
    [
      'by meaning, with a threshold',
      { query: 'seeing machines', mode: 'SEMANTIC', ranking: { scoreThreshold: 0.2 } },
    ],
    [
      'by meaning, with a threshold above all papers',
      { query: 'seeing machines', mode: 'SEMANTIC', ranking: { scoreThreshold: 0.99 } },
    ],
    ['by both', { query: 'residual networks', filter: VISION }],
    ['by both, close enough', { query: 'residual networks', ranking: { scoreThreshold: 0.2 } }],
    ['by both, unlike each other', { query: 'residual networks', ranking: { diversity: 0.5 } }],
    ['in a listing', { filter: VISION }],
    ['in a listing that selects nothing', { filter: { ids: [] } }],
  ])('%s', async (_name, variables) => {
    await expectAgreement(server, variables);
  });
});

test('by words, foundCount counts papers with one of the words, and totalCount what the filters select', async () => {
  const { data } = await server.ask<{
    search: Found & { found: { value: string }[]; selected: object[] };
  }>(
    `{ search(query: "transformer", mode: KEYWORD) { totalCount foundCount
       found: facets(field: YEAR, first: 100, of: FOUND) { value }
       selected: facets(field: YEAR, first: 100) { value } } }`,
  );
  const { totalCount, foundCount, found, selected } = data.search;
  expect(totalCount).toBe(CORPUS_SIZE);
  expect(foundCount).toBeGreaterThan(0);
  expect(foundCount).toBeLessThan(CORPUS_SIZE / 2);
  expect(found.length).toBeLessThan(selected.length);
});

test('facets count what the filters select by default', async () => {
  const facets = 'facets(field: PRIMARY_CATEGORY, first: 100';
  const { data } = await server.ask<{ search: Record<string, { count: number; isExact: boolean }[]> }>(
    `{ search(query: "transformer", mode: KEYWORD) {
       plain: ${facets}) { count isExact } selected: ${facets}, of: SELECTED) { count isExact } } }`,
  );
  expect(sum(data.search['plain'] ?? [])).toBe(CORPUS_SIZE);
  expect(data.search['plain']).toEqual(data.search['selected']);
  expect(data.search['plain']?.every(({ isExact }) => isExact)).toBe(true);
});

test('similar and recommended papers are counted, too', async () => {
  const { data } = await server.ask<Record<string, Found> & { paper: { similarConnection: Found } }>(
    `{ paper(id: "1706.03762") { similarConnection(filter: { categories: { in: ["cs.CV"] } }) { ${COUNTED} } }
       average: recommend(like: ["1706.03762"]) { ${COUNTED} }
       best: recommend(like: ["1706.03762"], strategy: BEST_SCORE) { ${COUNTED} } }`,
  );
  const connections = [data.paper.similarConnection, data['average'], data['best']];
  for (const connection of connections) {
    expect(connection?.foundCount).toBeGreaterThan(0);
    expect(sum(connection?.years ?? [])).toBe(connection?.foundCount);
  }
  expect(connections.map((each) => [each?.foundCount === each?.totalCount, each?.isExact])).toEqual([
    [true, true],
    [true, true],
    // The candidates are the 100 nearest papers.
    [false, false],
  ]);
  expect(data['best']?.foundCount).toBe(100);
});

test('papers are counted only on request, and equal counts are computed once', async () => {
  await server.ask('{ search(query: "transformer", mode: KEYWORD) { nodes { rank } } }');
  expect(server.storeCalls).toEqual([['search', 1]]);
  server.forgetCalls();
  await server.ask(`{ search(query: "transformer", mode: KEYWORD) {
    foundCount isExact again: foundCount facets(field: YEAR, of: FOUND) { isExact } } }`);
  expect([...server.storeCalls].sort()).toEqual([
    ['countMatches', 1],
    ['facets', 1],
    ['search', 1],
  ]);
});
