import type { Table } from '@lancedb/lancedb';

import { CONTENT_HASH, filterColumn, ID, PAYLOAD, VECTOR, ZERO_VECTOR } from './column-names.js';
import type { OpenCollection } from './collection.js';
import { toPredicate } from './filter.js';
import { quote, quoteAll } from './sql.js';
import { BadUserInputError, PublicError } from '../../errors/errors.js';
import type { PaperPayload } from '../../papers/payload.js';
import type { Filter } from '../filter.js';
import type { Hit, ListingKey, Ranking, SearchRequest, StoredPaper } from '../store.js';

/** The distance that the engine computes, under its own name. */
const DISTANCE = '_distance';
/** Candidates beyond the window, so that equal scores at its edge are seen and taken by point id. */
const TIE_MARGIN = 8;
/** Equal scores are followed no further than this. */
const MOST_TIED = 10_000;
/** Least candidates the approximate index keeps while it searches. */
const LEAST_EF = 100;

interface Ranked {
  id: string;
  score: number | null;
}
interface Scored extends Ranked {
  score: number;
}
type Vectors = ReadonlyMap<string, Float32Array>;

/**
 * Answers the requests, each by a query of its own and all at once; what they share (the vectors of `similar`, the
 * payloads of all hits) is read in one query each.
 */
export async function searchCollection(
  collection: OpenCollection,
  requests: readonly SearchRequest[],
): Promise<(Hit[] | Error)[]> {
  const vectors = await readVectors(collection, requests.map(({ ranking }) => ranking).flatMap(anchorOf));
  // Requests of one batch often share a filter: it is compiled once.
  const predicates = new Map<Filter | undefined, string | null>();
  const predicateOf = ({ filter }: SearchRequest) => {
    const predicate = predicates.has(filter) ? (predicates.get(filter) ?? null) : toPredicate(filter);
    predicates.set(filter, predicate);
    return predicate;
  };
  const outcomes = await Promise.all(
    requests.map((request) => rank(collection, request, vectors, predicateOf).catch(onlyPublicErrors)),
  );
  const wanted = outcomes.flatMap((outcome, at) =>
    outcome instanceof Error || requests[at]?.fields.length === 0 ? [] : outcome.map(({ id }) => id),
  );
  const papers = await readPapers(collection.table, wanted);
  return outcomes.map((outcome, at) => {
    if (outcome instanceof Error) return outcome;
    if (requests[at]?.fields.length === 0) return outcome.map((ranked) => ({ ...ranked, payload: {} }));
    return outcome.flatMap((ranked) => {
      const paper = papers.get(ranked.id);
      return paper ? [{ ...ranked, payload: paper.payload }] : [];
    });
  });
}

/** The papers that exist among `ids`, with their whole payloads. */
export async function readPapers(table: Table, ids: readonly string[]): Promise<Map<string, StoredPaper>> {
  if (ids.length === 0) return new Map();
  const rows = await table
    .query()
    .where(`${ID} IN (${quoteAll(new Set(ids))})`)
    .select([ID, PAYLOAD])
    .toArrow();
  const payloads = readStrings(rows, PAYLOAD);
  return new Map(
    readStrings(rows, ID).map((id, at) => {
      // Written by `toTable` from a payload.
      const payload = JSON.parse(payloads[at] ?? '{}') as PaperPayload;
      return [id, { id, payload }];
    }),
  );
}

/** The papers that exist among `ids`, with their content hashes alone, which are read without their payloads. */
export async function readHashes(table: Table, ids: readonly string[]): Promise<Map<string, StoredPaper>> {
  if (ids.length === 0) return new Map();
  const rows = await table
    .query()
    .where(`${ID} IN (${quoteAll(new Set(ids))})`)
    .select([ID, CONTENT_HASH])
    .toArrow();
  const hashes: unknown[] = Array.from(rows.getChild(CONTENT_HASH) ?? []);
  return new Map(
    readStrings(rows, ID).map((id, at) => {
      const hash = hashes[at];
      return [id, { id, payload: typeof hash === 'string' ? { content_hash: hash } : {} }];
    }),
  );
}

/** A request's own fault is its own outcome; a failing engine fails the batch. */
function onlyPublicErrors(thrown: unknown): Error {
  if (thrown instanceof PublicError) return thrown;
  throw thrown;
}

async function rank(
  collection: OpenCollection,
  request: SearchRequest,
  vectors: Vectors,
  predicateOf: (request: SearchRequest) => string | null,
): Promise<Ranked[]> {
  const { ranking } = request;
  const predicate = predicateOf(request);
  switch (ranking.kind) {
    case 'nearest':
      return rankByVector(collection, request, ranking.vector, predicate);
    case 'similar': {
      const vector = vectors.get(ranking.to);
      if (!vector) throw new BadUserInputError(`No paper is stored under the point id ${ranking.to}.`);
      return rankByVector(collection, request, vector, both(predicate, `${ID} != ${quote(ranking.to)}`));
    }
    case 'listing':
      return list(collection.table, request, ranking, predicate);
  }
}

