import type { Latency } from './report.js';
import {
  bootstrapEstimates,
  bootstrapInterval,
  mean,
  percentileOfSorted,
  type Estimate,
} from '../evaluation/statistics.js';

export const CONFIDENCE = 0.95;
/** With this many resamples, the ends of the intervals vary by about 3% of their width. */
const RESAMPLES = 1_000;

/**
 * Mean and percentiles of all times, with intervals over the queries: the times of one query are resampled together.
 */
export function estimateLatency(timesOfQueries: readonly (readonly number[])[]): Latency {
  const [first, p50, p95, p99] = bootstrapEstimates(
    timesOfQueries.length,
    (places) => {
      const times = places.flatMap((place) => timesOfQueries[place] ?? []);
      const sorted = Float64Array.from(times).sort();
      return [mean(times), ...[50, 95, 99].map((percent) => percentileOfSorted(percent, sorted))];
    },
    { confidence: CONFIDENCE, resamples: RESAMPLES },
  );
  if (!first || !p50 || !p95 || !p99) throw new Error('A statistic has no estimate');
  return { mean: first, p50, p95, p99 };
}

export function estimateMean(values: readonly number[]): Estimate {
  return {
    value: mean(values),
    ...bootstrapInterval(values, { confidence: CONFIDENCE, resamples: RESAMPLES }),
  };
}
