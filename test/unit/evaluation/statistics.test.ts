import { describe, expect, test } from '@jest/globals';
import {
  bootstrapEstimates,
  bootstrapInterval,
  mean,
  percentile,
} from '../../../src/evaluation/statistics.js';

describe('percentile', () => {
  test.each([
    [50, [3, 1, 2], 2],
    [50, [4, 1, 3, 2], 2.5],
    [0, [5, 7], 5],
    [100, [5, 7], 7],
    // place 0.95 * 4 = 3.8 of 10, 20, 30, 40, 50
    [95, [50, 40, 30, 20, 10], 48],
    [99, [8], 8],
    [50, [10, 9, 100], 10],
  ])('%d%% of %j is %d', (percent, values, expected) => {
    expect(percentile(percent, values)).toBeCloseTo(expected, 12);
  });
  test('does not exist without values', () => expect(percentile(50, [])).toBeNaN());
});

describe('bootstrap interval of a mean', () => {
  const coin = Array.from({ length: 100 }, (_, at) => at % 2);

  test('is about two standard errors on either side', () => {
    const { low, high } = bootstrapInterval(coin);
    // Standard error of the mean: 0.5 / sqrt(100) = 0.05; 1.96 of them are 0.098.
    expect(low).toBeCloseTo(0.402, 1);
    expect(high).toBeCloseTo(0.598, 1);
    expect(high - low).toBeGreaterThan(0.17);
    expect(high - low).toBeLessThan(0.23);
  });

  test('is the same for the same seed, and differs for another', () => {
    const values = [0.13, 0.4, 0.77, 0.92, 0.05, 0.61, 0.33];
    expect(bootstrapInterval(values, { seed: 7 })).toEqual(bootstrapInterval(values, { seed: 7 }));
    expect(bootstrapInterval(values, { seed: 7 })).not.toEqual(bootstrapInterval(values, { seed: 8 }));
  });

  test('is wider for more confidence', () => {
    const wide = bootstrapInterval(coin, { confidence: 0.99 });
    const narrow = bootstrapInterval(coin, { confidence: 0.5 });
    expect(wide.low).toBeLessThan(narrow.low);
    expect(wide.high).toBeGreaterThan(narrow.high);
  });

  test('contains the true mean about as often as its confidence level says', () => {
    // Samples of 40 from 0, 1, …, 9 in a fixed scramble; their true mean is 4.5.
    const held = Array.from({ length: 200 }, (_, sample) => {
      const values = Array.from({ length: 40 }, (_, at) => scrambled(sample * 40 + at) % 10);
      const { low, high } = bootstrapInterval(values, { resamples: 400 });
      return low <= 4.5 && 4.5 <= high;
    });
    const share = mean(held.map(Number));
    expect(share).toBeGreaterThan(0.88);
    expect(share).toBeLessThan(0.99);
  });

  test('is a single point for equal values', () => {
    expect(bootstrapInterval([2, 2, 2])).toEqual({ low: 2, high: 2 });
  });

  test('does not exist without values', () => {
    expect(bootstrapInterval([])).toEqual({ low: NaN, high: NaN });
  });
});

/** Fibonacci hashing: distributes whole numbers evenly over 32 bits. */
function scrambled(value: number): number {
  return (Math.imul(value + 1, 0x9e3779b1) ^ Math.imul(value + 1, 0x85ebca6b)) >>> 7;
}

describe('bootstrap estimates', () => {
  test('keep measurements of one unit together', () => {
    const repetitions = [
      [1, 1, 1],
      [3, 3, 3],
    ];
    const seen = new Set<number>();
    bootstrapEstimates(2, (places) => {
      const total = places.flatMap((place) => repetitions[place] ?? []).reduce((sum, each) => sum + each, 0);
      seen.add(total);
      return [total];
    });
    expect([...seen].sort((a, b) => a - b)).toEqual([6, 12, 18]);
  });

  test('contain the value when every unit is taken once, and the interval of its mean', () => {
    const values = Array.from({ length: 400 }, (_, at) => at / 399);
    const [estimate, twice] = bootstrapEstimates(400, (places) => {
      const found = mean(places.map((place) => values[place] ?? NaN));
      return [found, 2 * found];
    });
    expect(estimate?.value).toBeCloseTo(0.5, 10);
    // 1.96 standard errors on either side.
    expect((estimate?.high ?? 0) - (estimate?.low ?? 0)).toBeCloseTo(2 * 1.96 * Math.sqrt(1 / 12 / 400), 2);
    expect(twice).toEqual({
      value: 2 * (estimate?.value ?? 0),
      low: 2 * (estimate?.low ?? 0),
      high: 2 * (estimate?.high ?? 0),
    });
  });
});