async function list(
  table: Table,
  { offset, limit }: SearchRequest,
  { by, direction }: { by: ListingKey; direction: 'asc' | 'desc' },
  predicate: string | null,
): Promise<Ranked[]> {
  const date = filterColumn(by);
  const rows = await select(table, predicate)
    .orderBy([
      { columnName: date, ascending: direction === 'asc', nullsFirst: false },
      { columnName: ID, ascending: true },
    ])
    // The engine can order by no column that it does not return.
    .select([ID, date])
    .offset(offset)
    .limit(limit)
    .toArrow();
  return readStrings(rows, ID).map((id) => ({ id, score: null }));
}

/** Cuts the asked slice from the window: the window, and so every slice of it, is ranked the same each time. */
async function rankByVector(
  collection: OpenCollection,
  { offset, limit, window }: SearchRequest,
  vector: Float32Array,
  predicate: string | null,
): Promise<Scored[]> {
  requireDimension(collection, vector);
  if (vector.every((each) => each === 0)) {
    return scoreZero(select(collection.table, predicate), offset, limit);
  }
  const depth = Math.max(window, offset + limit);
  const ranked = await findNearest(collection.table, vector, predicate, depth);
  return ranked.slice(offset, offset + limit);
}

async function findNearest(
  table: Table,
  vector: Float32Array,
  predicate: string | null,
  depth: number,
): Promise<Scored[]> {
  let asked = depth + TIE_MARGIN;
  let found = await queryNearest(table, vector, predicate, asked);
  while (found.length === asked && asked < MOST_TIED && found[depth - 1]?.score === found.at(-1)?.score) {
    asked *= 4;
    found = await queryNearest(table, vector, predicate, asked);
  }
  const lowest = found.length < asked ? -1 : (found.at(-1)?.score ?? -1);
  // A stored vector of zeros has no distance: the engine leaves it out, and its score is 0.
  const zeros =
    lowest < 0 ? await scoreZero(select(table, both(predicate, `${ZERO_VECTOR} = true`)), 0, depth) : [];
  return [...found, ...zeros].sort(byScoreThenId).slice(0, depth);
}

async function queryNearest(
  table: Table,
  vector: Float32Array,
  predicate: string | null,
  count: number,
): Promise<Scored[]> {
  const rows = await select(table, predicate)
    .nearestTo(vector)
    .column(VECTOR)
    .distanceType('cosine')
    // For an approximate index: twice the candidates costs little and finds 99% of the window (98% without); one
    // round of refining gives the distances of the vectors themselves, not of their quantized copies.
    .ef(Math.max(LEAST_EF, 2 * count))
    .refineFactor(1)
    // Distances that are not asked for by name come with a warning on standard error.
    .select([ID, DISTANCE])
    .limit(count)
    .toArrow();
  const distances = rows.getChild(DISTANCE);
  return readStrings(rows, ID).map((id, at) => ({ id, score: 1 - Number(distances?.get(at)) }));
}

/** All have the same score: ordered by id. */
async function scoreZero(query: ReturnType<typeof select>, offset: number, limit: number): Promise<Scored[]> {
  const rows = await query
    .orderBy({ columnName: ID, ascending: true })
    .select([ID])
    .offset(offset)
    .limit(limit)
    .toArrow();
  return readStrings(rows, ID).map((id) => ({ id, score: 0 }));
}

async function readVectors({ table, dimension }: OpenCollection, ids: readonly string[]): Promise<Vectors> {
  if (ids.length === 0) return new Map();
  const rows = await table
    .query()
    .where(`${ID} IN (${quoteAll(new Set(ids))})`)
    .select([ID, VECTOR])
    .toArrow();
  const vectors = rows.getChild(VECTOR);
  return new Map(
    readStrings(rows, ID).map((id, at) => {
      // A list column yields vectors of its numbers, whose type the library leaves open.
      const numbers = vectors?.get(at) as Iterable<number> | null | undefined;
      return [id, numbers ? Float32Array.from(numbers) : new Float32Array(dimension)];
    }),
  );
}

function anchorOf(ranking: Ranking): string[] {
  return ranking.kind === 'similar' ? [ranking.to] : [];
}

function select(table: Table, predicate: string | null) {
  const query = table.query();
  return predicate === null ? query : query.where(predicate);
}

function both(predicate: string | null, other: string): string {
  return predicate === null ? other : `(${predicate}) AND ${other}`;
}

function requireDimension({ name, dimension }: OpenCollection, vector: ArrayLike<number>): void {
  if (vector.length === dimension) return;
  throw new BadUserInputError(
    `Collection ${name} has vectors of dimension ${dimension}; the query vector has ${vector.length}.`,
  );
}

function byScoreThenId(a: Scored, b: Scored): number {
  if (a.score !== b.score) return b.score - a.score;
  return a.id < b.id ? -1 : 1;
}

function readStrings(
  rows: Awaited<ReturnType<ReturnType<typeof select>['toArrow']>>,
  column: string,
): string[] {
  return Array.from(rows.getChild(column) ?? [], String);
}
