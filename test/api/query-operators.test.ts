import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestServer, type TestServer } from '../support/test-server.js';

interface Found {
  search: {
    totalCount: number;
    interpretation: { text: string; filter: unknown; description: string | null };
    nodes: { paper: { id: string } }[];
  };
}

const SEARCH = `query ($query: String, $filter: SearchFilter, $interpret: Boolean! = true) {
  search(query: $query, filter: $filter, interpret: $interpret, first: 100) {
    totalCount
    interpretation { text filter description }
    nodes { paper { id } }
  }
}`;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function find(variables: Record<string, unknown>) {
  const { data, errors } = await server.ask<Found>(SEARCH, variables);
  expect(errors).toBeUndefined();
  const { totalCount, interpretation, nodes } = data.search;
  return { interpretation, totalCount, ids: nodes.map(({ paper }) => paper.id).sort() };
}

const inYear = (year: number) => ({ submitted: { gte: `${year}-01-01`, lte: `${year}-12-31` } });
const withPhrase = (phrase: string) => ({ or: [{ title: { phrase } }, { abstract: { phrase } }] });

describe('a query finds the same papers as its filter', () => {
  test.each<[string, string, unknown]>([
    ['cat:cs.CL OR cat:cs.LG', '', { categories: { in: ['cs.CL', 'cs.LG'] } }],
    ['cat:hep-th | cat:gr-qc', '', { categories: { in: ['hep-th', 'gr-qc'] } }],
    ['in hep-th or gr-qc', '', { categories: { in: ['hep-th', 'gr-qc'] } }],
    ['cat:cs.CL AND cat:cs.LG', '', { categories: { all: ['cs.CL', 'cs.LG'] } }],
    ['cat:cs.CV ANDNOT cat:cs.LG', '', { categories: { in: ['cs.CV'], notIn: ['cs.LG'] } }],
    ['attention not in cs.CV', 'attention', { categories: { notIn: ['cs.CV'] } }],
    ['"attention" OR "translation"', '', { or: [withPhrase('attention'), withPhrase('translation')] }],
    [
      'cat:cs.LG NOT "reinforcement learning"',
      '',
      { categories: { in: ['cs.LG'] }, not: withPhrase('reinforcement learning') },
    ],
    ['by Vaswani OR by Bahdanau', '', { authors: { any: ['Vaswani', 'Bahdanau'] } }],
    ['by Vaswani or Bahdanau', '', { authors: { any: ['Vaswani', 'Bahdanau'] } }],
    ['au:simonyan OR au:ronneberger', '', { authors: { any: ['simonyan', 'ronneberger'] } }],
    ['by Hinton and Vinyals', '', { authors: { match: ['Hinton', 'Vinyals'] } }],
    ['neural networks NOT by Hinton', 'neural networks', { not: { authors: { match: ['Hinton'] } } }],
    ['attention -author:vaswani', 'attention', { not: { authors: { match: ['vaswani'] } } }],
    ['au:kingma ANDNOT ti:adam', '', { authors: { match: ['kingma'] }, not: { title: { match: 'adam' } } }],
    ['title:graph OR title:transformers', '', { title: { any: ['graph', 'transformers'] } }],
    [
      'ti:attention OR au:hinton',
      '',
      { or: [{ title: { match: 'attention' } }, { authors: { match: ['hinton'] } }] },
    ],
    [
      '(au:hinton OR au:sutskever) AND ti:neural',
      '',
      { authors: { any: ['hinton', 'sutskever'] }, title: { match: 'neural' } },
    ],
    ['in 2014 or 2017', '', { or: [inYear(2014), inYear(2017)] }],
    ['attention in 2014 and 2017', 'attention', { or: [inYear(2014), inYear(2017)] }],
    ['in 2014, 2017', '', { or: [inYear(2014), inYear(2017)] }],
    [
      'before 1998 or after 2025',
      '',
      { or: [{ submitted: { lt: '1998-01-01' } }, { submitted: { gte: '2026-01-01' } }] },
    ],
    ['abs:graph', '', { abstract: { match: 'graph' } }],
    ['abs:"neural networks"', '', { abstract: { phrase: 'neural networks' } }],
    ['all:wavelet', '', { or: [{ title: { match: 'wavelet' } }, { abstract: { match: 'wavelet' } }] }],
    ['co:accepted', '', { comments: { match: 'accepted' } }],
    ['jr:JHEP', '', { journalRef: { match: 'JHEP' } }],
    ['doi:10.1103/PhysRevD.76.013009', '', { doi: { in: ['10.1103/PhysRevD.76.013009'] } }],
    ['arXiv:1706.03762v7 [cs.CL] 2 Aug 2023', '', { ids: ['1706.03762'] }],
    ['1706.03762 OR hep-th/9711200', '', { ids: ['1706.03762', 'hep-th/9711200'] }],
    ['submittedDate:[201401010000 TO 201412312359]', '', inYear(2014)],
  ])('%s', async (query, text, filter) => {
    const found = await find({ query });
    expect(found.interpretation.text).toBe(text);
    const filtered = await find({ query: text, filter, interpret: false });
    expect([found.totalCount, found.ids]).toEqual([filtered.totalCount, filtered.ids]);
    expect(found.totalCount).toBeGreaterThan(0);
    expect(found.totalCount).toBeLessThan(252);
    // The query's filter can be passed back.
    const back = await find({ query: text, filter: found.interpretation.filter, interpret: false });
    expect([back.totalCount, back.ids]).toEqual([found.totalCount, found.ids]);
  });
});

test('the description contains the filter in words', async () => {
  const { interpretation } = await find({ query: 'attention by Vaswani OR by Bahdanau' });
  expect(interpretation).toEqual({
    text: 'attention',
    filter: { or: [{ authors: { match: ['Vaswani'] } }, { authors: { match: ['Bahdanau'] } }] },
    description: 'author "Vaswani" or author "Bahdanau"',
  });
});

test('a query that is only text has neither filter nor description', async () => {
  const { interpretation } = await find({ query: 'black holes or wormholes' });
  expect(interpretation).toEqual({ text: 'black holes or wormholes', filter: null, description: null });
});

test.each(['?', '""', '. . .'])('%s alone causes a listing', async (query) => {
  const { interpretation, totalCount } = await find({ query });
  expect(interpretation.text).toBe('');
  expect(totalCount).toBe(252);
});

test('unknown authors among alternatives have suggestions', async () => {
  const { data } = await server.ask(
    '{ search(query: "by Vaswany OR by Hinton") { interpretation { authors unknownAuthors { name } } } }',
  );
  expect(data).toEqual({
    search: { interpretation: { authors: [], unknownAuthors: [{ name: 'Vaswany' }] } },
  });
});

test('highlights mark the words of alternatives', async () => {
  const { data } = await server.ask<{
    search: { nodes: { highlights: { parts: { text: string; isMatch: boolean }[] }[] }[] };
  }>(
    '{ search(query: "ti:recurrent OR ti:adam", first: 1) { nodes { highlights { parts { text isMatch } } } } }',
  );
  const marked = data.search.nodes[0]?.highlights[0]?.parts.filter(({ isMatch }) => isMatch);
  expect(marked?.map(({ text }) => text.toLowerCase())).toEqual([
    expect.stringMatching(/^(?:recurrent|adam)$/),
  ]);
});
