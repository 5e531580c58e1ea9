import { describe, expect, test } from '@jest/globals';

import { paper, searchOne } from './paper-points.js';
import type { UseCollection } from './store-contract.js';

const PAPERS = [
  paper('2408.00001', [1, 0, 0, 0], {
    categories: ['cs.LG', 'stat.ML'],
    archives: ['cs', 'stat'],
    primary_category: 'cs.LG',
    author_names: ['Ada Lovelace', '张伟'],
    license: 'http://creativecommons.org/licenses/by/4.0/',
    year: 2019,
  }),
  paper('2408.00002', [1, 1, 0, 0], {
    categories: ['cs.CV', 'cs.LG'],
    primary_category: 'cs.CV',
    author_names: ['C. Balázs', 'Ada Lovelace'],
    year: 2020,
  }),
  paper('2408.00003', [1, 2, 0, 0], {
    categories: ['cs.CV'],
    primary_category: 'cs.CV',
    author_names: ['Zoë'],
    license: "it's ours",
    year: 2019,
  }),
  paper('2408.00004', [1, 3, 0, 0], { categories: [], archives: [], author_names: [] }),
];

export function registerFacetContract(useCollection: UseCollection): void {
  describe('counts', () => {
    const store = useCollection('contract_counts', PAPERS);

    test('are exact for each filter, and a bad one does not affect others', async () => {
      const since = (year: number | string) => ({
        // An invalid filter, which an untyped caller may send.
        must: [{ key: 'year', range: { gte: year as number } }],
      });
      const outcomes = await store().counts([since(2020), {}, since('last year'), since(2019), since(2030)]);
      expect(outcomes).toEqual([1, 4, expect.objectContaining({ code: 'BAD_USER_INPUT' }), 3, 0]);
      expect(await store().counts([])).toEqual([]);
    });
  });

  describe('what a keyword ranking finds', () => {
    const store = useCollection('contract_matches', PAPERS);
    const since = (year: number | string) => ({
      // An invalid filter, which an untyped caller may send.
      must: [{ key: 'year', range: { gte: year as number } }],
    });

    test('is counted exactly, and a bad filter does not affect other matches', async () => {
      const outcomes = await store().countMatches([
        { words: 'paper 00001' },
        { words: '00003, 00001' },
        { words: 'Papers', filter: since(2020) },
        { words: 'papers', filter: since('last year') },
        { words: 'the -- of' },
        { words: 'zeugma' },
      ]);
      const exactly = (count: number) => ({ count, isExact: true });
      const refused: unknown = expect.objectContaining({ code: 'BAD_USER_INPUT' });
      expect(outcomes).toEqual([exactly(4), exactly(2), exactly(1), refused, exactly(0), exactly(0)]);
      expect(await store().countMatches([])).toEqual([]);
    });

    test('has facets that add up to its number of papers', async () => {
      const words = '00003 00001';
      const outcomes = await store().facets([
        { field: 'categories', words, limit: 10 },
        { field: 'primary_category', words, limit: 10 },
        { field: 'author_names', words, limit: 2 },
        { field: 'year', words: 'paper', filter: since(2020), limit: 10 },
        { field: 'year', words: 'zeugma', limit: 10 },
        { field: 'year', words: '', limit: 10 },
      ]);
      expect(outcomes).toEqual([
        counts(['cs.CV', 1], ['cs.LG', 1], ['stat.ML', 1]),
        counts(['cs.CV', 1], ['cs.LG', 1]),
        counts(['Ada Lovelace', 1], ['Zoë', 1]),
        counts([2020, 1]),
        [],
        [],
      ]);
      const found = await searchOne(store(), { ranking: { kind: 'keyword', text: words } });
      expect(await store().countMatches([{ words }])).toEqual([{ count: found.length, isExact: true }]);
    });

    test('includes later writes', async () => {
      const [before] = await store().facets([{ field: 'categories', words: '00004', limit: 10 }]);
      await store().upsert([paper('2408.00004', [1, 3, 0, 0], { categories: ['nlin.CD'] })]);
      const [after] = await store().facets([{ field: 'categories', words: '00004', limit: 10 }]);
      expect([before, after]).toEqual([[], counts(['nlin.CD', 1])]);
    });
  });

  describe('facets', () => {
    const store = useCollection('contract_facets', PAPERS);

    test('count the values of each field, most frequent first, equal counts by value', async () => {
      const outcomes = await store().facets([
        { field: 'categories', limit: 10 },
        { field: 'primary_category', limit: 10 },
        { field: 'archives', limit: 10 },
        { field: 'year', limit: 10 },
        { field: 'author_names', limit: 10 },
        { field: 'license', limit: 10 },
      ]);
      expect(outcomes).toEqual([
        counts(['cs.CV', 2], ['cs.LG', 2], ['stat.ML', 1]),
        counts(['cs.CV', 2], ['cs.LG', 2]),
        counts(['cs', 3], ['stat', 1]),
        counts([2019, 2], [2020, 1]),
        counts(['Ada Lovelace', 2], ['C. Balázs', 1], ['Zoë', 1], ['张伟', 1]),
        counts(['http://creativecommons.org/licenses/by/4.0/', 1], ["it's ours", 1]),
      ]);
    });

    test('each count only what their own filter selects', async () => {
      const recent = { must: [{ key: 'year', range: { gte: 2020 } }] };
      const nobody = { must: [{ key: 'year', range: { gte: 2030 } }] };
      const outcomes = await store().facets([
        { field: 'categories', filter: recent, limit: 10 },
        { field: 'year', filter: recent, limit: 10 },
        { field: 'categories', filter: nobody, limit: 10 },
        { field: 'year', limit: 10 },
      ]);
      expect(outcomes).toEqual([
        counts(['cs.CV', 1], ['cs.LG', 1]),
        counts([2020, 1]),
        [],
        counts([2019, 2], [2020, 1]),
      ]);
    });

    test('are limited to the requested number; equal counts are sorted by value', async () => {
      const outcomes = await store().facets([
        { field: 'author_names', limit: 1 },
        { field: 'author_names', limit: 3 },
        { field: 'categories', limit: 1 },
      ]);
      expect(outcomes).toEqual([
        counts(['Ada Lovelace', 2]),
        counts(['Ada Lovelace', 2], ['C. Balázs', 1], ['Zoë', 1]),
        counts(['cs.CV', 2]),
      ]);
    });

    test('include later writes', async () => {
      await store().upsert([paper('2408.00003', [1, 2, 0, 0], { categories: ['nlin.CD'], year: 2021 })]);
      const [categories] = await store().facets([{ field: 'categories', limit: 10 }]);
      expect(categories).toEqual(counts(['cs.LG', 2], ['cs.CV', 1], ['nlin.CD', 1], ['stat.ML', 1]));
    });

    test('are an empty list if none are requested', async () => {
      expect(await store().facets([])).toEqual([]);
    });
  });
}

function counts(...pairs: [string | number, number][]): { value: string | number; count: number }[] {
  return pairs.map(([value, count]) => ({ value, count }));
}
