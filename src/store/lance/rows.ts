import type { Query, Table } from '@lancedb/lancedb';
import type { Table as Rows } from 'apache-arrow';

import type { OpenCollection } from './collection.js';
import { ID, PAYLOAD, VECTOR } from './column-names.js';
import { readIds, readTexts, readVectors } from './decode-rows.js';
import { readColumns, toColumns } from './payload-columns.js';
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
    ? await readAll(collection, new Set(ids), columns, (rows) => readColumns(rows, fields))
    : await findPayloads(collection, ids);
  return new Map(Array.from(payloads, ([id, payload]) => [id, { id, payload }]));
}

async function findPayloads(
  collection: OpenCollection,
  ids: readonly string[],
): Promise<Map<string, PaperPayload>> {
  const recall = (id: string) => collection.cache.payloadOf(id);
  const texts = await recallOrRead(collection, ids, recall, PAYLOAD, readTexts);
  // Written by `encodePoints` from a payload.
  return new Map(Array.from(texts, ([id, text]) => [id, JSON.parse(text) as PaperPayload]));
}

/** The vectors that exist among `ids`, as they were written, not to be written to; a vector of zeros is null. */
export function findVectors(
  collection: OpenCollection,
  ids: readonly string[],
): Promise<Map<string, Float32Array | null>> {
  const recall = (id: string) => collection.cache.vectorOf(id);
  return recallOrRead(collection, ids, recall, VECTOR, readVectors);
}

async function recallOrRead<Value>(
  collection: OpenCollection,
  ids: readonly string[],
  recall: (id: string) => Value | undefined,
  column: string,
  decode: (rows: Rows) => Value[],
): Promise<Map<string, Value>> {
  const found = new Map<string, Value>();
  const unknown = new Set<string>();
  for (const id of ids) {
    const value = recall(id);
    if (value === undefined) unknown.add(id);
    else found.set(id, value);
  }
  for (const [id, value] of await readAll(collection, unknown, [column], decode)) found.set(id, value);
  return found;
}

/** By address where that is known, by their ids where not, or where nothing lies there any more. */
async function readAll<Value>(
  { table, cache }: OpenCollection,
  ids: ReadonlySet<string>,
  columns: readonly string[],
  decode: (rows: Rows) => Value[],
): Promise<Map<string, Value>> {
  const found = new Map<string, Value>();
  const add = (rows: Rows) => {
    const values = decode(rows);
    readIds(rows).forEach((id, at) => {
      const value = values[at];
      if (value !== undefined) found.set(id, value);
    });
  };
  const known = new Set([...ids].map((id) => cache.addressOf(id)).filter((row) => row !== undefined));
  if (known.size > 0) add(await cache.read(table.takeRowIds([...known]), columns));
  const rest = [...ids].filter((id) => !found.has(id));
  if (rest.length > 0) {
    add(await cache.read(table.query().where(`${ID} IN (${quoteAll(rest)})`), columns));
  }
  return found;
}
