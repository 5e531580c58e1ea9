import { describe, expect, test } from '@jest/globals';

import { hitsOf, paper } from './paper-points.js';
import type { UseCollection } from './store-contract.js';
import { searchPapers, type SearchSource } from '../../src/search/search.js';
import type { PaperStore } from '../../src/store/store.js';
import { toSearchArguments, type GivenSearchArguments } from '../support/search-arguments.js';

/** Papers that are further and further from the first axis, each in a different year; every third has the word "comet". */
const PAPERS = Array.from({ length: 12 }, (_, at) => {
  const year = 2010 + ((at * 5) % 12);
  const number = String(at + 1).padStart(2, '0');
  return paper(`2406.000${number}`, [10, at, at % 2, 0], {
    title: at % 3 === 2 ? `Comets and comet tails ${number}` : `Planets ${number}`,
    submitted_at: `${year}-05-01T00:00:00Z`,
    year,
    updated_at: '2024-06-01',
    update_date: '2024-06-01',
  });
});

type Arguments = GivenSearchArguments;

function toSource(store: PaperStore): SearchSource {
  return {
    embed: async () => Float32Array.of(1, 0, 0, 0),
    search: async (request) => hitsOf((await store.search([request]))[0]),
    retrieve: async (ids, fields) => {
      const papers = await store.retrieve(ids, fields);
      return ids.map((id) => papers.get(id) ?? null);
    },
    vectors: (ids) => store.vectors(ids),
    knownAuthors: async () => new Set(),
    count: (filter) => store.count(filter),
    countMatches: async (match) => {
      const [count] = await store.countMatches([match]);
      if (count === undefined || count instanceof Error) throw count ?? new Error('the match has no outcome');
      return count;
    },
  };
}

/** Results of `search` that must be the same on every store. */
export function registerSearchContract(useCollection: UseCollection): void {
  describe('search', () => {
    const store = useCollection('contract_search', PAPERS);

    async function find(args: Arguments) {
      const page = await searchPapers(toSource(store()), toSearchArguments({ first: 100, ...args }), ['id']);
      return {
        ...page,
        found: page.edges.map(({ node }) => Number(node.payload.id?.slice(-2))),
      };
    }

    test.each<[string, Arguments, number[]]>([
      ['a listing, newest first', {}, [8, 3, 10, 5, 12, 7, 2, 9, 4, 11, 6, 1]],
      [
        'a listing, oldest first',
        { orderBy: { field: 'SUBMITTED', direction: 'ASC' } },
        [1, 6, 11, 4, 9, 2, 7, 12, 5, 10, 3, 8],
      ],
      ['by meaning', { query: 'x', mode: 'SEMANTIC' }, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
      [
        'by meaning, with a threshold',
        { query: 'x', mode: 'SEMANTIC', ranking: { scoreThreshold: 0.95 } },
        [1, 2, 3, 4],
      ],
      [
        'by meaning, newest first',
        { query: 'x', mode: 'SEMANTIC', orderBy: { field: 'SUBMITTED' } },
        [8, 3, 10, 5, 12, 7, 2, 9, 4, 11, 6, 1],
      ],
      [
        'by meaning, with recency',
        { query: 'x', mode: 'SEMANTIC', ranking: { recency: { halfLifeDays: 100, weight: 1 } } },
        [8, 3, 10, 5, 12, 7, 2, 9, 4, 11, 6, 1],
      ],
      [
        'by both, with the paper that has the word first',
        {
          query: 'comet',
          ranking: { fusion: { semanticWeight: 0.3 } },
          filter: { submitted: { gte: { at: new Date('2018-01-01'), wholeDay: true } } },
        },
        [3, 5, 8, 10],
      ],
      [
        'by ranks of both, with one paper that has the word',
        {
          query: 'comet',
          filter: { ids: ['2406.00001', '2406.00002', '2406.00003'] },
          ranking: { fusion: { method: 'RRF' } },
        },
        [3, 1, 2],
      ],
    ])('%s', async (_name, args, expected) => {
      expect((await find(args)).found).toEqual(expected);
    });

    test('by words: the papers with the words', async () => {
      expect((await find({ query: 'comet', mode: 'KEYWORD' })).found.sort((a, b) => a - b)).toEqual([
        3, 6, 9, 12,
      ]);
    });

    test('diversity separates papers with the same direction', async () => {
      const { found } = await find({ query: 'x', mode: 'SEMANTIC', ranking: { diversity: 0.9 } });
      expect(found[0]).toBe(1);
      expect(found[1]).toBe(12);
      expect([...found].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    });

    test.each<[string, Arguments]>([
      ['equal dates', { orderBy: { field: 'UPDATED' } }],
      ['both rankings', { query: 'comet' }],
      ['one ranking', { query: 'comet', mode: 'SEMANTIC' }],
    ])('pages over %s neither overlap nor leave a gap', async (_name, args) => {
      const whole = await find(args);
      const pages: number[] = [];
      let after: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof find>> = await find({ ...args, first: 5, after });
        pages.push(...page.found);
        after = page.hasNextPage ? (page.edges.at(-1)?.cursor() ?? null) : null;
      } while (after !== null);
      expect(pages).toEqual(whole.found);
      expect(new Set(pages).size).toBe(12);
    });
  });
}
