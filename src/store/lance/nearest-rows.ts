import type { VectorQuery } from '@lancedb/lancedb';
import DataLoader from 'dataloader';

import type { OpenCollection } from './collection.js';
import { VECTOR } from './columns.js';
import { readAddresses } from './decode-rows.js';
import { select } from './rows.js';
import type { ScoredRow } from './scored.js';
import { findVectorIndex } from './tuning-index.js';
import { cosine } from '../../embedding/vector-math.js';
import type { SearchParams } from '../store.js';

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
