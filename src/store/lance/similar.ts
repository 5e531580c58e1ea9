import DataLoader from 'dataloader';

import type { OpenCollection } from './collection.js';
import { ID, VECTOR } from './column-names.js';
import {
  DISTANCE,
  findNearest,
  isRescored,
  oversamplingOf,
  rankByVector,
  requireParams,
  withBeam,
} from './nearest.js';
import { MovedRowsError, readAddresses } from './row-addresses.js';
import { both, readVectorColumn, select } from './rows.js';
import type { Scored, ScoredRow } from './scored.js';
import { quote } from './sql.js';
import { cosine } from '../../embedding/vector-math.js';
import type { SearchParams, SearchRequest } from '../store.js';

/** The `count` rows nearest to a vector, which is not all zeros, among those that the predicate selects. */
interface NearestQuery {
  vector: Float32Array;
  predicate: string | null;
  count: number;
  params: SearchParams;
}

export type SimilarLoader = DataLoader<NearestQuery, ScoredRow[]>;

/** Which of the vectors that were asked with a row is near to, under the engine's name. */
const QUERY_INDEX = 'query_index';

/** Rows beyond the window: see `findBest`. Each is one more vector to read for each paper of a page. */
const TIE_MARGIN = 2;

/** The asked slice of the points nearest to one of them, which is left out itself. */
export async function rankSimilar(
  collection: OpenCollection,
  request: SearchRequest,
  { id, vector }: { id: string; vector: Float32Array | null },
  predicate: string | null,
  loader: SimilarLoader,
): Promise<Scored[]> {
  if (!vector) {
    const zeros = new Float32Array(collection.dimension);
    return rankByVector(collection, request, zeros, both(predicate, `${ID} != ${quote(id)}`));
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
    TIE_MARGIN,
  );
  return ranked.filter((each) => each.id !== id).slice(offset, offset + limit);
}

/**
 * Puts queries that differ in their vectors alone to the engine as one, and reads the candidates of all for their exact
 * scores at once: a page's twenty take a third of the time. A query by itself goes the same way, so that scores do not
 * depend on what else is asked.
 */
export function createSimilarLoader(collection: OpenCollection): SimilarLoader {
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
  const scored = isRescored(params) ? await rescore(collection, group, candidates) : candidates;
  return scored.map((rows) => rows.sort((a, b) => b.score - a.score).slice(0, count));
}

async function queryTogether(
  { table }: OpenCollection,
  [first, ...others]: readonly [NearestQuery, ...NearestQuery[]],
): Promise<ScoredRow[][]> {
  const { predicate, count, params } = first;
  const query = select(table, predicate).nearestTo(first.vector);
  for (const { vector } of others) query.addQueryVector(vector);
  const rows = await withBeam(query.column(VECTOR).distanceType('cosine'), count, params)
    .select([DISTANCE])
    .withRowId()
    .limit(isRescored(params) ? count * oversamplingOf(params) : count)
    .toArrow();
  // A query by itself has no such column.
  const places = rows.getChild(QUERY_INDEX);
  const distances = rows.getChild(DISTANCE);
  const rankings = [first, ...others].map((): ScoredRow[] => []);
  readAddresses(rows).forEach((row, at) => {
    rankings[Number(places?.get(at) ?? 0)]?.push({ row, score: 1 - Number(distances?.get(at)) });
  });
  return rankings;
}

/** The candidates with the cosines of the vectors themselves, in single precision as the engines have them. */
async function rescore(
  { table, addresses }: OpenCollection,
  group: readonly NearestQuery[],
  candidates: readonly (readonly ScoredRow[])[],
): Promise<ScoredRow[][]> {
  const wanted = new Set(candidates.flat().map(({ row }) => row));
  if (wanted.size === 0) return group.map(() => []);
  const areKnown = [...wanted].every((row) => addresses.knows(row));
  const rows = await table
    .takeRowIds([...wanted])
    .select(areKnown ? [VECTOR] : [ID, VECTOR])
    .withRowId()
    .toArrow();
  if (!areKnown) addresses.remember(rows);
  const vectors = readVectorColumn(rows);
  const stored = new Map(readAddresses(rows).map((row, at) => [row, vectors[at]]));
  return group.map(({ vector }, at) =>
    (candidates[at] ?? []).map(({ row }) => {
      const other = stored.get(row);
      if (!other) throw new MovedRowsError('Rows have moved since they were ranked');
      return { row, score: Math.fround(cosine(vector, other)) };
    }),
  );
}
