import type { TestQuery } from './dataset.js';
import { averagePrecision, ndcgAt, recallAt, reciprocalRankAt, relevantOf } from './metrics.js';
import { bootstrapInterval, mean, type Interval } from './statistics.js';

/** Depth to which rankings are judged; average precision also ends there. */
export const DEPTH = 100;

/** Measures of one ranking, under the names that reports use. */
const MEASURES = {
  'nDCG@10': (ranking, { judgements }) => ndcgAt(10, ranking, judgements),
  'MRR@10': (ranking, { judgements }) => reciprocalRankAt(10, ranking, relevantOf(judgements)),
  'recall@10': (ranking, { judgements }) => recallAt(10, ranking, relevantOf(judgements)),
  'recall@100': (ranking, { judgements }) => recallAt(100, ranking, relevantOf(judgements)),
  MAP: (ranking, { judgements }) => averagePrecision(ranking, relevantOf(judgements)),
} as const satisfies Record<string, (ranking: readonly string[], query: TestQuery) => number>;

export type Measure = keyof typeof MEASURES;
export const MEASURE_NAMES = Object.keys(MEASURES) as Measure[];

export interface MeanEstimate extends Interval {
  mean: number;
}

/** One value per query, in the order of the queries. */
export type Values = Readonly<Record<Measure, readonly number[]>>;

/** Measures the ranking of each query. */
export function measure(queries: readonly TestQuery[], rankings: readonly (readonly string[])[]): Values {
  const valuesOf = (name: Measure) => queries.map((query, at) => MEASURES[name](rankings[at] ?? [], query));
  return mapMeasures(valuesOf);
}

/** The means over queries, with 95% intervals. */
export function estimate(values: Values): Record<Measure, MeanEstimate> {
  return mapMeasures((name) => toEstimate(values[name]));
}

/** How much better the first one is, query by query. */
export function estimateDifference(one: Values, other: Values): Record<Measure, MeanEstimate> {
  return mapMeasures((name) => toEstimate(one[name].map((value, at) => value - (other[name][at] ?? NaN))));
}

function toEstimate(values: readonly number[]): MeanEstimate {
  return { mean: mean(values), ...bootstrapInterval(values) };
}

function mapMeasures<T>(toValue: (name: Measure) => T): Record<Measure, T> {
  return Object.fromEntries(MEASURE_NAMES.map((name) => [name, toValue(name)])) as Record<Measure, T>;
}
