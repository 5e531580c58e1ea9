import type { ColumnOrdering, VectorQuery } from '@lancedb/lancedb';
import DataLoader from 'dataloader';

import { type OpenCollection, readFacts } from './collection.js';
import { filterColumn, ID, INDEXED_FIELDS, isListKind, kindOf, VECTOR, ZERO_VECTOR } from './columns.js';
import { onlyPublicErrors, quoteSql, SCORE, select, selectMatches } from './engine.js';
import { narrow, selectRows } from './filter.js';
import { findIndex } from './indexes.js';
import { countRows, openTest } from './phrases.js';
import {
  countCandidates,
  MovedRowsError,
  partsOf,
  readAddresses,
  readIds,
  readScores,
  type ScoredRow,
  type RowSelection,
  takeSelected,
} from './rows.js';
import { BadUserInputError } from '../../errors/errors.js';
import { byScoreThenId, cosine } from '../scores.js';
import type { Hit, Ranking, SearchParams, SearchRequest } from '../store.js';

type Ranked = Pick<Hit, 'id' | 'score'>;

/** A point and its score. */
interface Scored {
  id: string;
  score: number;
}

/** Shared by the requests of a batch. */
interface Shared {
  collection: OpenCollection;
  /** Vectors of the points of `similar`; null for a vector of zeros. */
  anchors: ReadonlyMap<string, Float32Array | null>;
  nearest: (query: NearestQuery, vector: Float32Array) => Promise<ScoredRow[]>;
}

/**
 * Answers all requests concurrently, each with its own query, except that those nearest to a vector share one. What
 * all need (the vectors of `similar`, the payloads of hits) is read in one query each.
 */
export async function searchCollection(
  collection: OpenCollection,
  requests: readonly SearchRequest[],
): Promise<(Hit[] | Error)[]> {
  const { cache, calls } = collection;
  await cache.refresh();
  const anchors = requests.flatMap(({ ranking }) => (ranking.kind === 'similar' ? [ranking.to] : []));
  const shared: Shared = {
    collection,
    anchors: await cache.find(anchors, cache.vectors, calls),
    nearest: createNearest(collection),
  };
  const outcomes = await Promise.all(
    requests.map((request) => rankSettled(shared, request).catch(onlyPublicErrors)),
  );
  const answers = requests.map(({ fields }, at) => ({ fields, outcome: outcomes[at] ?? [] }));
  const ids = answers.flatMap(({ fields, outcome }) =>
    fields.length === 0 || outcome instanceof Error ? [] : outcome.map(({ id }) => id),
  );
  const papers = await cache.findPapers(ids, [...new Set(requests.flatMap(({ fields }) => fields))], calls);
  return answers.map(({ fields, outcome }) => {
    if (outcome instanceof Error) return outcome;
    if (fields.length === 0) return outcome.map((hit) => ({ ...hit, payload: {} }));
    return outcome.flatMap((hit) => {
      const paper = papers.get(hit.id);
      return paper ? [{ ...hit, payload: paper.payload }] : [];
    });
  });
}

/**
 * Queries each index that takes long to open, so that the engine has read it before anybody waits for it: a second of
 * processor time for the author keys of 200,000 papers. Reading whole indexes would take several times the memory.
 */
export async function openIndexes({ table, dimension }: OpenCollection, signal: AbortSignal): Promise<void> {
  const axis = Float32Array.from({ length: dimension }, (_, at) => (at === 0 ? 1 : 0));
  await table.query().nearestTo(axis).column(VECTOR).select([DISTANCE]).limit(1).toArrow();
  const match = selectMatches(table.query(), OPENING_WORD);
  await match?.limit(1).toArrow();
  for (const field of INDEXED_FIELDS.filter((each) => isListKind(kindOf(each)))) {
    signal.throwIfAborted();
    await table.countRows(`array_has_any(${filterColumn(field)}, ['${OPENING_WORD}'])`);
  }
}

/** Any word works here. */
const OPENING_WORD = 'paper';

/** Ranks again if another process has moved rows in the meantime. */
async function rankSettled(shared: Shared, request: SearchRequest): Promise<Ranked[]> {
  try {
    return await rank(shared, request);
  } catch (error) {
    if (!(error instanceof MovedRowsError)) throw error;
    return rank(shared, request);
  }
}

