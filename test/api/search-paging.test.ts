import { afterEach, describe, expect, test } from '@jest/globals';
import { importOnce } from '../support/import-once.js';
import { idsOf, useSearchServer, type PageInfo, type Variables } from '../support/search-server.js';

interface Page {
  nodes: { rank: number; score: number | null; paper: { id: string } }[];
  edges: { cursor: string; node: { paper: { id: string } } }[];
  pageInfo: PageInfo;
  totalCount: number;
  interpretation: { submitted: { gte: string | null } | null };
}

const SEARCH = `query Page(
  $query: String, $filter: SearchFilter, $mode: SearchMode, $ranking: RankingInput, $orderBy: SearchOrderInput,
  $params: SearchParamsInput, $first: Int, $after: String, $last: Int, $before: String
) {
  search(
    query: $query, filter: $filter, mode: $mode, ranking: $ranking, orderBy: $orderBy, params: $params
    first: $first, after: $after, last: $last, before: $before
  ) {
    nodes { rank score paper { id } }
    edges { cursor node { paper { id } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount
    interpretation { submitted { gte } }
  }
}`;

const { server, find, refuse } = useSearchServer<Page>(SEARCH);
const { setClock, resetClock } =
  await importOnce<typeof import('../support/clock.js')>('../support/clock.js');

