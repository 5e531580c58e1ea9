import type { Query, VectorQuery } from '@lancedb/lancedb';

import { ID, VECTOR, ZERO_VECTOR } from './column-names.js';
import type { OpenCollection } from './collection.js';
import { refuseParams } from './refusals.js';
import { both, readIds, select } from './rows.js';
import { readAddresses } from './row-addresses.js';
import { byScoreThenId, findBest, toScored, type Scored, type ScoredRow } from './scored.js';
import { BadUserInputError } from '../../errors/errors.js';
import type { SearchParams, SearchRequest } from '../store.js';

/** The distance that the engine computes, under its own name. */
export const DISTANCE = '_distance';
/** Least candidates the approximate index keeps while it searches. */
const LEAST_EF = 100;

/** Cuts the asked slice from the window: the window, and so every slice of it, is ranked the same each time. */
export async function rankByVector(
  collection: OpenCollection,
  { offset, limit, window, params = {} }: SearchRequest,
  vector: Float32Array,
  predicate: string | null,
): Promise<Scored[]> {
  requireDimension(collection, vector);
  requireParams(params);
  if (vector.every((each) => each === 0)) {
    return scoreZero(select(collection.table, predicate), offset, limit);
  }
  const depth = Math.max(window, offset + limit);
  const ranked = await findNearest(collection, predicate, depth, (count) =>
    queryNearest(select(collection.table, predicate), vector, count, params),
  );
  return ranked.slice(offset, offset + limit);
}

/**
 * The window's points, best first.
 *
 * @param query answers with the `count` rows nearest to some vector among those that the predicate selects.
 * @param margin see `findBest`.
 */
export async function findNearest(
  { table, addresses }: OpenCollection,
  predicate: string | null,
  depth: number,
  query: (count: number) => Promise<ScoredRow[]>,
  margin?: number,
): Promise<Scored[]> {
  const { hits, isAll } = await findBest(query, depth, margin);
  const lowest = isAll ? -1 : (hits.at(-1)?.score ?? -1);
  // A stored vector of zeros has no distance: the engine leaves it out, and its score is 0.
  const zeros =
    lowest < 0 ? await scoreZero(select(table, both(predicate, `${ZERO_VECTOR} = true`)), 0, depth) : [];
  return [...(await toScored(addresses, hits)), ...zeros].sort(byScoreThenId).slice(0, depth);
}

async function queryNearest(
  query: Query,
  vector: Float32Array,
  count: number,
  params: SearchParams,
): Promise<ScoredRow[]> {
  const nearest = query.nearestTo(vector).column(VECTOR).distanceType('cosine');
  const rows = await withParams(nearest, count, params)
    // Distances that are not asked for by name come with a warning on standard error.
    .select([DISTANCE])
    .withRowId()
    .limit(count)
    .toArrow();
  const distances = rows.getChild(DISTANCE);
  return readAddresses(rows).map((row, at) => ({ row, score: 1 - Number(distances?.get(at)) }));
}

/**
 * Settings of the approximate index, where there is one. By default twice the candidates are kept, which costs little and
 * finds 99% of the window (98% without), and one round of refining gives the distances of the vectors themselves.
 */
function withParams(query: VectorQuery, count: number, params: SearchParams): VectorQuery {
  const searched = withBeam(query, count, params);
  return isRescored(params) ? searched.refineFactor(oversamplingOf(params)) : searched;
}

/** The settings but for refining. */
export function withBeam(query: VectorQuery, count: number, params: SearchParams): VectorQuery {
  const { exact = false, hnswEf, probes } = params;
  if (exact) return query.bypassVectorIndex();
  const taken = isRescored(params) ? count * oversamplingOf(params) : count;
  const searched = query.ef(Math.max(taken, hnswEf ?? Math.max(LEAST_EF, 2 * count)));
  return probes === undefined ? searched : searched.nprobes(probes);
}

/** Whether the engine's distances would be those of quantized vectors otherwise. */
export function isRescored({ exact = false, quantization }: SearchParams): boolean {
  return !exact && (quantization?.rescore ?? true);
}

export function oversamplingOf({ quantization }: SearchParams): number {
  return Math.ceil(quantization?.oversampling ?? 1);
}

export function requireParams({ quantization }: SearchParams): void {
  if (quantization?.ignore) {
    throw refuseParams(
      ['quantization', 'ignore'],
      'its index holds no vectors but quantized ones; use exact',
    );
  }
}

/** All have the same score: ordered by id. */
async function scoreZero(query: Query, offset: number, limit: number): Promise<Scored[]> {
  const rows = await query
    .orderBy({ columnName: ID, ascending: true })
    .select([ID])
    .offset(offset)
    .limit(limit)
    .toArrow();
  return readIds(rows).map((id) => ({ id, score: 0 }));
}

function requireDimension({ name, dimension }: OpenCollection, vector: ArrayLike<number>): void {
  if (vector.length === dimension) return;
  throw new BadUserInputError(
    `Collection ${name} has vectors of dimension ${dimension}; the query vector has ${vector.length}.`,
  );
}