async function rank(shared: Shared, request: SearchRequest): Promise<Ranked[]> {
  const { ranking } = request;
  const selection = await selectRows(shared.collection, request.filter);
  switch (ranking.kind) {
    case 'nearest':
      return rankByVector(shared, request, selection, ranking.vector);
    case 'similar': {
      const vector = shared.anchors.get(ranking.to);
      if (vector === undefined) {
        throw new BadUserInputError(`No paper is stored under the point id ${ranking.to}.`);
      }
      return rankByVector(shared, request, selection, vector, ranking.to);
    }
    case 'keyword':
      return rankByKeywords(shared.collection, request, selection, ranking.text);
    case 'listing':
      return list(shared.collection, request, selection, ranking);
  }
}

/** Ordered by a date, then by id; papers without one come last. */
async function list(
  collection: OpenCollection,
  slice: Pick<SearchRequest, 'offset' | 'limit'>,
  selection: RowSelection,
  { by, direction }: Extract<Ranking, { kind: 'listing' }>,
): Promise<Ranked[]> {
  const column = filterColumn(by);
  const byDate = { columnName: column, ascending: direction === 'asc', nullsFirst: false };
  const near = (count: number) => narrowToEnd(collection, selection, { column, direction, count });
  const ids = await readOrdered(collection, slice, selection, [byDate, BY_ID], near);
  return ids.map((id) => ({ id, score: null }));
}

/** Number of rows that the engine sorts in some milliseconds. */
const SORTED_AT_ONCE = 2_000;

/**
 * Sorting takes the engine 0.4 ms per thousand rows, because it reads all of their ids. Counting rows by index takes
 * a millisecond, whatever their number. Only the newest or oldest rows are therefore sorted, provided that they are
 * enough.
 */
async function narrowToEnd(
  collection: OpenCollection,
  selection: RowSelection,
  { column, direction, count }: { column: string; direction: 'asc' | 'desc'; count: number },
): Promise<RowSelection> {
  const total = await countCandidates(collection, selection);
  if (total <= SORTED_AT_ONCE) return selection;
  const [first, last] = await Promise.all([
    readEnd(collection, column, 'asc'),
    readEnd(collection, column, 'desc'),
  ]);
  for (let share = (2 * count) / total; share < 0.5; share *= 8) {
    const length = Math.ceil((last - first) * share);
    const end = direction === 'desc' ? `${column} >= ${last - length}` : `${column} <= ${first + length}`;
    const narrowed = narrow(selection, end);
    if ((await countCandidates(collection, narrowed)) >= count) return narrowed;
  }
  return selection;
}

/** The first or last value of an integer column of the table; 0 if there is none. */
function readEnd(
  { cache, table, calls }: OpenCollection,
  column: string,
  direction: 'asc' | 'desc',
): Promise<number> {
  return cache.number(`${direction} ${column}`, async () => {
    const order = { columnName: column, ascending: direction === 'asc', nullsFirst: false };
    const rows = await calls.rows(table.query().orderBy(order).select([column]).limit(1));
    return Number(rows.getChild(column)?.get(0) ?? 0);
  });
}

const BY_ID: ColumnOrdering = { columnName: ID, ascending: true };

/**
 * Ids of the slice of all selected rows.
 *
 * @param near returns a part of the selection that contains its first `count` rows, if there are as many.
 */
async function readOrdered(
  collection: OpenCollection,
  { offset, limit }: Pick<SearchRequest, 'offset' | 'limit'>,
  selection: RowSelection,
  order: ColumnOrdering[],
  near: (count: number) => Promise<RowSelection> = () => Promise.resolve(selection),
): Promise<string[]> {
  const ask = async (count: number) => {
    const query = select(collection.table, await near(count))
      .orderBy(order)
      // The engine can only order by columns that it returns.
      .select(order.map(({ columnName }) => columnName))
      .withRowId()
      .limit(count);
    const rows = await collection.calls.rows(query);
    const ids = readIds(rows);
    return [readAddresses(rows).map((row, at) => ({ row, id: ids[at] ?? '' }))];
  };
  const [rows = []] = await takeSelected(collection, selection, offset + limit, ask);
  return rows.slice(offset).map(({ id }) => id);
}

