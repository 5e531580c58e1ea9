import { describe, expect, test } from '@jest/globals';
import {
  agreementAt,
  averagePrecision,
  ndcgAt,
  precisionAt,
  recallAt,
  reciprocalRankAt,
  relevantOf,
} from '../../../src/evaluation/metrics.js';

const RELEVANT = new Set(['a', 'b', 'c']);

describe('precision', () => {
  test.each([
    ['all of the places', ['a', 'b', 'c'], 3, 1],
    ['two of four places', ['a', 'x', 'b', 'y', 'c'], 4, 0.5],
    ['a ranking shorter than k', ['a', 'b'], 10, 0.2],
    ['the same document twice, found once', ['a', 'a', 'b'], 2, 1],
    ['nothing found', [], 10, 0],
  ])('%s', (_name, ranking, k, expected) => {
    expect(precisionAt(k, ranking, RELEVANT)).toBe(expected);
  });
});

describe('recall', () => {
  test.each([
    ['two of three', ['a', 'x', 'b', 'y', 'c'], 4, 2 / 3],
    ['all of them', ['x', 'a', 'b', 'c'], 4, 1],
    ['the same document twice, found once', ['a', 'a', 'a'], 3, 1 / 3],
  ])('%s', (_name, ranking, k, expected) => {
    expect(recallAt(k, ranking, RELEVANT)).toBe(expected);
  });
  test('nothing is relevant', () => expect(recallAt(10, ['a'], new Set())).toBe(0));
});

describe('reciprocal rank', () => {
  test.each([
    ['at the first place', ['a', 'x'], 10, 1],
    ['at the third place', ['x', 'y', 'b'], 10, 1 / 3],
    ['after k', ['x', 'y', 'b'], 2, 0],
    ['a repeated document does not push others down', ['x', 'x', 'b'], 10, 1 / 2],
  ])('%s', (_name, ranking, k, expected) => {
    expect(reciprocalRankAt(k, ranking, RELEVANT)).toBe(expected);
  });
});

describe('average precision', () => {
  test.each([
    ['a perfect ranking', ['a', 'b', 'c', 'x'], 1],
    // (1/1 + 2/3) / 3
    ['one of three never found', ['a', 'x', 'b'], 5 / 9],
    // (1/2 + 2/4 + 3/6) / 3
    ['every second place', ['x', 'a', 'y', 'b', 'z', 'c'], 1 / 2],
    ['nothing found', ['x'], 0],
  ])('%s', (_name, ranking, expected) => {
    expect(averagePrecision(ranking, RELEVANT)).toBeCloseTo(expected, 12);
  });
  test('nothing is relevant', () => expect(averagePrecision(['a'], new Set())).toBe(0));
});

describe('nDCG', () => {
  const GRADED = new Map([
    ['a', 3],
    ['b', 2],
    ['c', 1],
    ['d', 0],
    ['e', -1],
  ]);
  // Gains 7, 3, 1; discounts 1, log2(3), 2: ideal 7 + 3 / 1.584963 + 1 / 2 = 9.392789.
  test.each([
    ['the best ranking', ['a', 'b', 'c'], 10, 1],
    // (1 + 3 / 1.584963 + 7 / 2) / 9.392789
    ['the worst order', ['c', 'b', 'a'], 10, 0.680606],
    // (0 + 7 / 1.584963) / 9.392789
    ['unjudged, and judged not relevant, gain nothing', ['x', 'a', 'd', 'e'], 10, 0.470202],
    // 3 / (7 + 3 / 1.584963)
    ['ideal and ranking are cut at k', ['b', 'x', 'a'], 2, 0.337352],
    ['a repeated document gains once', ['a', 'a', 'b', 'c'], 10, 1],
    ['nothing found', [], 10, 0],
  ])('%s', (_name, ranking, k, expected) => {
    expect(ndcgAt(k, ranking, GRADED)).toBeCloseTo(expected, 6);
  });
  test('nothing is relevant', () => {
    expect(ndcgAt(10, ['a'], new Map([['a', -1]]))).toBe(0);
  });
});

describe('agreement with an exact answer', () => {
  test.each([
    ['all of it, in any order', ['c', 'a', 'b'], 3, 3, 1],
    ['a part', ['a', 'x', 'b'], 3, 3, 2 / 3],
    ['what comes after k does not count', ['x', 'y', 'a'], 2, 2, 0],
    ['the rest of a short ranking counts as missing', ['a'], 2, 2, 0.5],
    ['fewer than k to find, all found', ['a', 'b'], 10, 2, 1],
    ['of equals at its end any will do', ['c', 'a'], 2, 2, 1],
    ['equals beyond its size add nothing', ['a', 'b', 'c'], 3, 2, 1],
    ['the same document twice, found once', ['a', 'a'], 2, 2, 0.5],
    ['nothing found', [], 2, 2, 0],
  ])('%s', (_name, ranking, k, size, expected) => {
    expect(agreementAt(k, ranking, RELEVANT, size)).toBeCloseTo(expected, 12);
  });
});

test('a document judged 0 or less is not relevant', () => {
  const judgements = new Map([
    ['a', 4],
    ['b', 1],
    ['c', 0],
    ['d', -1],
  ]);
  expect(relevantOf(judgements)).toEqual(new Set(['a', 'b']));
});
