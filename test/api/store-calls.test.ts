import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    environment: { MAX_COST: '10000000', EMBEDDING_BATCH_WINDOW_MS: '20' },
  });
});
afterAll(() => server.close());

const PAPER = 'id title authors(first: 3) { name } categories { code name group }';

/**
 * Typical operations of clients, and the calls that each takes. None of the figures depends on the page size `$n`. A store
 * call is one call of a method of its port, for everything requested at the same moment
 * (`docs/decisions/0008-batching-the-graph.md`).
 */
const OPERATIONS: [name: string, calls: string, operation: string][] = [
  ['a listing', 'search', `{ search(first: $n) { nodes { paper { ${PAPER} } } } }`],
  [
    'a search',
    'embed retrieve search vectors',
    `{ search(query: "$q", first: $n) { nodes { score paper { ${PAPER} } } } }`,
  ],
  [
    'three searches under aliases',
    'embed retrieve search vectors',
    `{ a: search(query: "$q a", first: $n) { nodes { rank } } b: search(query: "$q b", first: $n) { nodes { rank } }
       c: search(query: "$q c", first: $n) { nodes { rank } } }`,
  ],
  [
    'a page with similar papers',
    'embed retrieve search search vectors',
    `{ search(query: "$q", first: $n) { nodes { paper { ${PAPER} similar(first: 5) { score paper { ${PAPER} } } } } } }`,
  ],
  [
    'similar papers of similar papers',
    'search search search',
    '{ search(first: $n) { nodes { paper { similar(first: 3) { paper { id similar(first: 2) { paper { title } } } } } } } }',
  ],
  [
    'a page with facets and its count',
    'counts embed facets retrieve search vectors',
    `{ search(query: "$q", first: $n) { totalCount nodes { paper { title } }
       c: facets(field: CATEGORY, first: $n) { label count } y: facets(field: YEAR, first: $n) { value count }
       a: facets(field: AUTHOR, first: $n) { value count } } }`,
  ],
  [
    'facets of two searches',
    'facets search',
    `{ a: search(filter: { archives: { in: ["cs"] } }, first: $n) { facets(field: YEAR, first: $n) { value } }
       b: search(filter: { archives: { in: ["math"] } }, first: $n) { facets(field: YEAR, first: $n) { value } } }`,
  ],
  [
    'papers of the authors of a page',
    'search search',
    '{ search(first: $n) { nodes { paper { authors(first: 3) { name papers(first: 3) { nodes { paper { title } } } } } } } }',
  ],
  [
    'spellings and years of the authors of a page',
    'directory.find search',
    '{ search(first: $n) { nodes { paper { authors(first: 3) { variants { name paperCount } firstYear lastYear } } } } }',
  ],
  [
    'co-authors and categories of the authors of a page',
    'facets search',
    `{ search(first: $n) { nodes { paper { authors(first: 2) {
       coauthors(first: 3) { author { name } paperCount } categories(first: 3) { category { name } } } } } } }`,
  ],
  [
    'an author with all fields',
    'counts directory.find facets search',
    `{ author(name: "Kaiming He") { name variants { name } firstYear lastYear coauthors(first: $n) { paperCount }
       categories(first: $n) { paperCount } papers(first: $n) { totalCount nodes { paper { title } } } } }`,
  ],
  [
    'co-authors of co-authors, with papers',
    'directory.find facets facets search',
    `{ author(name: "Kaiming He") { coauthors(first: $n) { author { name
       papers(first: 2) { nodes { paper { title } } } coauthors(first: 2) { author { name } } } } } }`,
  ],
  [
    'three authors under aliases',
    'directory.find search',
    `{ a: author(name: "Kaiming He") { papers(first: $n) { nodes { rank } } }
       b: author(name: "Jian Sun") { papers(first: $n) { nodes { rank } } } c: author(name: "Nobody Atall") { name } }`,
  ],
  [
    'paper counts of the authors and categories of a page',
    'counts counts search search',
    `{ search(first: $n) { totalCount nodes { paper { authors(first: 3) { papers(first: 1) { totalCount } }
       categories { papers(first: 1) { totalCount } } } } } }`,
  ],
  [
    'facets of the papers of the authors of a page',
    'counts facets search search',
    `{ search(first: $n) { nodes { paper { authors(first: 2) { papers(first: 1) { totalCount
       facets(field: YEAR, first: 3) { value count } } } } } } }`,
  ],
  [
    'papers of the categories of a page',
    'search search',
    '{ search(first: $n) { nodes { paper { categories { name papers(first: 2) { nodes { paper { title } } } } } } } }',
  ],
  [
    'a category with its papers',
    'search',
    '{ category(code: "cs.CV") { name papers(first: $n) { nodes { paper { title } } } } }',
  ],
  [
    'suggestions of all kinds',
    'directory.find',
    '{ suggest(prefix: "gr", first: $n) { kind text paperCount filter } }',
  ],
  [
    'suggestions with their papers and authors',
    'directory.find retrieve search',
    `{ suggest(prefix: "gr", first: $n) { text paper { ${PAPER} } author { papers(first: 2) { nodes { paper { id } } } } } }`,
  ],
  [
    'recommendations by average',
    'search vectors',
    `{ recommend(like: ["1706.03762", "1512.03385"], unlike: ["1612.00593"], first: $n) { nodes { paper { ${PAPER} } } } }`,
  ],
  [
    'recommendations by best score',
    'retrieve search search vectors',
    `{ recommend(like: ["1706.03762", "1512.03385"], unlike: ["1612.00593"], strategy: BEST_SCORE, first: $n) {
       nodes { paper { ${PAPER} } } } }`,
  ],
  [
    'groups with authors and similar papers',
    'embed retrieve search search vectors',
    `{ searchGroups(query: "$q", by: CATEGORY, first: $n) { label nodes { paper { ${PAPER} similar(first: 2) { rank } } } } }`,
  ],
  [
    'papers by id with similar ones',
    'retrieve search',
    `{ papers(ids: ["1706.03762", "1512.03385", "1612.00593"]) { ${PAPER} bibtex similar(first: $n) { paper { title } } }
       paper(id: "hep-th/9711200") { ${PAPER} similar(first: $n) { paper { title } } } }`,
  ],
  [
    'unknown authors',
    'directory.find directory.find search',
    `{ a: search(query: "by Ashish Vaswany", first: $n) { interpretation { unknownAuthors { name didYouMean } } }
       b: search(query: "by Kaimin He", first: $n) { interpretation { unknownAuthors { didYouMean } } } }`,
  ],
];

let asked = 0;

async function callsOf(operation: string, pageSize: number): Promise<string> {
  server.forgetCalls();
  // A different text each time, because cached texts are not embedded again.
  const text = operation.replaceAll('$n', String(pageSize)).replaceAll('$q', `subject number ${++asked}`);
  const { errors } = await server.ask(text);
  expect(errors).toBeUndefined();
  return [...server.embedCalls.map(() => 'embed'), ...server.storeCalls.map(([call]) => call)]
    .sort()
    .join(' ');
}

test.each(OPERATIONS)('%s: %s, for every page size', async (_name, calls, operation) => {
  expect(await callsOf(operation, 2)).toBe(calls);
  expect(await callsOf(operation, 20)).toBe(calls);
});

test('a page of 20 results, each with authors, categories and five similar papers, takes at most 4 store calls', async () => {
  await callsOf(
    `{ search(query: "$q", first: $n) { nodes { paper { ${PAPER} similar(first: 5) { paper { ${PAPER} } } } } } }`,
    20,
  );
  expect(server.storeCalls.length).toBeLessThanOrEqual(4);
});
