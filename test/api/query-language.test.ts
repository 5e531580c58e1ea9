import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PublicError, startTestServer, type TestServer } from '../support/test-server.js';

interface Found {
  search: {
    totalCount: number;
    interpretation: {
      text: string;
      title: string | null;
      authors: string[];
      categories: string[];
      phrases: string[];
      excluded: string[];
      submitted: Record<'gte' | 'gt' | 'lte' | 'lt', string | null> | null;
      ids: string[];
    };
    nodes: { paper: { id: string; title: string; submittedAt: string } }[];
  };
}

const SEARCH = `query Search($query: String, $filter: SearchFilter, $interpret: Boolean! = true) {
  search(query: $query, filter: $filter, interpret: $interpret, first: 100) {
    totalCount
    interpretation { text title authors categories phrases excluded submitted { gte gt lte lt } ids }
    nodes { paper { id title submittedAt } }
  }
}`;

const NO_CONDITIONS = {
  title: null,
  authors: [],
  categories: [],
  phrases: [],
  excluded: [],
  submitted: null,
  ids: [],
};

let server: TestServer;
let isStoreDown = false;
beforeAll(async () => {
  server = await startTestServer({
    wrapStore: (store) => ({
      ...store,
      search: (requests) =>
        isStoreDown
          ? Promise.reject(new PublicError('STORE_UNAVAILABLE', 'The store does not answer'))
          : store.search(requests),
    }),
  });
});
afterAll(() => server.close());

async function find(variables: Record<string, unknown>): Promise<Found['search']> {
  const { data, errors } = await server.ask<Found>(SEARCH, variables);
  expect(errors).toBeUndefined();
  return data.search;
}

async function idsOf(query: string, filter: unknown = null): Promise<string[]> {
  const { nodes } = await find({ query, filter });
  return nodes.map(({ paper }) => paper.id).sort();
}

test('interpretation shows all conditions, and the rest as text', async () => {
  const query =
    'attention by Ashish Vaswani and Noam Shazeer since 2017, before 2018 cat:cs.CL in cs.* "translation systems" -survey title:need id:1706.03762v5';
  const { interpretation, nodes } = await find({ query });
  expect(interpretation).toEqual({
    text: 'attention',
    title: 'need',
    authors: ['Ashish Vaswani', 'Noam Shazeer'],
    categories: ['cs.CL', 'cs.*'],
    phrases: ['translation systems'],
    excluded: ['survey'],
    submitted: { gte: '2017-01-01', gt: null, lte: null, lt: '2018-01-01' },
    ids: ['1706.03762'],
  });
  expect(nodes.map(({ paper }) => paper.id)).toEqual(['1706.03762']);
});

test('if there are no conditions, everything but the text is empty', async () => {
  const { interpretation } = await find({ query: 'nearby galaxies' });
  expect(interpretation).toEqual({ text: 'nearby galaxies', ...NO_CONDITIONS });
});