/** All pages, from the first to the last. */
async function walk(search: Variables, first: number): Promise<Page[]> {
  const pages: Page[] = [];
  let after: string | null = null;
  do {
    const page: Page = await find({ ...search, first, after });
    pages.push(page);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  return pages;
}

describe('every paper appears once, in the same order whatever the page size', () => {
  test.each<[string, Variables]>([
    ['a listing', {}],
    ['a listing, oldest first', { orderBy: { field: 'SUBMITTED', direction: 'ASC' } }],
    ['a listing by the last update', { orderBy: { field: 'UPDATED' } }],
    ['by meaning', { query: 'particles and fields', mode: 'SEMANTIC' }],
    ['by both', { query: 'particles and fields' }],
    ['by ranks', { query: 'particles and fields', ranking: { fusion: { method: 'RRF' } } }],
    ['by relative scores', { query: 'the fields', ranking: { fusion: { method: 'RELATIVE_SCORE' } } }],
    ['with recency', { query: 'particles and fields', ranking: { recency: { weight: 1 } } }],
    ['with diversity', { query: 'particles and fields', ranking: { diversity: 0.5 } }],
    ['a query, newest first', { query: 'fields', orderBy: { field: 'SUBMITTED' } }],
    ['a query, worst first', { query: 'fields', orderBy: { direction: 'ASC' } }],
  ])('%s', async (_name, search) => {
    const pages = await walk(search, 37);
    const ids = pages.flatMap(idsOf);
    expect(ids).toHaveLength(252);
    expect(new Set(ids).size).toBe(252);
    expect(pages.flatMap(({ nodes }) => nodes.map(({ rank }) => rank))).toEqual(ids.map((_, at) => at + 1));
    expect((await walk(search, 100)).flatMap(idsOf)).toEqual(ids);
  });

  test('by words: every paper with one of the words', async () => {
    const ids = (await walk({ query: 'quantum field theory', mode: 'KEYWORD' }, 7)).flatMap(idsOf);
    expect(ids.length).toBeGreaterThan(20);
    expect(ids.length).toBeLessThan(252);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('fused scores decrease from the first paper to the last', async () => {
    const pages = await walk({ query: 'particles and fields' }, 100);
    const scores = pages.flatMap(({ nodes }) => nodes.map(({ score }) => score ?? NaN));
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });
});

describe('backwards', () => {
  test.each<[string, Variables]>([
    ['by both', { query: 'galaxies' }],
    ['by words', { query: 'galaxies and stars', mode: 'KEYWORD' }],
    ['a listing', {}],
  ])('%s: the pages before a cursor, each paper once', async (_name, search) => {
    const front = await find({ ...search, first: 30 });
    const ids = idsOf(front);
    const back: string[] = [];
    let before: string | null | undefined = front.edges.at(-1)?.cursor;
    while (before) {
      const page: Page = await find({ ...search, last: 7, before });
      back.unshift(...idsOf(page));
      expect(page.pageInfo.hasNextPage).toBe(true);
      before = page.pageInfo.hasPreviousPage ? page.pageInfo.startCursor : null;
    }
    expect(back).toEqual(ids.slice(0, -1));
  });
});

describe('what a page costs', () => {
  test('the next page needs no second embedding', async () => {
    const { pageInfo } = await find({ query: 'embedded only once', first: 5 });
    server().forgetCalls();
    await find({ query: 'embedded only once', first: 5, after: pageInfo.endCursor });
    expect(server().embedCalls).toEqual([]);
  });

  test('a page needs the first windows; later pages also need the deep ones', async () => {
    const { edges } = await find({ query: 'windows', first: 100 });
    for (const [at, searches] of [
      [99, 4],
      [9, 2],
    ] as const) {
      server().forgetCalls();
      await find({ query: 'windows', first: 50, after: edges[at]?.cursor });
      expect(server().storeCalls[0]).toEqual(['search', searches]);
    }
  });
});

describe('before and after a page', () => {
  const LISTING = { filter: { categories: { in: ['hep-th'] } } };
  const RANKING = { query: 'networks' };

  /** `after` and `before` are ranks of results, whose cursors are passed. */
  test.each<[string, Variables, { after?: number; before?: number }, [boolean, boolean], number[]]>([
    ['the first', RANKING, {}, [false, true], [1, 2, 3]],
    ['after a cursor', RANKING, { after: 3 }, [true, true], [4, 5, 6]],
    ['the last ones before a cursor', { ...RANKING, last: 2 }, { before: 6 }, [true, true], [4, 5]],
    [
      'fewer results before a cursor than requested',
      { ...RANKING, last: 5 },
      { before: 4 },
      [false, true],
      [1, 2, 3],
    ],
    ['the first ones before a cursor', RANKING, { before: 4 }, [false, true], [1, 2, 3]],
    ['before the first cursor', { ...RANKING, last: 5 }, { before: 1 }, [false, true], []],
    ['the first ones before the first cursor', RANKING, { before: 1 }, [false, true], []],
    ['before the first cursor of a listing', { ...LISTING, last: 3 }, { before: 1 }, [false, true], []],
    ['after the last of the sample', RANKING, { after: 252 }, [true, false], []],
    ['all of a listing', { ...LISTING, first: 9 }, {}, [false, false], [1, 2, 3, 4, 5, 6, 7, 8, 9]],
  ])('%s', async (_name, search, places, [hasPreviousPage, hasNextPage], ranks) => {
    const cursors = await cursorsOf(search, places);
    const sizes = 'last' in search ? {} : { first: 3 };
    const { nodes, pageInfo } = await find({ ...sizes, ...search, ...cursors });
    expect(nodes.map(({ rank }) => rank)).toEqual(ranks);
    expect(pageInfo).toMatchObject({ hasPreviousPage, hasNextPage });
  });

  async function cursorsOf(
    { query, filter }: Variables,
    places: Readonly<Record<string, number>>,
  ): Promise<Variables> {
    const pages = await walk({ query, filter }, 100);
    const cursors = pages.flatMap(({ edges }) => edges.map(({ cursor }) => cursor));
    return Object.fromEntries(Object.entries(places).map(([name, rank]) => [name, cursors[rank - 1]]));
  }
});

test('an empty page has no cursors', async () => {
  expect(await find({ filter: { ids: ['0101.0001'] } })).toEqual({
    pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    nodes: [],
    edges: [],
    totalCount: 0,
    interpretation: { submitted: null },
  });
});

test('every page computes ages from the time of the first page', async () => {
  const search = { query: 'galaxies', ranking: { recency: { halfLifeDays: 0.000001, weight: 0.9 } } };
  const first = await find({ ...search, first: 50 });
  const page = await find({ ...search, first: 10, after: first.edges[9]?.cursor });
  expect(page.nodes).toEqual(first.nodes.slice(10, 20));
});

describe('is rejected:', () => {
  test.each<[string, Variables]>([
    ['query', { query: 'stars' }],
    ['filter', { filter: { versionCount: { gte: 1 } } }],
    ['mode', { mode: 'SEMANTIC' }],
    ['fusion', { ranking: { fusion: { semanticWeight: 0.6 } } }],
    ['recency', { ranking: { recency: {} } }],
    ['diversity', { ranking: { diversity: 0.1 } }],
    ['order', { orderBy: { direction: 'ASC' } }],
    ['params', { params: { exact: true } }],
  ])('a cursor of a search with another %s', async (_name, change) => {
    const { pageInfo } = await find({ query: 'galaxies' });
    const variables = { query: 'galaxies', ...change, after: pageInfo.endCursor };
    await refuse(variables, ['after'], '"after" is a cursor of another search; query, filter, mode');
  });

  test('a cursor with another rank written into it', async () => {
    const { pageInfo } = await find({ query: 'galaxies' });
    const said = JSON.parse(Buffer.from(pageInfo.endCursor ?? '', 'base64url').toString()) as object;
    const after = Buffer.from(JSON.stringify({ ...said, r: 200 })).toString('base64url');
    await refuse({ query: 'galaxies', after }, ['after'], 'of another search');
  });

  test.each<[string, Variables, string[], string]>([
    ['text that is not a cursor', { after: 'x' }, ['after'], 'pass one that a search returned'],
    ['an empty cursor', { last: 3, before: '' }, ['before'], 'pass one that a search returned'],
    ['"first" with "last"', { first: 3, last: 3 }, ['last'], 'cannot be combined'],
    ['"last" without "before"', { last: 3 }, ['last'], 'requires "before"'],
    ['no results', { first: 0 }, ['first'], '"first" must be from 1 to 100, not 0'],
    ['too many results', { first: 101 }, ['first'], '"first" must be from 1 to 100, not 101'],
  ])('%s', async (_name, variables, argumentPath, message) => {
    await refuse(variables, argumentPath, message);
  });
});

describe('a date relative to today', () => {
  afterEach(resetClock);

  test('is computed from the time of the first page on every page', async () => {
    setClock('2018-12-31T23:59:00Z');
    const search = { query: 'learning last year', first: 1 };
    const first = await find(search);
    setClock('2019-01-01T00:01:00Z');
    const second = await find({ ...search, after: first.pageInfo.endCursor });
    const others = await find(search);
    expect([first, second, others].map(({ interpretation }) => interpretation.submitted?.gte)).toEqual([
      '2017-01-01',
      '2017-01-01',
      '2018-01-01',
    ]);
    expect(second.nodes.map(({ rank }) => rank)).toEqual([2]);
    expect(second.totalCount).toBe(first.totalCount);
    expect(idsOf(second)).not.toEqual(idsOf(first));
  });
});
