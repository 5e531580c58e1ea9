import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { importOnce } from '../support/import-once.js';
import { PublicError, startTestServer, type TestServer } from '../support/test-server.js';

const { missingDirectory } = await importOnce<typeof import('../../src/store/directory.js')>(
  '../../src/store/directory.js',
);

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
beforeEach(() => server.forgetCalls());
afterAll(() => server.close());

test('an author has spellings, years and papers', async () => {
  const { data, errors } = await server.ask(`{
    author(name: "BALAZS, Csaba") {
      name
      variants { name paperCount firstYear lastYear }
      firstYear lastYear
      papers { totalCount nodes { rank score paper { id } } pageInfo { hasNextPage } }
    }
  }`);
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    author: {
      // No author has exactly this name.
      name: 'BALAZS, Csaba',
      variants: [{ name: 'C. Balázs', paperCount: 1, firstYear: 2007, lastYear: 2007 }],
      firstYear: 2007,
      lastYear: 2007,
      papers: {
        totalCount: 1,
        nodes: [{ rank: 1, score: null, paper: { id: '0704.0001' } }],
        pageInfo: { hasNextPage: false },
      },
    },
  });
});

test.each([
  ['xu tianxing', 'xu tianxing'],
  ['xu TIAN xing', 'Tian-Xing Xu'],
  ['Kaiming  He', 'Kaiming He'],
])('%s is returned as %s', async (asked, name) => {
  const { data } = await server.ask('query ($n: String!) { author(name: $n) { name } }', { n: asked });
  expect(data).toEqual({ author: { name } });
});

test.each(['Nobody Atall', '', '…', '🦉', "Robert'); DROP TABLE papers"])(
  'an unknown author is null, without error: %j',
  async (name) => {
    expect(await server.ask('query ($n: String!) { author(name: $n) { name } }', { n: name })).toEqual({
      data: { author: null },
    });
  },
);

test('a name of 10,000 characters is rejected', async () => {
  const { errors } = await server.ask('query ($n: String!) { author(name: $n) { name } }', {
    n: 'x'.repeat(10_000),
  });
  expect(errors?.[0]).toMatchObject({
    message: 'A name may have at most 1000 characters, not 10000',
    extensions: { code: 'BAD_USER_INPUT', isRetryable: false, argumentPath: ['name'] },
  });
});

test('an author’s papers are the same as in a search by the author, page by page', async () => {
  interface Page {
    author: {
      papers: {
        totalCount: number;
        nodes: { paper: { id: string } }[];
        pageInfo: { endCursor: string; hasNextPage: boolean };
      };
    };
    search: { totalCount: number; nodes: { paper: { id: string } }[] };
  }
  const query = `query ($after: String) {
    author(name: "Y. Bengio") { papers(first: 2, after: $after) {
      totalCount nodes { paper { id } } pageInfo { endCursor hasNextPage }
    } }
    search(filter: { authors: { match: "Y. Bengio" } }, first: 100) { totalCount nodes { paper { id } } }
  }`;
  const first = (await server.ask<Page>(query)).data;
  const second = (await server.ask<Page>(query, { after: first.author.papers.pageInfo.endCursor })).data;
  const ids = (nodes: { paper: { id: string } }[]) => nodes.map(({ paper }) => paper.id);
  expect(first.author.papers.totalCount).toBe(first.search.totalCount);
  expect(first.search.totalCount).toBeGreaterThan(2);
  expect([...ids(first.author.papers.nodes), ...ids(second.author.papers.nodes)]).toEqual(
    ids(first.search.nodes).slice(0, 4),
  );
});

test('the papers and the spellings of all authors on a page take one call each', async () => {
  const { errors } = await server.ask(`{
    search(filter: { archives: { in: ["cs"] } }, first: 10) { nodes { paper {
      authors(first: 3) { name firstYear variants(first: 3) { name } papers(first: 3) { nodes { paper { id title } } } }
    } } }
  }`);
  expect(errors).toBeUndefined();
  expect(server.storeCalls.map(([call]) => call).sort()).toEqual(['directory.find', 'search', 'search']);
});

describe('unknown authors', () => {
  test.each<[string, string[]]>([
    ['papers by Ashish Vaswany', ['Ashish Vaswani']],
    ['papers by Kaimin He', ['Kaiming He']],
    ['papers by Goodfelow', ['Ian J. Goodfellow']],
    ['papers by Zzyzx Qwertz', []],
  ])('%s', async (query, didYouMean) => {
    const { data, errors } = await server.ask(
      'query ($q: String) { search(query: $q) { interpretation { unknownAuthors { name didYouMean } } } }',
      { q: query },
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      search: {
        interpretation: { unknownAuthors: [{ name: query.slice('papers by '.length), didYouMean }] },
      },
    });
  });

  test('are empty if an author has the name', async () => {
    const { data } = await server.ask(
      '{ search(query: "by T. Xu and Kaiming He") { interpretation { authors unknownAuthors { name } } } }',
    );
    expect(data).toEqual({
      search: { interpretation: { authors: ['T. Xu', 'Kaiming He'], unknownAuthors: [] } },
    });
  });

  test('cost two calls for all searches of an operation, and none if not selected', async () => {
    await server.ask(`{
      a: search(query: "by Ashish Vaswany") { interpretation { unknownAuthors { didYouMean } } }
      b: search(query: "by Kaimin He") { interpretation { unknownAuthors { didYouMean } } }
      c: search(query: "by Kaiming He") { interpretation { authors } }
    }`);
    expect(server.storeCalls.filter(([call]) => call === 'directory.find')).toHaveLength(2);
  });
});

test('without a directory, only the fields that need it fail, and only the log names the command that builds it', async () => {
  const refuse = () => Promise.reject(missingDirectory('arxiv_sample'));
  const bare = await startTestServer({
    wrapStore: (store) => ({ ...store, directory: { ...store.directory, find: refuse } }),
  });
  const { data, errors } = await bare.ask(`{
    suggest(prefix: "a") { text }
    author(name: "Kaiming He") { name }
    paper(id: "1706.03762") { title authors(first: 1) { name variants { name } papers(first: 1) { totalCount } } }
  }`);
  expect(data).toEqual({
    suggest: null,
    author: null,
    paper: {
      title: 'Attention Is All You Need',
      authors: [{ name: 'Ashish Vaswani', variants: null, papers: { totalCount: 1 } }],
    },
  });
  expect(errors).toHaveLength(3);
  for (const { message, extensions } of errors ?? []) {
    expect(message).toMatch(/has no directory of authors and titles yet$/);
    expect(extensions.code).toBe('STORE_UNAVAILABLE');
  }
  await bare.close();
});

test('a failing store is reported as unavailable', async () => {
  const fail = () => Promise.reject(new PublicError('STORE_UNAVAILABLE', 'Qdrant failed (status 500)'));
  const failing = await startTestServer({
    wrapStore: (store) => ({ ...store, directory: { ...store.directory, find: fail } }),
  });
  const { errors } = await failing.ask('{ suggest(prefix: "a") { text } }');
  expect(errors?.[0]?.message).toBe('Qdrant failed (status 500)');
  await failing.close();
});
