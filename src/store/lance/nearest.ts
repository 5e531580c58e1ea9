import { ID, ZERO_VECTOR } from './columns.js';
import type { OpenCollection } from './collection.js';
import { readIds } from './decode-rows.js';
import type { NearestLoader } from './nearest-rows.js';
import { refuseParams } from './errors.js';
import { both, select } from './rows.js';
import { byScoreThenId, findBest, toScored, type Scored, type ScoredRow } from './scored.js';
import { BadUserInputError } from '../../errors/errors.js';
import type { SearchParams, SearchRequest } from '../store.js';

/** Cuts the asked slice from the window: the window, and so every slice of it, is ranked the same each time. */
export async function rankByVector(
  collection: OpenCollection,
  { offset, limit, window, params = {} }: SearchRequest,
  vector: Float32Array,
  predicate: string | null,
  loader: NearestLoader,
): Promise<Scored[]> {
  requireDimension(collection, vector);
  requireParams(params);
  if (vector.every((each) => each === 0)) {
    return scoreZero(collection, predicate, offset, limit);
  }
  const depth = Math.max(window, offset + limit);
  const ranked = await findNearest(collection, predicate, depth, (count) =>
    loader.load({ vector, predicate, count, params }),
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
  collection: OpenCollection,
  predicate: string | null,
  depth: number,
  query: (count: number) => Promise<ScoredRow[]>,
  margin?: number,
): Promise<Scored[]> {
  const { hits, isAll } = await findBest(query, depth, margin);
  const lowest = isAll ? -1 : (hits.at(-1)?.score ?? -1);
  // A stored vector of zeros has no distance: the engine leaves it out, and its score is 0.
  const zeros =
    lowest < 0 ? await scoreZero(collection, both(predicate, `${ZERO_VECTOR} = true`), 0, depth) : [];
  return [...(await toScored(collection, hits)), ...zeros].sort(byScoreThenId).slice(0, depth);
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
async function scoreZero(
  { table, calls }: OpenCollection,
  predicate: string | null,
  offset: number,
  limit: number,
): Promise<Scored[]> {
  const query = select(table, predicate)
    .orderBy({ columnName: ID, ascending: true })
    .select([ID])
    .offset(offset)
    .limit(limit);
  return readIds(await calls.rows(query)).map((id) => ({ id, score: 0 }));
}

function requireDimension({ name, dimension }: OpenCollection, vector: ArrayLike<number>): void {
  if (vector.length === dimension) return;
  throw new BadUserInputError(
    `Collection ${name} has vectors of dimension ${dimension}; the query vector has ${vector.length}.`,
  );
}