describe('each condition selects the same papers as its filter', () => {
  test.each<[string, unknown]>([
    ['by Perelman', { authors: { match: 'Perelman' } }],
    ['by Tian-Xing Xu and Wenbo Hu', { authors: { match: ['Tian-Xing Xu', 'Wenbo Hu'] } }],
    ['in 2017', { submitted: { gte: '2017-01-01', lte: '2017-12-31' } }],
    ['after 2016', { submitted: { gte: '2017-01-01' } }],
    ['until 2005', { submitted: { lte: '2005-12-31' } }],
    ['before June 2017', { submitted: { lt: '2017-06-01' } }],
    ['on 2017-06-12', { submitted: { gte: '2017-06-12', lte: '2017-06-12' } }],
    ['between 2014 and 2016', { submitted: { gte: '2014-01-01', lte: '2016-12-31' } }],
    ['cat:cs.CV', { categories: { in: ['cs.CV'] } }],
    ['cat:cs.LG cat:stat.ML', { categories: { all: ['cs.LG', 'stat.ML'] } }],
    ['in math.*', { archives: { in: ['math'] } }],
    ['cat:hep-th', { categories: { in: ['hep-th'] } }],
    [
      '"neural network"',
      { or: [{ title: { phrase: 'neural network' } }, { abstract: { phrase: 'neural network' } }] },
    ],
    ['-neural', { not: { or: [{ title: { match: 'neural' } }, { abstract: { match: 'neural' } }] } }],
    [
      '-"neural network"',
      { not: { or: [{ title: { phrase: 'neural network' } }, { abstract: { phrase: 'neural network' } }] } },
    ],
    ['title:learning', { title: { match: 'learning' } }],
    ['title:"deep learning"', { title: { phrase: 'deep learning' } }],
    ['id:1706.03762 id:hep-th/9711200', { ids: ['1706.03762', 'hep-th/9711200'] }],
  ])('%s', async (query, filter) => {
    const { interpretation, nodes, totalCount } = await find({ query });
    expect(interpretation.text).toBe('');
    const filtered = await find({ filter });
    expect(nodes).toEqual(filtered.nodes);
    expect(totalCount).toBe(filtered.totalCount);
    expect(totalCount).toBeGreaterThan(0);
    expect(totalCount).toBeLessThan(252);
  });
});

test('"until 2015" includes 2015, "after 2015" does not', async () => {
  const years = async (query: string) => {
    const { nodes } = await find({ query });
    return nodes.map(({ paper }) => Number(paper.submittedAt.slice(0, 4)));
  };
  expect(Math.max(...(await years('networks until 2015')))).toBe(2015);
  expect(Math.min(...(await years('networks after 2015')))).toBe(2016);
});

test('the filter argument is combined with the query by AND', async () => {
  expect(await idsOf('by Perelman', { submitted: { lt: '2003-01-01' } })).toEqual(['math/0211159']);
  expect(await idsOf('by Perelman', { authors: { match: 'Tian-Xing Xu' } })).toEqual([]);
  expect(await idsOf('in 2017', { submitted: { gte: '2018-01-01' } })).toEqual([]);
});

test('interpret: false reads no conditions', async () => {
  server.forgetCalls();
  const query = 'networks by yann lecun since 2015 "deep" -survey cat:cs.LG';
  const { interpretation, totalCount } = await find({ query, interpret: false });
  expect(interpretation).toMatchObject({ text: query, authors: [], phrases: [], submitted: null });
  expect(totalCount).toBe(252);
});

