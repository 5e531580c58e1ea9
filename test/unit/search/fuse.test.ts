import { describe, expect, test } from '@jest/globals';
import { fuse } from '../../../src/search/fuse.js';
import type { FusionMethod, Ranker, ScoredHit } from '../../../src/search/ranked-hit.js';

/** A ranking as a list, best first: `{ a: 3, b: 1 }`. */
function list(ranker: Ranker, scores: Record<string, number>): ScoredHit[] {
  return Object.entries(scores).map(([id, score], at) => {
    const rank = at + 1;
    const nothing = { semantic: null, keyword: null, fusion: null, boosts: [], scoreRank: rank };
    return { id, score, rank, payload: {}, explanation: { ...nothing, [ranker]: { score, rank } } };
  });
}

function fuseAll(
  semantic: Record<string, number>,
  keyword: Record<string, number>,
  method: FusionMethod,
  semanticWeight = 0.5,
) {
  return fuse(list('semantic', semantic), list('keyword', keyword), { method, semanticWeight });
}

function scores(...args: Parameters<typeof fuseAll>): Record<string, number> {
  return Object.fromEntries(fuseAll(...args).map(({ id, score }) => [id, Number(score.toFixed(6))]));
}

describe('the fused score', () => {
  test.each<[string, Parameters<typeof fuseAll>, Record<string, number>]>([
    [
      'RRF gives 61 / (60 + rank) from each list',
      [{ a: 0.9, b: 0.8, c: 0.1 }, { b: 12, d: 3 }, 'RRF'],
      { b: 0.991935, a: 0.5, d: 0.491935, c: 0.484127 },
    ],
    ['RRF considers only ranks', [{ a: 0.9, b: 0.8999 }, {}, 'RRF', 1], { a: 1, b: 0.983871 }],
    [
      'RELATIVE_SCORE gives the best of each list 1 and the worst 0',
      [{ a: 0.9, b: 0.8, c: 0.4 }, { b: 12, d: 3 }, 'RELATIVE_SCORE'],
      { b: 0.9, a: 0.5, c: 0, d: 0 },
    ],
    [
      'RELATIVE_SCORE gives equal scores 1',
      [{ a: 0.3, b: 0.3 }, { c: 7 }, 'RELATIVE_SCORE', 0.4],
      { c: 0.6, a: 0.4, b: 0.4 },
    ],
    [
      'DISTRIBUTION_SCORE gives the mean of each list 0.5, and three standard deviations above it 1',
      [{ a: 3, b: 2, c: 1 }, { b: 4, d: 2 }, 'DISTRIBUTION_SCORE'],
      { b: 0.558926, a: 0.333333, d: 0.191074, c: 0.166667 },
    ],
    [
      'DISTRIBUTION_SCORE separates the best keyword score further than an equal semantic one',
      [{ a: 4, b: 2, c: 1 }, { d: 4, e: 2, f: 1 }, 'DISTRIBUTION_SCORE'],
      { d: 0.343124, a: 0.340924, b: 0.231815, e: 0.224422, f: 0.182454, c: 0.177261 },
    ],
    [
      'DISTRIBUTION_SCORE gives 0.5 if all scores are equal',
      [{ a: 0.3, b: 0.3 }, { c: 7 }, 'DISTRIBUTION_SCORE'],
      { a: 0.25, b: 0.25, c: 0.25 },
    ],
    [
      'with weight 1 the keyword list adds nothing',
      [{ a: 2, b: 1 }, { b: 9 }, 'RELATIVE_SCORE', 1],
      { a: 1, b: 0 },
    ],
    [
      'with weight 0 the semantic list adds nothing',
      [{ a: 2, b: 1 }, { b: 9 }, 'RELATIVE_SCORE', 0],
      { b: 1, a: 0 },
    ],
    ['one empty list leaves the other', [{}, { a: 2, b: 1 }, 'RRF'], { a: 0.5, b: 0.491935 }],
    ['two empty lists are an empty ranking', [{}, {}, 'DISTRIBUTION_SCORE'], {}],
  ])('%s', (_name, args, expected) => {
    expect(Object.entries(scores(...args))).toEqual(Object.entries(expected));
  });

  test('DISTRIBUTION_SCORE gives outliers more than 1', () => {
    const flat = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`x${at}`, 1]));
    const [first] = fuseAll({}, { star: 9, ...flat }, 'DISTRIBUTION_SCORE', 0);
    expect(first?.id).toBe('star');
    expect(first?.score).toBeGreaterThan(1);
  });
});

describe('the fused list', () => {
  test('contains each ranking’s score and contribution for each paper', () => {
    const fused = fuseAll({ a: 0.9, b: 0.5 }, { b: 4, c: 2 }, 'RELATIVE_SCORE', 0.7);
    const method = { method: 'RELATIVE_SCORE', semanticWeight: 0.7, keywordWeight: expect.closeTo(0.3) };
    expect(fused.map(({ id, score, explanation }) => ({ id, score, ...explanation }))).toMatchObject([
      {
        id: 'a',
        score: 0.7,
        semantic: { score: 0.9, rank: 1 },
        keyword: null,
        fusion: { ...method, score: 0.7, semanticContribution: 0.7, keywordContribution: 0 },
      },
      {
        id: 'b',
        score: expect.closeTo(0.3),
        semantic: { score: 0.5, rank: 2 },
        keyword: { score: 4, rank: 1 },
        fusion: { ...method, semanticContribution: 0, keywordContribution: expect.closeTo(0.3) },
      },
      {
        id: 'c',
        score: 0,
        semantic: null,
        keyword: { score: 2, rank: 2 },
        fusion: { ...method, score: 0, semanticContribution: 0, keywordContribution: 0 },
      },
    ]);
  });

  test('orders equal scores by id, whatever list they are from', () => {
    const fused = fuseAll({ d: 1, b: 0.5 }, { c: 9, a: 4 }, 'RRF');
    expect(fused.map(({ id }) => id)).toEqual(['c', 'd', 'a', 'b']);
  });
});
