import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Where a mean likely lies. */
export interface Interval {
  low: number;
  high: number;
}

export interface BootstrapOptions {
  /** Share of intervals so made that hold the true mean. Default 0.95. */
  confidence?: number;
  /** Default 10,000: the ends then move by a hundredth of the interval's width from seed to seed. */
  resamples?: number;
  /** The same seed gives the same interval. Default 1. */
  seed?: number;
}

/** NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * The value below which `percent` of the values lie, interpolated between neighbours (Hyndman and Fan 1996, type 7, as
 * NumPy does by default). NaN of nothing.
 *
 * @param percent 0 to 100.
 */
export function percentile(percent: number, values: readonly number[]): number {
  return percentileOfSorted(percent, Float64Array.from(values).sort());
}

/**
 * An interval for the mean by the percentile bootstrap (Efron and Tibshirani 1993, chapter 13): the same number of values
 * is drawn with replacement again and again, and the middle of the means so found is the interval. Values are one for
 * each query, so it says how much other queries of the same kind would change the mean. Of two methods on the same
 * queries take the differences: their interval is much narrower than the two means suggest.
 *
 * @returns NaN ends for no values.
 */
export function bootstrapInterval(
  values: readonly number[],
  { confidence = 0.95, resamples = 10_000, seed = 1 }: BootstrapOptions = {},
): Interval {
  if (values.length === 0) return { low: NaN, high: NaN };
  const random = xoroshiro128plus(seed);
  const drawn = Float64Array.from(values);
  const means = new Float64Array(resamples);
  for (let round = 0; round < resamples; round++) {
    const draw = () => drawn[uniformInt(random, 0, drawn.length - 1)] ?? NaN;
    means[round] = drawn.reduce((sum) => sum + draw(), 0) / drawn.length;
  }
  means.sort();
  const tail = ((1 - confidence) / 2) * 100;
  return { low: percentileOfSorted(tail, means), high: percentileOfSorted(100 - tail, means) };
}

/** A figure, and where it likely lies. */
export interface Estimate extends Interval {
  value: number;
}

/**
 * As `bootstrapInterval`, for several statistics at once, of units that each have more than one value: what was measured
 * of a query stays together, since its repetitions tell little about other queries.
 *
 * @param toStatistics of the units drawn, which are given by their places, 0 to `units - 1`.
 * @returns an estimate of each statistic, whose value is that of every unit taken once.
 */
export function bootstrapEstimates(
  units: number,
  toStatistics: (places: readonly number[]) => readonly number[],
  { confidence = 0.95, resamples = 10_000, seed = 1 }: BootstrapOptions = {},
): Estimate[] {
  const random = xoroshiro128plus(seed);
  const places = Array.from({ length: units }, (_, at) => at);
  const values = toStatistics(places);
  const draws = values.map(() => new Float64Array(resamples));
  for (let round = 0; round < resamples; round++) {
    const drawn = toStatistics(places.map(() => uniformInt(random, 0, units - 1)));
    draws.forEach((draw, at) => (draw[round] = drawn[at] ?? NaN));
  }
  const tail = ((1 - confidence) / 2) * 100;
  return values.map((value, at) => {
    const sorted = (draws[at] ?? new Float64Array()).sort();
    return { value, low: percentileOfSorted(tail, sorted), high: percentileOfSorted(100 - tail, sorted) };
  });
}

/** As `percentile`, of values in ascending order. */
export function percentileOfSorted(percent: number, sorted: ArrayLike<number>): number {
  const place = (percent / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (above - below) * (place - Math.floor(place));
}