describe('names that could be other words', () => {
  test('a name in lower case counts if an author has it', async () => {
    const { interpretation, nodes } = await find({ query: 'ricci flow by grisha perelman' });
    expect(interpretation).toMatchObject({ text: 'ricci flow', authors: ['grisha perelman'] });
    expect(nodes).toHaveLength(3);
  });

  test('a name in lower case that no author has remains text', async () => {
    const { interpretation, totalCount } = await find({ query: 'flow by zaphod beeblebrox' });
    expect(interpretation).toMatchObject({ text: 'flow by zaphod beeblebrox', authors: [] });
    expect(totalCount).toBe(252);
  });

  test('an author’s initial is not enough to match the last word of a name', async () => {
    expect((await find({ query: 'by diederik plums' })).interpretation.authors).toEqual([]);
    expect((await find({ query: 'by d. kingma' })).interpretation.authors).toEqual(['d. kingma']);
    expect((await find({ query: 'by diederik kingma' })).interpretation.authors).toEqual(['diederik kingma']);
  });

  test('a name with capitals is an author even if nobody has it', async () => {
    const { interpretation, totalCount } = await find({ query: 'flow by Zaphod Beeblebrox' });
    expect(interpretation).toMatchObject({ text: 'flow', authors: ['Zaphod Beeblebrox'] });
    expect(totalCount).toBe(0);
  });

  test('a title with capitals is not a name', async () => {
    const { interpretation } = await find({ query: 'Learning to Learn by Gradient Descent' });
    expect(interpretation).toMatchObject({ text: 'Learning to Learn by Gradient Descent', authors: [] });
  });

  test('all doubtful names of an operation take one call to the store, other names none', async () => {
    const searchCalls = async (operation: string) => {
      server.forgetCalls();
      const { errors } = await server.ask(operation);
      expect(errors).toBeUndefined();
      return server.storeCalls.filter(([method]) => method === 'search').length;
    };
    const certain = await searchCalls('{ search(query: "flow by Grigori Perelman") { tookMs } }');
    expect(
      await searchCalls(
        '{ search(query: "flow by grisha perelman and yann lecun by Monte Carlo") { tookMs } }',
      ),
    ).toBe(certain + 1);
    expect(
      await searchCalls(
        '{ a: search(query: "flow by grisha perelman") { tookMs } b: search(query: "nets by yann lecun") { tookMs } }',
      ),
    ).toBe(certain + 1);
  });

  test('the search fails if the store does not respond', async () => {
    isStoreDown = true;
    const { data, errors } = await server.ask(SEARCH, { query: 'flow by grisha perelman' });
    isStoreDown = false;
    expect(data).toEqual({ search: null });
    expect(errors?.[0]).toMatchObject({ path: ['search'], extensions: { code: 'STORE_UNAVAILABLE' } });
  });
});

describe('every input is answered', () => {
  test.each(['"', '-"', '-', '- - -', '“”', '"'.repeat(9_999), '-'.repeat(10_000)])(
    'signs alone select every paper: %j',
    async (query) => {
      const { interpretation, totalCount } = await find({ query });
      expect(interpretation).toEqual({ text: '', ...NO_CONDITIONS });
      expect(totalCount).toBe(252);
    },
  );

  test.each([
    'by by by by',
    'author:',
    'author:"',
    'cat: title: id:',
    'in in in',
    'between and',
    'submittedDate:[0000 TO 2020]',
    'submittedDate:{9999 TO *]',
    'date:[0000-01-01 TO 2020-01-01]',
    '\ud800 by \udfff',
    'by 🙂',
    '"🙂"',
    'by '.repeat(3_000),
    '7'.repeat(10_000),
  ])('a beginning without a condition remains text: %j', async (query) => {
    const { interpretation } = await find({ query });
    expect(interpretation).toEqual({ text: query.trim(), ...NO_CONDITIONS });
  });

  test('of a name that is repeated hundreds of times, what is not read remains text', async () => {
    const query = 'by Anna Bo '.repeat(900);
    const { interpretation } = await find({ query });
    expect(interpretation).toEqual({ ...NO_CONDITIONS, text: expect.any(String), authors: ['Anna Bo'] });
    expect(interpretation.text).toMatch(/^by Anna Bo( by Anna Bo)*$/);
    expect(interpretation.text.length).toBeLessThan(query.trim().length);
  });
});

describe('a query is rejected for', () => {
  test.each([
    ['a text that is too long', 'x'.repeat(100_000), 'A query may have at most 10000 characters, not 100000'],
    [
      'too many exclusions',
      Array.from({ length: 21 }, (_, at) => `-word${at}`).join(' '),
      'A query may have at most 20 exclusions, not 21',
    ],
    [
      'a phrase that is too long',
      `"${'x '.repeat(600)}"`,
      'A name, title, phrase or exclusion of a query may have at most 1000 characters, not 1199',
    ],
  ])('%s', async (_name, query, message) => {
    const { data, errors } = await server.ask<Found>(SEARCH, { query });
    expect(data).toEqual({ search: null });
    expect(errors).toEqual([
      expect.objectContaining({
        message,
        path: ['search'],
        extensions: { code: 'BAD_USER_INPUT', isRetryable: false, argumentPath: ['query'] },
      }),
    ]);
  });
});
