import type { VectorQuery } from '@lancedb/lancedb';
import DataLoader from 'dataloader';

import type { OpenCollection } from './collection.js';
import { ID, VECTOR, ZERO_VECTOR } from './columns.js';
import { readAddresses, readIds } from './decode-rows.js';
import { refuseParams } from './errors.js';
import { both, byScoreThenId, findBest, type Scored, type ScoredRow, select, toScored } from './rows.js';
import { quote } from './sql.js';
import { findVectorIndex } from './tuning-index.js';
import { cosine } from '../../embedding/vector-math.js';
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
async function findNearest(
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

function requireParams({ quantization }: SearchParams): void {
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

/** Rows beyond the window: see `findBest`. Each is one more vector to read for each paper of a page. */
const SIMILAR_TIE_MARGIN = 2;

/** The asked slice of the points nearest to one of them, which is left out itself. */
export async function rankSimilar(
  collection: OpenCollection,
  request: SearchRequest,
  { id, vector }: { id: string; vector: Float32Array | null },
  predicate: string | null,
  loader: NearestLoader,
): Promise<Scored[]> {
  if (!vector) {
    const zeros = new Float32Array(collection.dimension);
    return rankByVector(collection, request, zeros, both(predicate, `${ID} != ${quote(id)}`), loader);
  }
  const { offset, limit, window, params = {} } = request;
  requireParams(params);
  // One more than the window, in which it may be itself.
  const depth = Math.max(window, offset + limit) + 1;
  const ranked = await findNearest(
    collection,
    predicate,
    depth,
    (count) => loader.load({ vector, predicate, count, params }),
    SIMILAR_TIE_MARGIN,
  );
  return ranked.filter((each) => each.id !== id).slice(offset, offset + limit);
}

/** The `count` rows nearest to a vector, which is not all zeros, among those that the predicate selects. */
export interface NearestQuery {
  vector: Float32Array;
  predicate: string | null;
  count: number;
  params: SearchParams;
}

export type NearestLoader = DataLoader<NearestQuery, ScoredRow[]>;

/** The distance that the engine computes, under its own name. */
const DISTANCE = '_distance';
/** Which of the vectors that were asked with a row is near to, under the engine's name. */
const QUERY_INDEX = 'query_index';
/** Least candidates the approximate index keeps while it searches. */
const LEAST_EF = 100;

/**
 * Puts queries that differ in their vectors alone to the engine as one, and reads the candidates of all for their exact
 * scores at once: the twenty similar searches of a page take a third of the time. A query by itself goes the same way, so
 * that scores do not depend on what else is asked.
 */
export function createNearestLoader(collection: OpenCollection): NearestLoader {
  return new DataLoader(
    async (queries) => {
      const found = new Map<NearestQuery, ScoredRow[]>();
      const answer = async (group: readonly [NearestQuery, ...NearestQuery[]]) => {
        const rankings = await rankGroup(collection, group);
        group.forEach((query, at) => found.set(query, rankings[at] ?? []));
      };
      await Promise.all(groupByRest(queries).map(answer));
      return queries.map((query) => found.get(query) ?? []);
    },
    { cache: false },
  );
}

/** A query by itself, at once: what is measured of the store is what it serves by. */
export async function rankNearest(collection: OpenCollection, query: NearestQuery): Promise<ScoredRow[]> {
  const [ranking = []] = await rankGroup(collection, [query]);
  return ranking;
}

/** Queries that are alike but for their vectors. */
function groupByRest(queries: readonly NearestQuery[]): [NearestQuery, ...NearestQuery[]][] {
  const groups = new Map<string, [NearestQuery, ...NearestQuery[]]>();
  for (const query of queries) {
    const rest = JSON.stringify([query.predicate, query.count, query.params]);
    const group = groups.get(rest);
    if (group) group.push(query);
    else groups.set(rest, [query]);
  }
  return [...groups.values()];
}

async function rankGroup(
  collection: OpenCollection,
  group: readonly [NearestQuery, ...NearestQuery[]],
): Promise<ScoredRow[][]> {
  const [{ params, count }] = group;
  const candidates = await queryTogether(collection, group);
  const scored = (await isWithoutRescoring(collection, params))
    ? candidates
    : await rescore(collection, group, candidates);
  return scored.map((rows) => rows.sort((a, b) => b.score - a.score).slice(0, count));
}

async function queryTogether(
  { table, calls }: OpenCollection,
  [first, ...others]: readonly [NearestQuery, ...NearestQuery[]],
): Promise<ScoredRow[][]> {
  const { predicate, count, params } = first;
  const query = select(table, predicate).nearestTo(first.vector);
  for (const { vector } of others) query.addQueryVector(vector);
  const asked = withBeam(query.column(VECTOR).distanceType('cosine'), count, params)
    // Distances that are not asked for by name come with a warning on standard error.
    .select([DISTANCE])
    .withRowId()
    .limit(toTaken(count, params));
  const rows = await calls.rows(asked);
  // A query by itself has no such column.
  const places = rows.getChild(QUERY_INDEX);
  const distances = rows.getChild(DISTANCE);
  const rankings = [first, ...others].map((): ScoredRow[] => []);
  readAddresses(rows).forEach((row, at) => {
    rankings[Number(places?.get(at) ?? 0)]?.push({ row, score: 1 - Number(distances?.get(at)) });
  });
  return rankings;
}

/** By default twice the candidates are kept, which costs little and finds 99% of the window (98% without). */
function withBeam(query: VectorQuery, count: number, params: SearchParams): VectorQuery {
  const { exact = false, hnswEf, probes } = params;
  if (exact) return query.bypassVectorIndex();
  const searched = query.ef(Math.max(toTaken(count, params), hnswEf ?? Math.max(LEAST_EF, 2 * count)));
  return probes === undefined ? searched : searched.nprobes(probes);
}

/** Candidates taken from the index, the best `count` of which are kept by the vectors themselves. */
function toTaken(
  count: number,
  { quantization: { rescore = true, oversampling = 1 } = {} }: SearchParams,
): number {
  return rescore ? count * Math.ceil(oversampling) : count;
}

/** Whether scores are to be those of an index's quantized vectors. Without an index there are none. */
async function isWithoutRescoring(
  { table, calls }: OpenCollection,
  { exact = false, quantization: { rescore = true } = {} }: SearchParams,
): Promise<boolean> {
  return !rescore && !exact && (await calls.run(() => findVectorIndex(table))) !== undefined;
}

/**
 * The candidates with the cosines of the vectors themselves, in single precision as the engines have them. The engine has
 * such a step too, but it reads each vector from its file every time.
 */
async function rescore(
  { cache, calls }: OpenCollection,
  group: readonly NearestQuery[],
  candidates: readonly (readonly ScoredRow[])[],
): Promise<ScoredRow[][]> {
  const wanted = [...new Set(candidates.flat().map(({ row }) => row))];
  const read = await cache.vectorsAt(wanted, calls);
  const vectors = new Map(wanted.map((row, at) => [row, read[at]]));
  return group.map(({ vector }, at) =>
    (candidates[at] ?? []).map(({ row, score }) => {
      const own = vectors.get(row);
      return { row, score: own ? Math.fround(cosine(vector, own)) : score };
    }),
  );
}
