import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PageInfo } from '../support/search-server.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

interface Page {
  search: {
    totalCount: number;
    interpretation: { text: string; authors: string[] };
    nodes: {
      rank: number;
      score: number | null;
      paper: { id: string; title: string; submittedAt: string | null };
    }[];
    edges: { cursor: string; node: { paper: { id: string } } }[];
    pageInfo: PageInfo;
  };
}

const SEARCH = `query Search(
  $query: String, $filter: SearchFilter, $first: Int, $after: String, $last: Int, $before: String, $interpret: Boolean! = true
) {
  search(query: $query, filter: $filter, first: $first, after: $after, last: $last, before: $before, interpret: $interpret) {
    totalCount
    interpretation { text authors }
    nodes { rank score paper { id title submittedAt } }
    edges { cursor node { paper { id } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function find(variables: Record<string, unknown>): Promise<Page['search']> {
  const { data, errors } = await server.ask<Page>(SEARCH, variables);
  expect(errors).toBeUndefined();
  return data.search;
}

async function idsOf(filter: Record<string, unknown>): Promise<string[]> {
  const { nodes } = await find({ filter, first: 100 });
  return nodes.map(({ paper }) => paper.id);
}

describe('meaning and author', () => {
  test('"by …" becomes a filter and the rest is embedded', async () => {
    server.forgetCalls();
    const page = await find({ query: 'Mentions of point clouds by Tian-Xing Xu' });
    expect(page.interpretation).toEqual({ text: 'Mentions of point clouds', authors: ['Tian-Xing Xu'] });
    expect(page.nodes).toEqual([
      {
        rank: 1,
        score: expect.any(Number) as unknown,
        paper: expect.objectContaining({ id: '2504.01016' }) as unknown,
      },
    ]);
    expect(page.totalCount).toBe(1);
    expect(server.embedCalls).toEqual([['Mentions of point clouds']]);
  });

  test('"nearby galaxies" is text, not an author', async () => {
    const page = await find({ query: 'nearby galaxies' });
    expect(page.interpretation).toEqual({ text: 'nearby galaxies', authors: [] });
    expect(page.totalCount).toBe(252);
  });

  test('with interpret: false the whole text is embedded', async () => {
    const page = await find({ query: 'point clouds by Tian-Xing Xu', interpret: false });
    expect(page.interpretation).toEqual({ text: 'point clouds by Tian-Xing Xu', authors: [] });
    expect(page.totalCount).toBe(252);
  });

  test.each([
    ['a new neural architecture for machine translation based only on attention', '1706.03762'],
    ['deep residual networks for image recognition', '1512.03385'],
    ['two networks play against each other to generate images', '1406.2661'],
    ['efficient approximate nearest neighbor search with a hierarchical graph', '1603.09320'],
    ['scale-free networks grow by preferential attachment', 'cond-mat/9910332'],
    ['deep learning on 3D point sets', '1612.00593'],
  ])('"%s" finds %s among the first three', async (query, id) => {
    const { nodes } = await find({ query, first: 3 });
    expect(nodes.map(({ paper }) => paper.id)).toContain(id);
  });

  test('scores decrease with rank, and ranks start at 1', async () => {
    const { nodes } = await find({ query: 'quantum computing', first: 50 });
    expect(nodes.map(({ rank }) => rank)).toEqual(Array.from({ length: 50 }, (_, at) => at + 1));
    const scores = nodes.map(({ score }) => score ?? NaN);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  test('without a text, the result is a listing, newest first, and nothing is embedded', async () => {
    server.forgetCalls();
    const { nodes } = await find({ query: ' by Perelman ' });
    expect(nodes.map(({ paper, score }) => [paper.id, score])).toEqual([
      ['math/0307245', null],
      ['math/0303109', null],
      ['math/0211159', null],
    ]);
    expect(server.embedCalls).toEqual([]);
  });
});

describe('filters', () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    ['an author by initial', { authors: { match: 'T. Xu' } }, ['2504.01016']],
    ['an author, family name first', { authors: { match: ['Xu, Tian-Xing'] } }, ['2504.01016']],
    ['two authors', { authors: { match: ['Tian-Xing Xu', 'Wenbo Hu'] } }, ['2504.01016']],
    ['an author with other letters', { authors: { match: 'Velickovic' } }, ['1710.10903']],
    ['an author in LaTeX', { authors: { match: 'Csaba Balázs' } }, ['0704.0001']],
    ['identifiers', { ids: ['arXiv:1706.03762v5', 'hep-th/9711200'] }, ['1706.03762', 'hep-th/9711200']],
    ['a phrase of the title', { title: { phrase: 'attention is all' } }, ['1706.03762']],
    ['words of the title', { title: { match: 'need attention' } }, ['1706.03762']],
    ["arXiv's own DOI", { doi: { in: ['https://doi.org/10.48550/ARXIV.1706.03762'] } }, ['1706.03762']],
    ["arXiv's own DOI of an unknown paper", { doi: { in: ['10.48550/arXiv.1706.99999'] } }, []],
    ['a DOI in another case', { doi: { in: ['10.1103/physrevd.76.013009'] } }, ['0704.0001']],
    ['a day, included to its end', { submitted: { gte: '2017-06-12', lte: '2017-06-12' } }, ['1706.03762']],
    [
      'an instant',
      { submitted: { gte: '2017-06-12T17:57:34Z', lte: '2017-06-12T19:57:34+02:00' } },
      ['1706.03762'],
    ],
    ['a contradictory range', { submitted: { gt: '2020-01-01', lt: '2019-01-01' } }, []],
    ['no category at all', { categories: { in: [] } }, []],
  ])('%s', async (_name, filter, ids) => {
    expect((await idsOf(filter)).sort()).toEqual([...ids].sort());
  });

  test('"notIn" excludes papers that are in the category and in others', async () => {
    const inCv = await idsOf({ categories: { in: ['cs.CV'] } });
    const others = await idsOf({ and: [{ archives: { in: ['cs'] } }, { categories: { notIn: ['cs.CV'] } }] });
    expect(inCv.length).toBeGreaterThan(5);
    expect(others.length).toBeGreaterThan(5);
    expect(others.filter((id) => inCv.includes(id))).toEqual([]);
  });

  test('a filter is combined with an author in the query', async () => {
    const page = await find({ query: 'Ricci flow by Perelman', filter: { submitted: { lt: '2003-01-01' } } });
    expect(page.nodes.map(({ paper }) => paper.id)).toEqual(['math/0211159']);
  });

  test('a filter may have a thousand names', async () => {
    const names = Array.from({ length: 1_000 }, (_, at) => `Nobody Number${at}`);
    expect(await idsOf({ authors: { any: [...names.slice(1), 'Perelman'] } })).toHaveLength(3);
  });
});

describe('is rejected:', () => {
  test.each<[string, Record<string, unknown>, unknown, string]>([
    ['no results', { first: 0 }, ['first'], '"first" must be from 1 to 100, not 0'],
    ['too many results', { first: 101 }, ['first'], '"first" must be from 1 to 100, not 101'],
    [
      'a forged cursor',
      { after: 'x' },
      ['after'],
      '"after" is not a cursor; pass one that a search returned',
    ],
    [
      'a long query',
      { query: 'x'.repeat(10_001) },
      ['query'],
      'A query may have at most 10000 characters, not 10001',
    ],
    [
      'an invalid identifier',
      { filter: { not: { ids: ['x'] } } },
      ['filter', 'not', 'ids', 0],
      expect.stringContaining('"x" is not an arXiv identifier') as unknown as string,
    ],
  ])('%s', async (_name, variables, argumentPath, message) => {
    const { data, errors } = await server.ask<Page>(SEARCH, variables);
    expect(data).toEqual({ search: null });
    expect(errors).toEqual([
      expect.objectContaining({
        message,
        path: ['search'],
        extensions: { code: 'BAD_USER_INPUT', isRetryable: false, argumentPath },
      }),
    ]);
  });

  test('the error for an invalid date names the variable', async () => {
    const { errors } = await server.ask<Page>(SEARCH, { filter: { submitted: { gte: 'yesterday' } } });
    expect(errors?.[0]).toMatchObject({
      message:
        'Variable "$filter" got invalid value "yesterday" at "filter.submitted.gte"; Expected type "DateOrDateTime". Expected a day such as 2021-12-31 ' +
        'or a time with time zone such as 2021-12-31T12:00:00Z, not "yesterday"',
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });
});
