import { describe, expect, test } from '@jest/globals';

import { useStores } from './open-store.js';
import { hitsOf, request } from '../../../contract/paper-points.js';
import { ok, refusal, type QdrantRequest } from '../../../support/qdrant-server.js';
import type { Filter } from '../../../../src/store/filter.js';

const open = useStores();

interface Search {
  query: unknown;
  offset?: number;
  limit: number;
  with_payload: unknown;
}

interface Point {
  id: string;
  score: number;
  order_value?: number;
  payload?: Record<string, unknown>;
}

const ANY_WORD = { key: 'abstract', match: { text_any: 'dark light' } };

describe('a healthy batch', () => {
  test('is one request with every search, its filter, window and fields', async () => {
    const { store, requests } = await open(() => ok([{ points: [] }, { points: [] }, { points: [] }]));
    const filter = { must: [{ key: 'categories', match: { value: 'cs.CV' } }] };
    await store.search([
      request({ offset: 20, limit: 10, window: 128, fields: ['id', 'title'], filter }),
      request({ ranking: { kind: 'similar', to: 'a' }, offset: 0, limit: 10, window: 50, fields: [] }),
      request({ ranking: { kind: 'listing', by: 'updated_at', direction: 'desc' }, limit: 5, window: 9 }),
    ]);
    expect(requests).toMatchObject([
      {
        method: 'POST',
        path: '/collections/papers/points/query/batch',
        body: {
          searches: [
            {
              query: [1, 0, 0, 0],
              filter,
              // The slice and one neighbour on either side.
              offset: 19,
              limit: 12,
              params: { hnsw_ef: 128 },
              with_payload: { include: ['id', 'title'] },
            },
            { query: 'a', offset: 0, limit: 11, params: { hnsw_ef: 100 }, with_payload: false },
            {
              query: { order_by: { key: 'updated_at', direction: 'desc' } },
              offset: 0,
              limit: 6,
              with_payload: { include: ['id'] },
            },
          ],
        },
      },
    ]);
  });

  test.each<[string, Filter, boolean]>([
    ['a word', { must: [{ key: 'title', match: { text: 'quarks' } }] }, true],
    ['an excluded phrase', { must_not: [{ key: 'abstract', match: { phrase: 'dark matter' } }] }, true],
    [
      'one of several words, deep inside',
      { should: [{ must: [{ min_should: { conditions: [ANY_WORD], min_count: 1 } }] }] },
      true,
    ],
    ['a date of the last version', { must: [{ key: 'updated_at', range: { gte: '2020-01-01' } }] }, true],
    ['a category', { must: [{ key: 'categories', match: { value: 'cs.CV' } }, { has_id: ['a'] }] }, false],
    ['a date', { must: [{ key: 'submitted_at', range: { gte: '2020-01-01' } }] }, false],
  ])('uses ACORN for filters without links in the graph: %s', async (_, filter, isAround) => {
    const { store, requests } = await open(() => ok([{ points: [] }]));
    await store.search([request({ filter })]);
    const params = { hnsw_ef: 100, ...(isAround && { acorn: { enable: true, max_selectivity: 1 } }) };
    expect(searchesOf(requests[0])).toEqual([expect.objectContaining({ params })]);
  });

  test('never requests more than the window', async () => {
    const { store, requests } = await open(() => ok([{ points: [] }]));
    await store.search([request({ offset: 90, limit: 10, window: 100 })]);
    expect(searchesOf(requests[0])).toMatchObject([{ offset: 89, limit: 11 }]);
  });

  test('excludes the neighbours from the hits', async () => {
    const { store } = await open(serve(ranked({ a: 0.9, b: 0.8, c: 0.7, d: 0.6 })));
    const [hits] = await store.search([request({ offset: 1, limit: 2 })]);
    expect(hitsOf(hits).map(({ id }) => id)).toEqual(['b', 'c']);
  });
});

