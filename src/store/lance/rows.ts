import type { Query, Table, TakeQuery } from '@lancedb/lancedb';

import type { OpenCollection } from './collection.js';
import { ID } from './columns.js';
import { readColumns, type RowAddress, toColumns } from './decode-rows.js';
import type { KeptPart, RowPart } from './row-cache.js';
import { quoteAll } from './sql.js';
import type { PaperPayload, PayloadField } from '../../papers/payload.js';
import type { StoredPaper } from '../store.js';

/** A query for the rows that the predicate selects; null selects all. */
export function select(table: Table, predicate: string | null): Query {
  const query = table.query();
  return predicate === null ? query : query.where(predicate);
}

/** @param predicate null selects all */
export function both(predicate: string | null, other: string): string {
  return predicate === null ? other : `(${predicate}) AND ${other}`;
}

/** The papers that exist among `ids`, with at least these payload fields. */
export async function findPapers(
  collection: OpenCollection,
  ids: readonly string[],
  fields: readonly PayloadField[],
): Promise<Map<string, StoredPaper>> {
  const columns = toColumns(fields);
  const payloads = columns
    ? await readAll(collection, new Set(ids), { columns, decode: (rows) => readColumns(rows, fields) })
    : await findPayloads(collection, ids);
  return new Map(Array.from(payloads, ([id, payload]) => [id, { id, payload }]));
}

async function findPayloads(
  collection: OpenCollection,
  ids: readonly string[],
): Promise<Map<string, PaperPayload>> {
  const texts = await recallOrRead(collection, ids, collection.cache.payloads);
  // Written by `encodePoints` from a payload.
  return new Map(Array.from(texts, ([id, text]) => [id, JSON.parse(text) as PaperPayload]));
}

/** The vectors that exist among `ids`, as they were written, not to be written to; a vector of zeros is null. */
export function findVectors(
  collection: OpenCollection,
  ids: readonly string[],
): Promise<Map<string, Float32Array | null>> {
  return recallOrRead(collection, ids, collection.cache.vectors);
}

async function recallOrRead<Value>(
  collection: OpenCollection,
  ids: readonly string[],
  part: KeptPart<Value>,
): Promise<Map<string, Value>> {
  const found = new Map<string, Value>();
  const unknown = new Set<string>();
  for (const id of ids) {
    const value = collection.cache.recall(id, part);
    if (value === undefined) unknown.add(id);
    else found.set(id, value);
  }
  for (const [id, value] of await readAll(collection, unknown, part)) found.set(id, value);
  return found;
}

/** By address where that is known, by their ids where not, or where nothing lies there any more. */
async function readAll<Value>(
  { table, cache, calls }: OpenCollection,
  ids: ReadonlySet<string>,
  part: RowPart<Value>,
): Promise<Map<string, Value>> {
  const found = new Map<string, Value>();
  const add = async (query: Query | TakeQuery) => {
    for (const { id, value } of await cache.read(query, part, calls)) {
      if (value !== undefined) found.set(id, value);
    }
  };
  const known = new Set([...ids].map((id) => cache.addressOf(id)).filter((row) => row !== undefined));
  if (known.size > 0) await add(table.takeRowIds([...known]));
  const rest = [...ids].filter((id) => !found.has(id));
  if (rest.length > 0) await add(table.query().where(`${ID} IN (${quoteAll(rest)})`));
  return found;
}

/** A point and its score. */
export interface Scored {
  id: string;
  score: number;
}

/** A row as the engine ranks it. */
export interface ScoredRow {
  row: RowAddress;
  score: number;
}

/** Candidates beyond the window, so that equal scores at its edge are seen and taken by point id. */
const TIE_MARGIN = 8;
/** Equal scores are followed no further than this. */
const MOST_TIED = 10_000;

/**
 * The best `depth` hits of a query that takes equal scores in any order and may leave any of them out at its limit: where
 * they reach beyond `depth`, more are asked for, until the lowest is past them.
 *
 * @param query answers with its best `count` hits, best first.
 * @param margin hits asked for beyond `depth` at first.
 * @returns all that the last query found, the hits with the score of the last in no order, and whether there are no more.
 */
export async function findBest(
  query: (count: number) => Promise<ScoredRow[]>,
  depth: number,
  margin = TIE_MARGIN,
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
export async function toScored(
  { cache, calls }: Pick<OpenCollection, 'cache' | 'calls'>,
  hits: readonly ScoredRow[],
): Promise<Scored[]> {
  const ids = await cache.idsOf(
    hits.map(({ row }) => row),
    calls,
  );
  return ids.map((id, at) => ({ id, score: hits[at]?.score ?? 0 }));
}

/** Best first, equal scores by id. */
export function byScoreThenId(a: Scored, b: Scored): number {
  if (a.score !== b.score) return b.score - a.score;
  return a.id < b.id ? -1 : 1;
}
