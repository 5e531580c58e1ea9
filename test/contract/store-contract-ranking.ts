import { describe, expect, test } from '@jest/globals';

import { arxivIds, cosine, hitsOf, paper, request, searchOne } from './paper-points.js';
import type { UseCollection } from './store-contract.js';
import { toPointId } from '../../src/papers/point-id.js';
import type { PaperPoint, Ranking } from '../../src/store/store.js';

const NEAREST_POINTS: readonly PaperPoint[] = [
  paper('2401.00001', [1, 0, 0, 0], { categories: ['cs.CV'] }),
  paper('2401.00002', [10, 1, 0, 0]),
  paper('2401.00003', [0.1, 0.05, 0, 0], { categories: ['cs.CV'] }),
  paper('2401.00004', [3, 3, 1, 0]),
  paper('2401.00005', [0, 2, 0, 1], { categories: ['cs.CV'] }),
  paper('2401.00006', [-1, 0.5, 0, 0]),
  paper('2401.00007', [-4, 0, 0, 0]),
  // Vectors with the same direction and different lengths have equal scores.
  paper('2401.00008', [1, 1, 1, 1]),
  paper('2401.00009', [1, 1, 1, 1]),
  paper('2401.00010', [1, 1, 1, 1]),
  paper('2401.00011', [1, 1, 1, 1]),
  // A zero vector has a score of 0 with everything.
  paper('2401.00012', [0, 0, 0, 0]),
];