/**
 * The requested slice of the papers ranked by BM25. The ranking is exact, so every slice is one of the same list.
 */
async function rankByKeywords(
  collection: OpenCollection,
  { offset, limit }: SearchRequest,
  selection: RowSelection,
  text: string,
): Promise<Scored[]> {
  const { table, calls } = collection;
  const match = async (candidates: RowSelection, count: number): Promise<ScoredRow[][]> => {
    const query = selectMatches(select(table, candidates), text);
    if (!query) return [];
    return [readScores(await calls.rows(query.withRowId().limit(count)), SCORE)];
  };
  const ask = async (count: number) => (await takeRanked(collection, selection, count, match))[0] ?? [];
  const { hits } = await findBest(ask, offset + limit, TIE_MARGIN);
  return (await withIds(collection, hits)).sort(byScoreThenId).slice(offset, offset + limit);
}

/** Candidates beyond the window. They show equal scores at its edge, which are then chosen by point id. */
const TIE_MARGIN = 8;
/** A smaller margin if each candidate is another vector to read for each paper of a page. */
const SIMILAR_TIE_MARGIN = 2;
/** Maximum number of equal scores that are read. */
const MOST_TIED = 10_000;

/**
 * The best `depth` hits of a query that returns equal scores in any order and may omit any of them at its limit. If
 * equal scores reach beyond `depth`, more hits are requested until the lowest score is past them.
 *
 * @param query returns its best `count` hits, best first.
 * @param margin number of hits to request beyond `depth` at first.
 * @returns everything that the last query found, with hits of the lowest score in no order, and whether there are no
 * more.
 */
async function findBest(
  query: (count: number) => Promise<ScoredRow[]>,
  depth: number,
  margin: number,
): Promise<{ hits: ScoredRow[]; isAll: boolean }> {
  let asked = depth + margin;
  let hits = await query(asked);
  while (hits.length === asked && asked < MOST_TIED && hits[depth - 1]?.score === hits.at(-1)?.score) {
    asked *= 4;
    hits = await query(asked);
  }
  return { hits, isAll: hits.length < asked };
}

/** The points of ranked rows. */
async function withIds({ cache, calls }: OpenCollection, hits: readonly ScoredRow[]): Promise<Scored[]> {
  const rows = hits.map(({ row }) => row);
  const ids = await cache.take(rows, cache.ids, calls);
  return ids.map((id, at) => ({ id, score: hits[at]?.score ?? 0 }));
}

/**
 * Cuts the requested slice from the window. The window, and so every slice of it, is ranked the same each time.
 *
 * @param vector null stands for a vector of zeros.
 * @param self the point whose vector this is, which is left out.
 */
async function rankByVector(
  { collection, nearest }: Shared,
  { offset, limit, window, params = {} }: SearchRequest,
  selection: RowSelection,
  vector: Float32Array | null,
  self?: string,
): Promise<Scored[]> {
  requireParams(params);
  if (vector && vector.length !== collection.dimension) {
    throw new BadUserInputError(
      `Collection ${collection.name} has vectors of dimension ${collection.dimension}; the query vector has ${vector.length}.`,
    );
  }
  if (!vector?.some((each) => each !== 0)) {
    const others = self === undefined ? selection : narrow(selection, `${ID} != ${quoteSql(self)}`);
    return scoreZero(collection, { offset, limit }, others);
  }
  // One more than the window if the point itself may be in it.
  const depth = Math.max(window, offset + limit) + (self === undefined ? 0 : 1);
  const margin = self === undefined ? TIE_MARGIN : SIMILAR_TIE_MARGIN;
  const ask = (count: number) => nearest({ selection, count, params }, vector);
  const { hits, isAll } = await findBest(ask, depth, margin);
  const lowest = isAll ? -1 : (hits.at(-1)?.score ?? -1);
  // A stored vector of zeros has no distance. The engine omits it, and its score is 0.
  const isZero = narrow(selection, `${ZERO_VECTOR} = true`);
  const zeros = lowest < 0 ? await scoreZero(collection, { offset: 0, limit: depth }, isZero) : [];
  return [...(await withIds(collection, hits)), ...zeros]
    .sort(byScoreThenId)
    .slice(0, depth)
    .filter(({ id }) => id !== self)
    .slice(offset, offset + limit);
}

