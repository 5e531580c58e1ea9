import { describe, expect, test } from '@jest/globals';

import { arxivIds, hitsOf, paper, request, searchOne } from './paper-points.js';
import type { UseCollection } from './store-contract.js';
import { toPointId } from '../../src/papers/point-id.js';
import type { Ranking } from '../../src/store/store.js';

const PAPERS = [
  paper('2406.00001', [1, 0, 0, 0], { title: 'Tracking point clouds', categories: ['cs.CV'] }),
  paper('2406.00002', [1, 1, 0, 0], { title: 'Clouds, clouds and a cloud', year: 2019 }),
  paper('2406.00003', [1, 2, 0, 0], {
    title: 'Naïve Bayes for 深度学习 🦉 in C++',
    abstract: 'The state_of it.',
    authors: ['C. Balázs', "J. O'Neill"],
  }),
  paper('2406.00004', [1, 3, 0, 0], { title: 'A galaxy', abstract: 'Seen through a cloud chamber.' }),
  paper('2406.00005', [1, 4, 0, 0], { title: 'Norms', abstract: 'Manifolds.', authors: ['N. Bourbaki'] }),
  paper('2406.00006', [1, 5, 0, 0], { title: 'Manifolds', abstract: 'Norms.', authors: ['N. Bourbaki'] }),
];

/** Ranking by words. Scores, and the order of close results, depend on the engine; the papers found do not. */
export function registerKeywordContract(useCollection: UseCollection): void {
  describe('keyword', () => {
    const store = useCollection('contract_keyword', PAPERS);
    const find = async (text: string) =>
      arxivIds(await searchOne(store(), { ranking: { kind: 'keyword', text } }));

    test.each([
      { text: 'galaxy', ids: ['2406.00004'] },
      { text: 'GALAXIES', ids: ['2406.00004'] },
      { text: 'tracked cloud', ids: ['2406.00001', '2406.00002', '2406.00004'] },
      { text: 'bayes galaxy', ids: ['2406.00003', '2406.00004'] },
      { text: 'naive', ids: ['2406.00003'] },
      { text: 'Naïve', ids: ['2406.00003'] },
      { text: 'balazs', ids: ['2406.00003'] },
      { text: 'Ada Lovelace', ids: ['2406.00001', '2406.00002', '2406.00004'] },
      { text: "o'neill", ids: ['2406.00003'] },
      { text: '深度学习', ids: ['2406.00003'] },
      { text: '深度', ids: [] },
      { text: 'C++', ids: ['2406.00003'] },
      { text: 'state-of', ids: ['2406.00003'] },
      { text: 'galaxy AND bayes', ids: ['2406.00003', '2406.00004'] },
      { text: '-galaxy', ids: ['2406.00004'] },
      { text: 'gal*', ids: [] },
      { text: '"galaxy', ids: ['2406.00004'] },
      { text: 'title:galaxy OR (x', ids: ['2406.00004'] },
      { text: 'galaxy~2 ^3', ids: ['2406.00004'] },
    ])('finds the papers with a word of $text', async ({ text, ids }) => {
      expect((await find(text)).sort()).toEqual(ids);
    });

    test.each([
      ['nothing', ''],
      ['spaces', ' \n\t '],
      ['stop words', 'the of and it is'],
      ['punctuation', '... -- !? "" ( * ~'],
      ['emoji', '🦉🦉 🎉'],
      ['a word that no paper has', 'zeugma'],
      ['ten thousand characters of one such word', 'zeugma '.repeat(1_430)],
      ['a word of ten thousand characters', 'z'.repeat(10_000)],
      ['half a surrogate pair', '\ud83e'],
    ])('finds nothing by %s', async (_, text) => {
      expect(await find(text)).toEqual([]);
    });

    test('accepts a query of ten thousand characters with many words', async () => {
      const words = Array.from({ length: 1_400 }, (_, at) => `w${at}x`);
      expect(await find([...words, 'galaxy'].join(' '))).toEqual(['2406.00004']);
    });

    test('ranks by term frequency and rarity: best first, with scores above 0', async () => {
      const hits = await searchOne(store(), { ranking: { kind: 'keyword', text: 'galaxy cloud' } });
      expect(arxivIds(hits)[0]).toBe('2406.00004');
      const scores = hits.map(({ score }) => score ?? 0);
      expect(scores).toEqual([...scores].sort((a, b) => b - a));
      expect(Math.min(...scores)).toBeGreaterThan(0);
    });

    test('gives a word of the title more weight than one of the abstract', async () => {
      expect(await find('norms')).toEqual(['2406.00005', '2406.00006']);
      expect(await find('manifolds')).toEqual(['2406.00006', '2406.00005']);
    });

    test('counts a word as often as its stem occurs in the query', async () => {
      const [once] = await searchOne(store(), { ranking: { kind: 'keyword', text: 'galaxy' } });
      const [often] = await searchOne(store(), {
        ranking: { kind: 'keyword', text: 'galaxy galaxies the Galaxy: a galaxy' },
      });
      expect(often?.id).toBe(once?.id);
      expect((often?.score ?? 0) / (once?.score ?? 0)).toBeCloseTo(4, 5);
    });

    test('ranks only what the filter selects, and ignores parameters of vector indexes', async () => {
      const ranking: Ranking = { kind: 'keyword', text: 'cloud' };
      const filter = { must_not: [{ key: 'year', match: { value: 2019 } }] };
      const hits = await searchOne(store(), { ranking, filter, params: { exact: true } });
      expect(arxivIds(hits).sort()).toEqual(['2406.00001', '2406.00004']);
    });

    test('finds the latest version of later writes without any further step', async () => {
      const late = paper('2406.00005', [1, 4, 0, 0], { title: 'A quasar' });
      await store().upsert([late]);
      expect(await find('quasars')).toEqual(['2406.00005']);
      await store().upsert([paper('2406.00005', [1, 4, 0, 0], { title: 'A pulsar' })]);
      expect(await find('quasars')).toEqual([]);
      expect(await find('pulsars')).toEqual(['2406.00005']);
    });

    test('can be in one batch with other rankings', async () => {
      const outcomes = await store().search([
        request({ ranking: { kind: 'keyword', text: 'galaxy' }, fields: [] }),
        request({ limit: 1, fields: [] }),
        request({ ranking: { kind: 'keyword', text: 'the' } }),
      ]);
      expect(outcomes.map((outcome) => hitsOf(outcome).map(({ id }) => id))).toEqual([
        [toPointId('2406.00004')],
        [toPointId('2406.00001')],
        [],
      ]);
    });
  });

  describe('equal keyword scores', () => {
    const points = Array.from({ length: 30 }, (_, at) =>
      paper(`2407.000${10 + at}`, [1, at, 0, 0], { title: 'A quasar' }),
    );
    const store = useCollection('contract_keyword_ties', points);
    const ranking: Ranking = { kind: 'keyword', text: 'quasar' };

    test.each([1, 7, 10])('slices of %i are ordered by point id, without overlap or gap', async (limit) => {
      const offsets = Array.from({ length: Math.ceil(30 / limit) }, (_, at) => at * limit);
      const slices = await store().search(offsets.map((offset) => request({ ranking, offset, limit })));
      const found = slices.flatMap((slice) => hitsOf(slice).map(({ id }) => id));
      expect(found).toEqual(points.map(({ id }) => id).sort());
    });
  });
}