/** Order, scores, windows and batches. */
export function registerRankingContract(useCollection: UseCollection): void {
  describe('nearest', () => {
    const store = useCollection('contract_nearest', NEAREST_POINTS);
    const vector = Float32Array.of(2, 1, 0, 0.5);
    const nearest: Ranking = { kind: 'nearest', vector };

    test('orders by cosine similarity, then by point id, and returns the cosine as the score', async () => {
      const hits = await searchOne(store(), { ranking: nearest });
      const expected = byCosine(NEAREST_POINTS, vector);
      expect(hits.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
      hits.forEach(({ score }, at) => expect(score).toBeCloseTo(expected[at]?.score ?? NaN, 5));
    });

    test('returns scores below zero', async () => {
      const hits = await searchOne(store());
      expect(hits.at(-1)).toMatchObject({ payload: { id: '2401.00007' } });
      expect(hits.at(-1)?.score).toBeCloseTo(-1, 5);
    });

    test('a zero vector has a score of 0 with everything', async () => {
      const hits = await searchOne(store(), {
        ranking: { kind: 'nearest', vector: new Float32Array(4) },
        limit: 5,
      });
      expect(hits.map(({ id }) => id)).toEqual(sortedIds(NEAREST_POINTS).slice(0, 5));
      expect(hits.map(({ score }) => score)).toEqual([0, 0, 0, 0, 0]);
    });

    test.each([1, 2, 3, 5])('slices of %i neither overlap nor leave a gap', async (limit) => {
      const offsets = Array.from({ length: Math.ceil(12 / limit) }, (_, at) => at * limit);
      const slices = await store().search(
        offsets.map((offset) => request({ ranking: nearest, offset, limit })),
      );
      const expected = byCosine(NEAREST_POINTS, vector).map(({ id }) => id);
      expect(slices.flatMap((slice) => hitsOf(slice).map(({ id }) => id))).toEqual(expected);
    });

    test('an offset beyond the last point returns no hits', async () => {
      expect(await searchOne(store(), { offset: 50, limit: 10 })).toEqual([]);
    });

    test('ranks only what the filter selects', async () => {
      const filter = { must: [{ key: 'categories', match: { value: 'cs.CV' } }] };
      const hits = await searchOne(store(), { filter });
      expect(arxivIds(hits)).toEqual(['2401.00001', '2401.00003', '2401.00005']);
    });

    test('a filter that selects nothing returns no hits', async () => {
      const filter = { must: [{ key: 'categories', match: { value: 'nlin.CD' } }] };
      expect(await searchOne(store(), { filter })).toEqual([]);
    });

    test.each([
      { exact: true },
      { hnswEf: 1 },
      { hnswEf: 500 },
      { quantization: { rescore: true, oversampling: 2.5 } },
      { exact: true, hnswEf: 64, quantization: { rescore: false } },
    ])('returns the same with %j if nothing is approximate', async (params) => {
      expect(await searchOne(store(), { ranking: nearest, params })).toEqual(
        await searchOne(store(), { ranking: nearest }),
      );
    });

    test('hits have the requested fields', async () => {
      const [hit] = await searchOne(store(), {
        limit: 1,
        fields: ['title', 'categories', 'version_count', 'doi'],
      });
      expect(hit?.payload).toMatchObject({
        title: 'Paper 2401.00001',
        categories: ['cs.CV'],
        version_count: 1,
      });
      expect(hit?.payload.doi).toBeUndefined();
    });

    test('a request may ask for no fields', async () => {
      const [hit] = await searchOne(store(), { limit: 1, fields: [] });
      expect(hit).toMatchObject({ id: toPointId('2401.00001'), payload: {} });
      expect(hit?.score).toBeCloseTo(1, 5);
    });
  });

  describe('fields', () => {
    const written = {
      doi: '10.1000/x',
      license: 'http://arxiv.org/licenses/nonexclusive-distrib/1.0/',
      categories: ['cs.CV', 'stat.ML'],
      archives: ['cs', 'stat'],
      author_names: ['Ada Lovelace'],
      submitted_at: '1969-12-31T23:59:59.250Z',
      updated_at: '2021-02-03T00:00:00Z',
      year: 1969,
      version_count: 3,
      content_hash: 'abc',
    };
    const store = useCollection('contract_fields', [
      paper('2405.00001', [1, 0, 0, 0], written),
      paper('2405.00002', [1, 1, 0, 0], { comments: 'all plain' }),
    ]);
    const names = Object.keys(written) as (keyof typeof written)[];

    test.each([
      { ranking: { kind: 'nearest', vector: Float32Array.of(1, 0, 0, 0) } },
      { ranking: { kind: 'keyword', text: 'paper' } },
    ] satisfies { ranking: Ranking }[])('dates, numbers and keywords alone: $ranking.kind', async (how) => {
      const hits = await searchOne(store(), { ...how, fields: names });
      const byId = new Map(hits.map(({ id, payload }) => [id, payload]));
      expect(byId.get(toPointId('2405.00001'))).toEqual(written);
      expect(byId.get(toPointId('2405.00002'))).toEqual({
        categories: ['cs.LG'],
        archives: ['cs'],
        author_names: ['Ada Lovelace'],
        version_count: 1,
      });
    });

    test('each request of a batch gets its own fields', async () => {
      const outcomes = await store().search([
        request({ fields: ['submitted_at'], limit: 1 }),
        request({ fields: ['title', 'year'], limit: 1 }),
        request({ fields: [], limit: 1 }),
      ]);
      expect(outcomes.map((outcome) => hitsOf(outcome)[0]?.payload)).toMatchObject([
        { submitted_at: written.submitted_at },
        { title: 'Paper 2405.00001', year: 1969 },
        {},
      ]);
    });
  });

  describe('similar', () => {
    const store = useCollection('contract_similar', NEAREST_POINTS);

    test('orders like nearest and excludes the point itself', async () => {
      const hits = await searchOne(store(), { ranking: { kind: 'similar', to: toPointId('2401.00002') } });
      const others = NEAREST_POINTS.filter(({ id }) => id !== toPointId('2401.00002'));
      const expected = byCosine(others, [10, 1, 0, 0]);
      expect(hits.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
      hits.forEach(({ score }, at) => expect(score).toBeCloseTo(expected[at]?.score ?? NaN, 5));
    });

    test('excludes the point itself even if the filter selects it', async () => {
      const filter = { must: [{ has_id: [toPointId('2401.00008'), toPointId('2401.00001')] }] };
      const ranking: Ranking = { kind: 'similar', to: toPointId('2401.00008') };
      expect(arxivIds(await searchOne(store(), { ranking, filter }))).toEqual(['2401.00001']);
    });

    test('slices neither overlap nor leave a gap', async () => {
      const ranking: Ranking = { kind: 'similar', to: toPointId('2401.00009') };
      const slices = await store().search(
        [0, 2, 4, 6, 8, 10].map((offset) => request({ ranking, offset, limit: 2 })),
      );
      const others = NEAREST_POINTS.filter(({ id }) => id !== toPointId('2401.00009'));
      const expected = byCosine(others, [1, 1, 1, 1]).map(({ id }) => id);
      expect(slices.flatMap((slice) => hitsOf(slice).map(({ id }) => id))).toEqual(expected);
    });
  });

  describe('a batch', () => {
    const store = useCollection('contract_batch', NEAREST_POINTS);
    const unknown = toPointId('9999.99999');
    const cv = { must: [{ key: 'categories', match: { value: 'cs.CV' } }] };

    test('returns outcomes in the order of its requests, whatever their kinds', async () => {
      const outcomes = await store().search([
        request({ ranking: { kind: 'similar', to: toPointId('2401.00001') }, limit: 1 }),
        request({ ranking: { kind: 'listing', by: 'submitted_at', direction: 'asc' }, filter: cv, limit: 1 }),
        request({ limit: 1 }),
        request({ ranking: { kind: 'nearest', vector: Float32Array.of(-1, 0, 0, 0) }, limit: 1 }),
        request({ filter: cv, limit: 2, fields: ['title'] }),
      ]);
      expect(outcomes).toHaveLength(5);
      expect(arxivIds(hitsOf(outcomes[0]))).toEqual(['2401.00002']);
      expect(arxivIds(hitsOf(outcomes[2]))).toEqual(['2401.00001']);
      expect(arxivIds(hitsOf(outcomes[3]))).toEqual(['2401.00007']);
      expect(hitsOf(outcomes[4]).map(({ payload }) => payload.title)).toEqual([
        'Paper 2401.00001',
        'Paper 2401.00003',
      ]);
    });

    test('an empty batch has no outcomes', async () => {
      expect(await store().search([])).toEqual([]);
    });

    test('an unknown point fails only its own request, with a BAD_USER_INPUT that names it', async () => {
      const outcomes = await store().search([
        request({ limit: 1 }),
        request({ ranking: { kind: 'similar', to: unknown } }),
        request({ ranking: { kind: 'similar', to: toPointId('2401.00002') }, limit: 1 }),
      ]);
      expect(arxivIds(hitsOf(outcomes[0]))).toEqual(['2401.00001']);
      expect(outcomes[1]).toMatchObject({
        code: 'BAD_USER_INPUT',
        message: expect.stringContaining(unknown),
      });
      expect(arxivIds(hitsOf(outcomes[2]))).toEqual(['2401.00001']);
    });

    test('a vector of another dimension fails only its own request, with BAD_USER_INPUT', async () => {
      const outcomes = await store().search([
        request({ ranking: { kind: 'nearest', vector: Float32Array.of(1, 2, 3) } }),
        request({ limit: 1 }),
      ]);
      expect(outcomes[0]).toMatchObject({
        code: 'BAD_USER_INPUT',
        message: expect.stringMatching(/dimension/i),
      });
      expect(arxivIds(hitsOf(outcomes[1]))).toEqual(['2401.00001']);
    });
  });

  describe('listing', () => {
    const points = [
      paper('2402.00001', [1, 0, 0, 0], { submitted_at: '2020-01-01T00:00:00Z', updated_at: '2024-01-01' }),
      paper('2402.00002', [2, 0, 0, 0], { submitted_at: '2022-05-01T12:00:00Z', updated_at: '2023-06-01' }),
      paper('2402.00003', [3, 0, 0, 0], {
        submitted_at: '2022-05-01T14:00:00+02:00',
        updated_at: '2023-06-02',
      }),
      paper('2402.00004', [4, 0, 0, 0], {
        submitted_at: '2022-05-01T12:00:00.000001Z',
        updated_at: '2023-06-03',
      }),
      paper('2402.00005', [5, 0, 0, 0], { submitted_at: '1991-08-14T00:00:00Z', categories: ['cs.CV'] }),
      paper('2402.00006', [6, 0, 0, 0], { updated_at: '2010-01-01', categories: ['cs.CV'] }),
    ];
    const store = useCollection('contract_listing', points);
    // Two times are equal, so these points are ordered by id.
    const tied = [toPointId('2402.00002'), toPointId('2402.00003')].sort();
    const id = toPointId;

    test.each([
      {
        by: 'submitted_at' as const,
        direction: 'asc' as const,
        dated: [id('2402.00005'), id('2402.00001'), ...tied, id('2402.00004')],
        undated: [id('2402.00006')],
      },
      {
        by: 'submitted_at' as const,
        direction: 'desc' as const,
        dated: [id('2402.00004'), ...tied, id('2402.00001'), id('2402.00005')],
        undated: [id('2402.00006')],
      },
      {
        by: 'updated_at' as const,
        direction: 'asc' as const,
        dated: ['2402.00006', '2402.00002', '2402.00003', '2402.00004', '2402.00001'].map(id),
        undated: [id('2402.00005')],
      },
      {
        by: 'updated_at' as const,
        direction: 'desc' as const,
        dated: ['2402.00001', '2402.00004', '2402.00003', '2402.00002', '2402.00006'].map(id),
        undated: [id('2402.00005')],
      },
    ])('by $by $direction', async ({ by, direction, dated, undated }) => {
      const ranking: Ranking = { kind: 'listing', by, direction };
      const hits = await searchOne(store(), { ranking });
      const found = hits.map((hit) => hit.id);
      expect(found.slice(0, dated.length)).toEqual(dated);
      // A store may omit points without a date, or list them last.
      expect([[], undated]).toContainEqual(found.slice(dated.length));
      expect(hits.every(({ score }) => score === null)).toBe(true);
      const slices = await store().search(
        [0, 1, 2, 3, 4].map((offset) => request({ ranking, offset, limit: 1 })),
      );
      expect(slices.flatMap((slice) => hitsOf(slice).map((hit) => hit.id))).toEqual(dated);
    });

    test('lists only what the filter selects, with the requested fields', async () => {
      const hits = await searchOne(store(), {
        ranking: { kind: 'listing', by: 'submitted_at', direction: 'desc' },
        filter: { must_not: [{ key: 'categories', match: { value: 'cs.CV' } }] },
        limit: 1,
        fields: ['id', 'title'],
      });
      expect(hits).toMatchObject([{ score: null, payload: { id: '2402.00004', title: 'Paper 2402.00004' } }]);
    });
  });
}

/** The expected result of an exact search. */
function byCosine(points: readonly PaperPoint[], vector: ArrayLike<number>): { id: string; score: number }[] {
  return points
    .map((point) => ({ id: point.id, score: cosine(point.vector, vector) }))
    .sort((a, b) => (Math.abs(a.score - b.score) > 1e-9 ? b.score - a.score : a.id < b.id ? -1 : 1));
}

function sortedIds(points: readonly PaperPoint[]): string[] {
  return points.map(({ id }) => id).sort();
}