function requireParams({ quantization }: SearchParams): void {
  if (!quantization?.ignore) return;
  throw new BadUserInputError(
    'The embedded store does not support quantization.ignore, because its index contains only quantized vectors; use exact.',
    ['params', 'quantization', 'ignore'],
  );
}

/** All have the same score, so they are ordered by id. */
async function scoreZero(
  collection: OpenCollection,
  slice: Pick<SearchRequest, 'offset' | 'limit'>,
  selection: RowSelection,
): Promise<Scored[]> {
  const ids = await readOrdered(collection, slice, selection, [BY_ID]);
  return ids.map((id) => ({ id, score: 0 }));
}

/** A query for the `count` selected rows nearest to a vector, which is not all zeros. */
export interface NearestQuery {
  selection: RowSelection;
  count: number;
  params: SearchParams;
}

/**
 * Joins queries that differ only in their vectors, and reads the candidates of all for their exact scores at once:
 * the twenty similar searches of a page take a third of the time. A single query takes the same path, so that scores
 * do not depend on other queries.
 */
function createNearest(collection: OpenCollection): Shared['nearest'] {
  const loaders = new Map<string, DataLoader<Float32Array, ScoredRow[]>>();
  return (query, vector) => {
    const { selection, count, params } = query;
    const key = JSON.stringify([selection.condition, count, params]);
    const loader =
      loaders.get(key) ??
      new DataLoader((vectors: readonly Float32Array[]) => rankNearest(collection, query, vectors), {
        cache: false,
      });
    loaders.set(key, loader);
    return loader.load(vector);
  };
}

/** The rows nearest to each vector, best first. */
export async function rankNearest(
  collection: OpenCollection,
  query: NearestQuery,
  vectors: readonly Float32Array[],
): Promise<ScoredRow[][]> {
  const { exact = false, quantization: { rescore = true } = {} } = query.params;
  const candidates = await takeRanked(
    collection,
    query.selection,
    toTaken(query),
    (selection, limit) => askNearest(collection, { ...query, selection }, vectors, limit),
    { lists: vectors.length, isExact: exact },
  );
  // Scores come from an index's quantized vectors only if there is an index.
  const isScored =
    !rescore && !exact && (await collection.calls.run(() => findIndex(collection.table, VECTOR)));
  const scored = isScored ? candidates : await scoreAgain(collection, vectors, candidates);
  return scored.map((rows) => rows.sort((a, b) => b.score - a.score).slice(0, query.count));
}

/**
 * With a predicate, the engine tests every row of the table before it ranks any: 20 ms for each query of a million
 * rows. Ranking one more row takes 0.001 ms. If it takes few enough, all rows are therefore ranked and those of the
 * selection are kept.
 */
const ROWS_PER_CANDIDATE = 150;
/** The selected share may be smaller among the best rows than in the table. */
const SPARE = 1.5;
/** Number of rows whose set can be read in a fifth of a second. */
const MOST_IN_SET = 500_000;

/**
 * The first `count` rows of the selection in each of several rankings.
 *
 * @param rank returns at most `limit` rows of each ranking, the first ones of the selection's predicate.
 * @throws MovedRowsError if another process has written in the meantime.
 */
async function takeRanked(
  collection: OpenCollection,
  selection: RowSelection,
  count: number,
  rank: (selection: RowSelection, limit: number) => Promise<ScoredRow[][]>,
  { lists = 1, isExact = false } = {},
): Promise<ScoredRow[][]> {
  const limit = isExact ? null : await countUnfiltered(collection, selection, count, lists);
  if (limit !== null && selection.condition) {
    const accepts = await openTest(collection, selection.condition);
    const ranked = await rank({ condition: null, predicate: null, accepts: null }, limit);
    const taken = ranked.map((rows) => rows.filter(({ row }) => accepts(...partsOf(row))).slice(0, count));
    if (ranked.every((rows, at) => rows.length < limit || taken[at]?.length === count)) {
      await collection.cache.requireCurrent();
      return taken;
    }
  }
  return takeSelected(collection, selection, count, (asked) => rank(selection, asked));
}