describe('a batch with bad searches', () => {
  /** Rejects every batch that requests a point whose id begins with `unknown`, as the server does. */
  const react = (asked: QdrantRequest) => {
    const searches = searchesOf(asked);
    const bad = searches.find(({ query }) => String(query).startsWith('unknown'));
    if (bad) return refusal(404, `Not found: No point with id ${String(bad.query)} found`);
    return ok(searches.map(({ query }) => ({ points: [{ id: `near ${String(query)}`, score: 1 }] })));
  };
  const similar = (to: string) => request({ ranking: { kind: 'similar', to } });

  test('returns an error for each bad search and answers for all others, in order', async () => {
    const { store } = await open(react);
    const names = ['a', 'unknown-1', 'b', 'c', 'unknown-2', 'd', 'e'];
    const outcomes = await store.search(names.map(similar));
    const seen = outcomes.map((outcome) => (outcome instanceof Error ? outcome.message : outcome[0]?.id));
    expect(seen).toEqual([
      'near a',
      'The collection papers has no paper with point id unknown-1',
      'near b',
      'near c',
      'The collection papers has no paper with point id unknown-2',
      'near d',
      'near e',
    ]);
    expect(outcomes[1]).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  test('finds one bad search among sixteen by halving', async () => {
    const { store, requests } = await open(react);
    const outcomes = await store.search(
      Array.from({ length: 16 }, (_, at) => similar(at === 5 ? 'unknown' : `p${at}`)),
    );
    expect(outcomes.filter((outcome) => outcome instanceof Error)).toHaveLength(1);
    expect(requests).toHaveLength(9);
  });

  test('is not split because of a failure of the server', async () => {
    const { store, requests } = await open(() => refusal(500, 'Service internal error'));
    await expect(store.search([similar('a'), similar('b')])).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
    expect(requests).toHaveLength(1);
  });
});

describe('equal scores', () => {
  test('within a slice are ordered by point id, without another request', async () => {
    const { store, requests } = await open(serve(ranked({ c: 0.9, z: 0.8, a: 0.8, m: 0.8, b: 0.1 })));
    const [hits] = await store.search([request({ limit: 4 })]);
    expect(hitsOf(hits).map(({ id }) => id)).toEqual(['c', 'a', 'm', 'z']);
    expect(requests).toHaveLength(1);
  });

  test.each([
    { offset: 0, limit: 2, ids: ['c', 'a'] },
    { offset: 2, limit: 2, ids: ['m', 'z'] },
    { offset: 3, limit: 2, ids: ['z', 'b'] },
  ])('across an edge are taken from the whole window: $offset, $limit', async ({ offset, limit, ids }) => {
    const { store, requests } = await open(serve(ranked({ c: 0.9, z: 0.8, a: 0.8, m: 0.8, b: 0.1 })));
    const [hits] = await store.search([request({ offset, limit, window: 50, fields: ['title'] })]);
    expect(hitsOf(hits).map(({ id, payload }) => [id, payload.title])).toEqual(
      ids.map((id) => [id, `Title ${id}`]),
    );
    const [, window, papers] = requests;
    expect(searchesOf(window)).toMatchObject([{ limit: 50, with_payload: false }]);
    expect(papers).toMatchObject({ path: '/collections/papers/points', body: { ids } });
  });

  test('repeat only the searches of a batch that have them', async () => {
    const points = ranked({ a: 0.9, b: 0.8, d: 0.7, c: 0.7 });
    const { store, requests } = await open(serve(points));
    const outcomes = await store.search([
      request({ limit: 1, fields: [] }),
      request({ limit: 3, fields: [] }),
      request({ limit: 2, fields: [] }),
    ]);
    expect(outcomes.map((hits) => hitsOf(hits).map(({ id }) => id))).toEqual([
      ['a'],
      ['a', 'b', 'c'],
      ['a', 'b'],
    ]);
    expect(requests.map((asked) => searchesOf(asked).length)).toEqual([3, 1]);
  });

  test.each([
    { direction: 'asc' as const, dates: { p: 1, y: 2, x: 2, q: 3 }, ids: ['p', 'x'] },
    { direction: 'desc' as const, dates: { q: 3, y: 2, x: 2, p: 1 }, ids: ['q', 'x'] },
  ])('of a listing are equal dates: $direction', async ({ direction, dates, ids }) => {
    const points = ranked(dates).map(({ id, score, payload }) => ({
      id,
      score: 1,
      order_value: score,
      payload,
    }));
    const { store } = await open(serve(points));
    const [hits] = await store.search([
      request({ ranking: { kind: 'listing', by: 'submitted_at', direction }, limit: 2 }),
    ]);
    expect(hitsOf(hits).map(({ id, score }) => [id, score])).toEqual(ids.map((id) => [id, null]));
  });

  test.each([
    { equal: 5, sizes: [8] },
    { equal: 20, sizes: [8, 32] },
    { equal: 60, sizes: [8, 32, 50] },
  ])('of a listing are read as far as they reach: $equal', async ({ equal, sizes }) => {
    const points = Array.from({ length: 100 }, (_, at) => ({
      id: String(99 - at).padStart(2, '0'),
      score: 1,
      order_value: at < equal ? 1 : at,
      payload: { title: 'A title' },
    }));
    const { store, requests } = await open(serve(points));
    const ranking = { kind: 'listing', by: 'submitted_at', direction: 'asc' } as const;
    const [hits] = await store.search([request({ ranking, limit: 2, window: 50, fields: [] })]);
    const lowest = 100 - Math.min(equal, 50);
    expect(hitsOf(hits).map(({ id }) => Number(id))).toEqual([lowest, lowest + 1]);
    expect(requests.slice(1).map((asked) => searchesOf(asked)[0]?.limit)).toEqual(sizes);
  });
});

/** Points in the given order, as a server might return them. */
function ranked(scores: Record<string, number>): Required<Omit<Point, 'order_value'>>[] {
  return Object.entries(scores).map(([id, score]) => ({ id, score, payload: { title: `Title ${id}` } }));
}

/** A server that returns slices of `points` for each search, and reads them by id. */
function serve(points: Point[]) {
  return (asked: QdrantRequest) => {
    if (!asked.path.endsWith('/query/batch')) {
      const { ids } = asked.body as { ids: string[] };
      return ok(points.filter(({ id }) => ids.includes(id)));
    }
    return ok(
      searchesOf(asked).map(({ offset = 0, limit }) => ({ points: points.slice(offset, offset + limit) })),
    );
  };
}

/** The searches of a batch. The tests are about what the adapter sends, so its shape is not validated. */
function searchesOf(asked: QdrantRequest | undefined): Search[] {
  return (asked?.body as { searches: Search[] }).searches;
}
