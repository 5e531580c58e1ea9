import { describe, expect, test } from '@jest/globals';
import { smooth } from '../../../src/search/fuse.js';
import type { ScoredHit } from '../../../src/search/ranked-hit.js';

/** A fused hit; three quarters of its score are from the ranking by meaning. */
function hit(id: string, score: number): ScoredHit {
  const [semanticContribution, keywordContribution] = [0.75 * score, 0.25 * score];
  const weights = { semanticWeight: 0.5, keywordWeight: 0.5 };
  const fusion = {
    method: 'DISTRIBUTION_SCORE' as const,
    score,
    ...weights,
    semanticContribution,
    keywordContribution,
  };
  const explanation = { semantic: null, keyword: null, fusion, boosts: [], scoreRank: 0 };
  return { id, score, rank: 1, payload: {}, explanation };
}

/** The vectors of length 1 in these directions, in degrees. */
function pointing(degrees: Record<string, number>): Map<string, Float32Array> {
  const toVector = (angle: number) => Float32Array.of(Math.cos(angle), Math.sin(angle));
  return new Map(Object.entries(degrees).map(([id, angle]) => [id, toVector((angle * Math.PI) / 180)]));
}

function scoresOf(hits: readonly ScoredHit[]): Record<string, number> {
  return Object.fromEntries(hits.map(({ id, score }) => [id, Number(score.toFixed(6))]));
}

describe('a smoothed score', () => {
  test('is 35% the mean of the others, weighted by the fourth power of the cosine', () => {
    const hits = [hit('a', 1), hit('b', 0.8), hit('c', 0.2)];
    // Cosines: a and b 1, a and c 0.5, b and c 0.5.
    const smoothed = smooth(hits, pointing({ a: 0, b: 0, c: 60 }));
    expect(scoresOf(smoothed)).toEqual({
      a: Number((0.65 + (0.35 * (0.8 + 0.2 / 16)) / (1 + 1 / 16)).toFixed(6)),
      b: Number((0.65 * 0.8 + (0.35 * (1 + 0.2 / 16)) / (1 + 1 / 16)).toFixed(6)),
      c: Number((0.65 * 0.2 + 0.35 * 0.9).toFixed(6)),
    });
  });

  test('lifts a paper that resembles good ones above one that resembles none', () => {
    const hits = [hit('a', 1), hit('b', 0.9), hit('chance', 0.7), hit('c', 0.65), hit('bad', 0.1)];
    const smoothed = smooth(hits, pointing({ a: 0, b: 5, chance: 90, c: 10, bad: 100 }));
    expect(smoothed.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'chance', 'bad']);
  });

  test('considers only the 7 most similar papers', () => {
    const near = Array.from({ length: 8 }, (_, at) => hit(`near${at}`, 0.9 - at * 0.1));
    const degrees = Object.fromEntries(near.map(({ id }, at) => [id, 1 + at]));
    const [first] = smooth([hit('a', 1), ...near], pointing({ a: 0, ...degrees }));
    const [without] = smooth([hit('a', 1), ...near.slice(0, 7)], pointing({ a: 0, ...degrees }));
    expect(first?.id).toBe('a');
    expect(first?.score).toBe(without?.score);
  });

  test('is the sum of its contributions', () => {
    const smoothed = smooth([hit('a', 1), hit('b', 0.5)], pointing({ a: 0, b: 30 }));
    expect(smoothed.map(({ explanation: { fusion } }) => fusion)).toMatchObject([
      { score: expect.closeTo(0.825), semanticContribution: expect.closeTo(0.75 * 0.825) },
      { score: expect.closeTo(0.675), keywordContribution: expect.closeTo(0.25 * 0.675) },
    ]);
    for (const { score, explanation } of smoothed) expect(explanation.fusion?.score).toBe(score);
  });

  test('stays if no other paper is similar, or if the paper has no vector', () => {
    const hits = [hit('a', 1), hit('b', 0.5), hit('empty', 0.4), hit('deleted', 0.3)];
    const vectors = pointing({ a: 0, b: 180 }).set('empty', new Float32Array(2));
    expect(smooth(hits, vectors)).toEqual(hits);
  });
});

test('scores after the fifteenth stay, and none before is lower', () => {
  const hits = Array.from({ length: 30 }, (_, at) => hit(`p${at}`, 1 / (at + 1)));
  const degrees = Object.fromEntries(hits.map(({ id }, at) => [id, (at * 47) % 90]));
  const smoothed = smooth(hits, pointing(degrees));
  expect(smoothed.slice(15)).toEqual(hits.slice(15));
  const scores = smoothed.map(({ score }) => score);
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
  expect(smoothed.slice(0, 15)).not.toEqual(hits.slice(0, 15));
});

test('equal scores are sorted by id', () => {
  const hits = [hit('b', 0.5), hit('c', 0.5), hit('a', 0.5)];
  expect(smooth(hits, pointing({ a: 0, b: 0, c: 0 })).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
});
