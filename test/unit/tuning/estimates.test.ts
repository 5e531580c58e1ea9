import { expect, test } from '@jest/globals';
import { estimateLatency, estimateMean } from '../../../src/tuning/estimates.js';

test('times have mean and percentiles over all repetitions, each within its interval', () => {
  const latency = estimateLatency(Array.from({ length: 100 }, (_, at) => [at + 1, at + 1]));
  expect(latency.mean.value).toBe(50.5);
  expect(latency.p50.value).toBeCloseTo(50.5, 0);
  expect(latency.p95.value).toBeCloseTo(95.5, 0);
  expect(latency.p99.value).toBeCloseTo(99.5, 0);
  Object.values(latency).forEach(({ value, low, high }) => {
    expect(low).toBeLessThanOrEqual(value);
    expect(high).toBeGreaterThanOrEqual(value);
  });
  // 1.96 standard errors on either side for 100 queries; repeating them does not make the interval narrower.
  expect(latency.mean.high - latency.mean.low).toBeCloseTo(
    2 * 1.96 * Math.sqrt((100 ** 2 - 1) / 12 / 100),
    -0.5,
  );
});

test('the interval of a mean contains it', () => {
  const { value, low, high } = estimateMean([0, 0.5, 1, 1]);
  expect(value).toBe(0.625);
  expect(low).toBeLessThan(value);
  expect(high).toBeGreaterThan(value);
});
