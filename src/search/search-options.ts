import type { FusionOptions } from './fuse.js';
import type { Order } from './order-by.js';
import type { RecencyOptions } from './recency.js';
import { BadUserInputError } from '../errors/errors.js';
import type { SearchParams } from '../store/store.js';

type Given<T> = T | null | undefined;

/** What papers are ranked by: meaning and words, or one of them. */
export type SearchMode = 'HYBRID' | 'SEMANTIC' | 'KEYWORD';

interface RankingArguments {
  fusion?: Given<FusionOptions>;
  recency?: Given<RecencyOptions>;
  diversity: number;
  scoreThreshold?: Given<number>;
}

interface ParamsArguments {
  exact?: Given<boolean>;
  hnswEf?: Given<number>;
  quantization?: Given<{
    ignore?: Given<boolean>;
    rescore?: Given<boolean>;
    oversampling?: Given<number>;
  }>;
}

export interface SearchOptionArguments {
  mode: SearchMode;
  ranking?: Given<RankingArguments>;
  orderBy?: Given<Order>;
  params?: Given<ParamsArguments>;
}

/** How to rank, with every default filled in. */
export interface SearchOptions {
  mode: SearchMode;
  fusion: FusionOptions;
  recency: RecencyOptions | null;
  /** 0: by score alone. */
  diversity: number;
  scoreThreshold: number | null;
  order: Order;
  params: SearchParams | undefined;
}

/** Chosen by argument, see `docs/decisions/0007-hybrid-ranking.md`. */
const DEFAULT_FUSION: FusionOptions = { method: 'DISTRIBUTION_SCORE', semanticWeight: 0.5 };
const BEST_FIRST: Order = { field: 'RELEVANCE', direction: 'DESC' };
const MAX_HALF_LIFE_DAYS = 36_500;
const MAX_HNSW_EF = 10_000;
const MAX_OVERSAMPLING = 100;

/** @throws BadUserInputError, with the argument's path, for what is out of range or does not go together. */
export function readOptions(args: SearchOptionArguments): SearchOptions {
  const { mode } = args;
  const ranking = args.ranking ?? { diversity: 0 };
  const { diversity } = ranking;
  const order = args.orderBy ?? BEST_FIRST;
  checkRange(diversity, 0, 1, ['ranking', 'diversity']);
  if (diversity > 0 && !isBestFirst(order)) {
    throw new BadUserInputError(
      '"diversity" decides the order by itself; it goes with best-first order only, so leave out "orderBy"',
      ['ranking', 'diversity'],
    );
  }
  return {
    mode,
    fusion: readFusion(ranking.fusion, mode),
    recency: readRecency(ranking.recency),
    diversity,
    scoreThreshold: readThreshold(ranking.scoreThreshold, mode),
    order,
    params: readParams(args.params, mode),
  };
}

export function isBestFirst({ field, direction }: Order): boolean {
  return field === 'RELEVANCE' && direction === 'DESC';
}

function readFusion(fusion: Given<FusionOptions>, mode: SearchMode): FusionOptions {
  if (fusion && mode !== 'HYBRID') {
    throw new BadUserInputError(
      `"fusion" joins two rankings and mode ${mode} has one; it goes with mode HYBRID`,
      ['ranking', 'fusion'],
    );
  }
  const { method, semanticWeight } = fusion ?? DEFAULT_FUSION;
  checkRange(semanticWeight, 0, 1, ['ranking', 'fusion', 'semanticWeight']);
  return { method, semanticWeight };
}

function readRecency(recency: Given<RecencyOptions>): RecencyOptions | null {
  if (!recency) return null;
  const { halfLifeDays, weight } = recency;
  const path = ['ranking', 'recency'];
  if (!(halfLifeDays > 0 && halfLifeDays <= MAX_HALF_LIFE_DAYS)) {
    throw new BadUserInputError(
      `"halfLifeDays" must be above 0 and at most ${MAX_HALF_LIFE_DAYS}, not ${halfLifeDays}`,
      [...path, 'halfLifeDays'],
    );
  }
  checkRange(weight, 0, 1, [...path, 'weight']);
  return { halfLifeDays, weight };
}

function readThreshold(threshold: Given<number>, mode: SearchMode): number | null {
  if (threshold === null || threshold === undefined) return null;
  const path = ['ranking', 'scoreThreshold'];
  if (mode === 'KEYWORD') {
    throw new BadUserInputError(
      '"scoreThreshold" is a cosine similarity and mode KEYWORD has none; it goes with SEMANTIC and HYBRID',
      path,
    );
  }
  checkRange(threshold, -1, 1, path);
  return threshold;
}

function readParams(params: Given<ParamsArguments>, mode: SearchMode): SearchParams | undefined {
  if (!params) return undefined;
  if (mode === 'KEYWORD') {
    throw new BadUserInputError(
      '"params" are for the vector index and mode KEYWORD does not use it; they go with SEMANTIC and HYBRID',
      ['params'],
    );
  }
  const { exact, hnswEf, quantization } = params;
  if (isGiven(hnswEf)) checkRange(hnswEf, 1, MAX_HNSW_EF, ['params', 'hnswEf']);
  const oversampling = quantization?.oversampling;
  if (isGiven(oversampling)) {
    checkRange(oversampling, 1, MAX_OVERSAMPLING, ['params', 'quantization', 'oversampling']);
  }
  return withoutNulls({ exact, hnswEf, quantization: quantization && withoutNulls(quantization) });
}

/** The properties that are given; undefined when none is. */
function withoutNulls<Properties extends object>(
  properties: Properties,
): { [Name in keyof Properties]?: NonNullable<Properties[Name]> } | undefined {
  const given = Object.entries(properties).filter(([, value]) => isGiven(value));
  // The same properties, less those that are null.
  return given.length === 0
    ? undefined
    : (Object.fromEntries(given) as { [Name in keyof Properties]?: NonNullable<Properties[Name]> });
}

function checkRange(value: number, least: number, most: number, path: readonly string[]): void {
  if (value >= least && value <= most) return;
  throw new BadUserInputError(`"${path.at(-1)}" must be from ${least} to ${most}, not ${value}`, path);
}

function isGiven<T>(value: Given<T>): value is T {
  return value !== null && value !== undefined;
}
