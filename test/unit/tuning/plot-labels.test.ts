import { describe, expect, test } from '@jest/globals';
import { toSpotLabels } from '../../../src/tuning/plot-labels.js';

/** Points at [x, y], numbered from 1. */
function labelsOf(...places: [number, number][]): [string, number][] {
  const points = places.map(([x, y], at) => ({ x, y, number: at + 1 }));
  return toSpotLabels(points).map(({ at, text }) => [text, at.number]);
}

describe('labels of points', () => {
  test('are their numbers if there is room', () => {
    expect(labelsOf([0, 0], [100, 0], [0, 50])).toEqual([
      ['1', 1],
      ['2', 2],
      ['3', 3],
    ]);
  });

  test('are combined for points that coincide, with ranges of numbers', () => {
    expect(labelsOf([5, 5], [5, 5], [200, 5], [5, 6], [5, 5], [5, 5])).toEqual([
      ['1, 2, 4–6', 1],
      ['3', 3],
    ]);
  });

  test('are next to the rightmost point', () => {
    expect(labelsOf([10, 0], [12, 1], [8, 2])).toEqual([['1–3', 2]]);
  });

  test('are combined if a label would cover a point, or would become too long', () => {
    expect(labelsOf([0, 0], [15, -8])).toEqual([['1, 2', 2]]);
    expect(labelsOf([0, 0], [0, 0], [36, -8], [0, 100])).toEqual([
      ['1–3', 3],
      ['4', 4],
    ]);
  });
});