/**
 * Number of rows to rank so that `count` of them are selected; null if the engine should select before it ranks.
 */
async function countUnfiltered(
  collection: OpenCollection,
  selection: RowSelection,
  count: number,
  lists: number,
): Promise<number | null> {
  if (!selection.condition) return null;
  const { info, indexing } = await collection.cache.facts(() => readFacts(collection));
  if (indexing.indexed === 0 || info.count < count * ROWS_PER_CANDIDATE) return null;
  const selected = await countSelection(collection, selection);
  const limit = Math.ceil((SPARE * count * info.count) / selected);
  return selected <= MOST_IN_SET && limit * lists * ROWS_PER_CANDIDATE <= info.count ? limit : null;
}

/** The number of rows of the selection. */
export function countSelection(collection: OpenCollection, selection: RowSelection): Promise<number> {
  const { condition, accepts } = selection;
  return accepts && condition ? countRows(collection, condition) : countCandidates(collection, selection);
}

/** The engine's name for the distance. */
const DISTANCE = '_distance';
/** The engine's name for the index of the query vector that a row is near. */
const QUERY_INDEX = 'query_index';
/** Minimum candidates that the approximate index keeps while searching. */
const LEAST_EF = 100;

async function askNearest(
  collection: OpenCollection,
  { selection, count, params }: NearestQuery,
  vectors: readonly Float32Array[],
  limit: number,
): Promise<ScoredRow[][]> {
  const { table, calls, cache } = collection;
  const { probes } = await calls.run(() => cache.facts(() => readFacts(collection)));
  const [first = new Float32Array(), ...others] = vectors;
  const query = select(table, selection).nearestTo(first);
  for (const vector of others) query.addQueryVector(vector);
  const depth = { kept: 2 * count, taken: limit, probes };
  const asked = withDepth(query.column(VECTOR).distanceType('cosine'), depth, params)
    // Unless distances are selected by name, the engine prints a warning on standard error.
    .select([DISTANCE])
    .withRowId()
    .limit(limit);
  const rows = await calls.rows(asked);
  // A query with a single vector has no such column.
  const places = rows.getChild(QUERY_INDEX);
  const rankings = vectors.map((): ScoredRow[] => []);
  readScores(rows, DISTANCE).forEach(({ row, score: distance }, at) => {
    rankings[Number(places?.get(at) ?? 0)]?.push({ row, score: 1 - distance });
  });
  return rankings;
}

/**
 * How far an index is searched: in a graph, by the number of candidates kept; with partitions, by their number. By
 * default, twice the candidates are kept, which costs little and finds 99% of the window (98% without) with 50,000
 * papers.
 */
function withDepth(
  query: VectorQuery,
  { kept, taken, probes }: { kept: number; taken: number; probes: number | null },
  params: SearchParams,
): VectorQuery {
  if (params.exact) return query.bypassVectorIndex();
  const searched = query.ef(Math.max(taken, params.hnswEf ?? Math.max(LEAST_EF, kept)));
  const probed = params.probes ?? probes;
  return probed === null ? searched : searched.nprobes(probed);
}

/**
 * Number of candidates to take from the index, of which the best `count` by the original vectors are kept.
 */
function toTaken({
  count,
  params: { quantization: { rescore = true, oversampling = 1 } = {} },
}: NearestQuery): number {
  return rescore ? count * Math.ceil(oversampling) : count;
}

/**
 * The candidates with the cosines of the original vectors, in single precision like the engines. The engine can do
 * this, too, but reads each vector from its file every time.
 */
async function scoreAgain(
  { cache, calls }: OpenCollection,
  vectors: readonly Float32Array[],
  candidates: readonly (readonly ScoredRow[])[],
): Promise<ScoredRow[][]> {
  const wanted = [...new Set(candidates.flat().map(({ row }) => row))];
  const read = await cache.take(wanted, cache.vectors, calls);
  const own = new Map(wanted.map((row, at) => [row, read[at]]));
  return vectors.map((vector, at) =>
    (candidates[at] ?? []).map(({ row, score }) => {
      const stored = own.get(row);
      return { row, score: stored ? Math.fround(cosine(vector, stored)) : score };
    }),
  );
}
