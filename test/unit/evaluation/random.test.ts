import { expect, test } from '@jest/globals';
import { createRandom, shuffle } from '../../../src/evaluation/random.js';
import { mean } from '../../../src/evaluation/statistics.js';

test('random numbers are in [0, 1) and evenly distributed', () => {
  const random = createRandom(42);
  const numbers = Array.from({ length: 10_000 }, random);
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThan(1);
  expect(mean(numbers)).toBeCloseTo(0.5, 1);
});

test('shuffling loses nothing, and gives the same order for the same seed', () => {
  const items = Array.from({ length: 20 }, (_, at) => at);
  const shuffled = shuffle(items, createRandom(1));
  expect(shuffled).toEqual(shuffle(items, createRandom(1)));
  expect(shuffled).not.toEqual(items);
  expect([...shuffled].sort((a, b) => a - b)).toEqual(items);
});
