import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** An interval that likely contains a mean. */
export interface Interval {
  low: number;
  high: number;
}

export interface BootstrapOptions {
  /** Share of such intervals that contain the true mean. Default 0.95. */
  confidence?: number;
  /** Default 10,000: the ends then vary by a hundredth of the interval's width from seed to seed. */
  resamples?: number;
  /** The same seed gives the same interval. Default 1. */
  seed?: number;
}

/** NaN if there are no values. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * The value below which `percent` of the values are, interpolated between neighbours (Hyndman and Fan 1996, type 7,
 * the default of NumPy). NaN if there are no values.
 *
 * @param percent 0 to 100.
 */
export function percentile(percent: number, values: readonly number[]): number {
  return percentileOfSorted(percent, Float64Array.from(values).sort());
}

/**
 * An interval for the mean by the percentile bootstrap (Efron and Tibshirani 1993, chapter 13): the same number of
 * values is repeatedly drawn with replacement, and the interval is the middle part of the resulting means. There is
 * one value per query, so the interval shows how much the mean would change with other queries of the same kind. To
 * compare two methods on the same queries, pass the differences: their interval is much narrower than the two means
 * suggest.
 *
 * @returns NaN for both ends if there are no values.
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

/** A figure, and the interval in which it likely is. */
export interface Estimate extends Interval {
  value: number;
}

/**
 * The same as `bootstrapInterval`, for several statistics at once, of units that each have several values: the
 * measurements of a query are resampled together, because its repetitions say little about other queries.
 *
 * @param toStatistics computes the statistics of the drawn units, which are given by their indexes, 0 to `units - 1`.
 * @returns an estimate of each statistic, whose value is computed with every unit taken once.
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

/** The same as `percentile`, for values in ascending order. */
export function percentileOfSorted(percent: number, sorted: ArrayLike<number>): number {
  const place = (percent / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (above - below) * (place - Math.floor(place));
}
