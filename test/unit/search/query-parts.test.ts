import { expect, test } from '@jest/globals';
import { interpretQuery } from '../../../src/search/interpret.js';
import { toQueryParts, type QueryPart } from '../../../src/search/query-parts.js';

const CLOCK = new Date('2026-03-31T22:15:00Z');

async function partsOf(query: string): Promise<QueryPart[]> {
  const nobody = { knownAuthors: async () => new Set<string>() };
  const { interpretation } = await interpretQuery(nobody, { query, interpret: true }, CLOCK);
  return toQueryParts(interpretation.read);
}

async function withoutEach(query: string): Promise<[string, string][]> {
  return (await partsOf(query)).map(({ description, queryWithout }) => [description, queryWithout]);
}

test('each condition has its place, and the query without it', async () => {
  const query = 'point clouds by Tian-Xing Xu since 2024 in cs.CV -survey';
  const parts = await partsOf(query);
  expect(parts.map(({ kind, text, queryWithout }) => [kind, text, queryWithout])).toEqual([
    ['AUTHOR', 'by Tian-Xing Xu', 'point clouds since 2024 in cs.CV -survey'],
    ['DATE', 'since 2024', 'point clouds by Tian-Xing Xu in cs.CV -survey'],
    ['CATEGORY', 'in cs.CV', 'point clouds by Tian-Xing Xu since 2024 -survey'],
    ['EXCLUSION', '-survey', 'point clouds by Tian-Xing Xu since 2024 in cs.CV'],
  ]);
  for (const { start, end, text } of parts) expect(query.slice(start, end)).toBe(text);
});

test.each([
  [
    'robots by Xu and Gao, fast',
    [
      ['author "Xu"', 'robots author:"Gao", fast'],
      ['author "Gao"', 'robots author:"Xu", fast'],
    ],
  ],
  [
    '(cat:cs.LG AND "message passing" AND ti:graph)',
    [
      ['category cs.LG', '"message passing" title:"graph"'],
      ['title or abstract has the phrase "message passing"', 'cat:cs.LG title:"graph"'],
      ['title has the words "graph"', 'cat:cs.LG "message passing"'],
    ],
  ],
])('conditions read from one place can be separated: %s', async (query, expected) => {
  expect(await withoutEach(query)).toEqual(expected);
});

test.each(['robots by Xu or Gao', '(au:xu AND ti:(graph networks))', '(au:xu AND (cat:cs.LG OR cat:cs.CV))'])(
  'conditions that the query cannot separate stay together: %s',
  async (query) => {
    const parts = await partsOf(query);
    expect(parts).toHaveLength(1);
    expect(parts[0]?.queryWithout).toBe(query.startsWith('robots') ? 'robots' : '');
  },
);

test.each([
  'robots by Xu and Gao in cs.RO',
  '(cat:cs.LG AND NOT au:hinton AND id:1706.03762)',
  'by Xu, Gao and Hu in 2021 "point clouds"',
])('the query without a condition has exactly the other conditions: %s', async (query) => {
  const all = (await partsOf(query)).map(({ description }) => description);
  for (const { description, queryWithout } of await partsOf(query)) {
    const left = (await partsOf(queryWithout)).map((part) => part.description);
    expect(left.sort()).toEqual(all.filter((each) => each !== description).sort());
  }
});

test('a query with a thousand conditions has parts for the first places', async () => {
  expect(await partsOf('-survey '.repeat(1_200))).toHaveLength(64);
});
