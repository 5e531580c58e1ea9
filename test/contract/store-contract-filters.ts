import { describe, expect, test } from '@jest/globals';

import { byAuthor, paper, selectedBy } from './paper-points.js';
import type { UseCollection } from './store-contract.js';

/** Values that would break a string, a pattern or a statement if they were inserted unescaped. */
const ODD_VALUES = [
  "it's",
  "''",
  'say "hi"',
  'back\\slash',
  "\\'",
  'per%cent',
  'under_score',
  'underXscore',
  '`tick`',
  "'; DROP TABLE papers; --",
  "x' OR 'x'='x",
  '/* comment */',
  '${value} {x} $y ?',
  'two\nlines\tand a tab',
  'naïve 深度学习 🦉',
];

/** Filters beyond the recorded cases: unusual values, many values, author names. */
export function registerFilterContract(useCollection: UseCollection): void {
  describe('a value in a filter is never interpreted', () => {
    const store = useCollection(
      'contract_odd_values',
      ODD_VALUES.map((value, at) =>
        paper(`odd/${at}`, [1, at, 0, 0], {
          doi: value,
          categories: [value, 'cs.LG'],
          title: `Title ${at} ${value} ends`,
        }),
      ),
    );
    const cases = ODD_VALUES.map((value, at) => ({ value, id: `odd/${at}` }));
    const others = (id: string) => cases.map((each) => each.id).filter((other) => other !== id);

    test.each(cases)('match value %j', async ({ value, id }) => {
      expect(await selectedBy(store(), { must: [{ key: 'doi', match: { value } }] })).toEqual([id]);
    });

    test.each(cases)('match any in a list %j', async ({ value, id }) => {
      const filter = { must: [{ key: 'categories', match: { any: [value, 'no such'] } }] };
      expect(await selectedBy(store(), filter)).toEqual([id]);
    });

    test.each(cases)('must_not %j', async ({ value, id }) => {
      const filter = { must_not: [{ key: 'doi', match: { any: [value] } }] };
      expect(await selectedBy(store(), filter)).toEqual(others(id).sort());
    });

    test.each(cases)('phrase %j', async ({ value, id }) => {
      const filter = { must: [{ key: 'title', match: { phrase: `${id.slice(4)} ${value} ends` } }] };
      expect(await selectedBy(store(), filter)).toEqual([id]);
    });
  });

  describe('author keys and long lists', () => {
    const store = useCollection('contract_authors', [
      paper('2301.00001', [1, 0, 0, 0], { authors: ['Jing Wang', 'Li Chen'] }),
      paper('2301.00002', [1, 1, 0, 0], { authors: ['Jing Li'] }),
      paper('2301.00003', [1, 2, 0, 0], { authors: ['Wenbo Hu', 'Tian-Xing Xu'] }),
      paper('2301.00004', [1, 3, 0, 0], { authors: ['C. Balázs'] }),
    ]);

    test.each([
      { name: 'Jing Li', ids: ['2301.00002'] },
      { name: 'Li Jing', ids: ['2301.00002'] },
      { name: 'Xu, Tian-Xing', ids: ['2301.00003'] },
      { name: 'T. Xu', ids: ['2301.00003'] },
      { name: 'TIANXING XU', ids: ['2301.00003'] },
      { name: 'Csaba Balazs', ids: ['2301.00004'] },
      { name: 'Wenbo Xu', ids: [] },
    ])('author $name', async ({ name, ids }) => {
      expect(await selectedBy(store(), byAuthor(name))).toEqual(ids);
    });

    test('two authors must both match', async () => {
      const both = { must: [byAuthor('W. Hu'), byAuthor('T. Xu')] };
      const never = { must: [byAuthor('Jing Li'), byAuthor('Wenbo Hu')] };
      expect(await selectedBy(store(), both)).toEqual(['2301.00003']);
      expect(await selectedBy(store(), never)).toEqual([]);
    });

    test('any accepts a thousand terms', async () => {
      const terms = Array.from({ length: 1_000 }, (_, at) => `no/${at}`);
      const filter = { must: [{ key: 'id', match: { any: [...terms, '2301.00004', '2301.00001'] } }] };
      expect(await selectedBy(store(), filter)).toEqual(['2301.00001', '2301.00004']);
      const keys = { must: [{ key: 'author_keys', match: { any: [...terms, 'jing li'] } }] };
      expect(await selectedBy(store(), keys)).toEqual(['2301.00002']);
    });
  });
}
