import { describe, expect, test } from '@jest/globals';
import { applyFactor, diversify, orderItems, toNewness, type Order } from '../../../src/search/reorder.js';

describe('recency', () => {
  const now = Date.parse('2025-01-01T00:00:00Z');

  test.each<[string, string | undefined, { halfLifeDays: number; weight: number }, number]>([
    ['today counts in full', '2025-01-01T00:00:00Z', { halfLifeDays: 365, weight: 1 }, 1],
    ['one half-life leaves a half', '2024-12-22T00:00:00Z', { halfLifeDays: 10, weight: 1 }, 0.5],
    ['two half-lives leave a quarter', '2024-12-12T00:00:00Z', { halfLifeDays: 10, weight: 1 }, 0.25],
    ['the weight says how much of it counts', '2024-12-22T00:00:00Z', { halfLifeDays: 10, weight: 0.4 }, 0.8],
    ['weight 0 changes nothing', '1999-01-01T00:00:00Z', { halfLifeDays: 1, weight: 0 }, 1],
    ['a date ahead of the clock is now', '2031-01-01T00:00:00Z', { halfLifeDays: 10, weight: 1 }, 1],
    ['no date is infinitely old', undefined, { halfLifeDays: 10, weight: 0.3 }, 0.7],
  ])('%s', (_name, submittedAt, options, factor) => {
    expect(toNewness(submittedAt, now, options).factor).toBeCloseTo(factor, 10);
  });

  test('says how old the paper is', () => {
    const options = { halfLifeDays: 10, weight: 1 };
    expect(toNewness('2024-12-30T12:00:00Z', now, options).ageDays).toBe(1.5);
    expect(toNewness(undefined, now, options).ageDays).toBeNull();
  });

  test('does not raise a score below 0', () => {
    expect([0.8, 0, -0.8].map((score) => applyFactor(score, 0.5))).toEqual([0.4, 0, -0.8]);
  });
});

describe('diversity', () => {
  const items = [
    { id: 'a', score: 1 },
    { id: 'a-again', score: 0.98 },
    { id: 'b', score: 0.8 },
    { id: 'c', score: 0 },
  ];
  const vectors = new Map([
    ['a', Float32Array.of(1, 0, 0)],
    ['a-again', Float32Array.of(1, 0, 0)],
    ['b', Float32Array.of(0, 1, 0)],
    ['c', Float32Array.of(0, 0, 1)],
  ]);
  const orderOf = (diversity: number) => diversify(items, vectors, diversity).map(({ id }) => id);

  test.each<[number, string[]]>([
    [0, ['a', 'a-again', 'b', 'c']],
    [0.3, ['a', 'b', 'a-again', 'c']],
    [0.6, ['a', 'b', 'c', 'a-again']],
    [1, ['a', 'b', 'c', 'a-again']],
  ])('%d separates near-duplicates', (diversity, ids) => {
    expect(orderOf(diversity)).toEqual(ids);
  });

  test('keeps every item and its score', () => {
    expect([...diversify(items, vectors, 0.5)].sort((x, y) => y.score - x.score)).toEqual(items);
  });

  test('prefers opposite vectors to orthogonal ones', () => {
    const opposed = [
      { id: 'a', score: 1 },
      { id: 'unlike', score: 1 },
      { id: 'opposite', score: 1 },
    ];
    const directions = new Map([
      ['a', Float32Array.of(1, 0)],
      ['unlike', Float32Array.of(0, 1)],
      ['opposite', Float32Array.of(-1, 0)],
    ]);
    expect(diversify(opposed, directions, 0.5).map(({ id }) => id)).toEqual(['a', 'opposite', 'unlike']);
  });

  test('treats a paper without an embedding as unlike all others', () => {
    const known = new Map([
      ['a', Float32Array.of(1, 0, 0)],
      ['a-again', Float32Array.of(1, 0, 0)],
    ]);
    expect(diversify(items.slice(0, 3), known, 0.5).map(({ id }) => id)).toEqual(['a', 'b', 'a-again']);
  });
});

describe('order', () => {
  const items = [
    { id: 'd', score: 0.9, payload: { submitted_at: '2019-05-01T10:00:00Z', updated_at: '2024-01-01' } },
    { id: 'b', score: 0.5, payload: { submitted_at: '2021-05-01T10:00:00Z', updated_at: '2024-01-01' } },
    { id: 'a', score: 0.5, payload: { submitted_at: '2019-05-01T12:00:00+02:00' } },
    { id: 'c', score: 0.1, payload: {} },
  ];

  test.each<[string, Order, string[]]>([
    ['best first', { field: 'RELEVANCE', direction: 'DESC' }, ['d', 'a', 'b', 'c']],
    ['worst first', { field: 'RELEVANCE', direction: 'ASC' }, ['c', 'a', 'b', 'd']],
    ['newest first, no date last', { field: 'SUBMITTED', direction: 'DESC' }, ['b', 'a', 'd', 'c']],
    ['oldest first, no date last', { field: 'SUBMITTED', direction: 'ASC' }, ['a', 'd', 'b', 'c']],
    ['last updated first', { field: 'UPDATED', direction: 'DESC' }, ['b', 'd', 'a', 'c']],
  ])('%s', (_name, order, ids) => {
    expect(orderItems(items, order).map(({ id }) => id)).toEqual(ids);
  });
});
