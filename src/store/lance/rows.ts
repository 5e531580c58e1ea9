import type { Query, Table } from '@lancedb/lancedb';
import type { Table as Rows } from 'apache-arrow';

import type { OpenCollection } from './collection.js';
import { ID, PAYLOAD, VECTOR } from './column-names.js';
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
export async function readPapers(
  collection: OpenCollection,
  ids: readonly string[],
  fields: readonly PayloadField[],
): Promise<Map<string, StoredPaper>> {
  const columns = toColumns(fields);
  const found = await readByIds(collection, ids, columns ?? [PAYLOAD]);
  return new Map(
    found.flatMap((rows) => {
      const payloads = columns ? readColumns(rows, fields) : readPayloads(rows);
      return readIds(rows).map((id, at): [string, StoredPaper] => [id, { id, payload: payloads[at] ?? {} }]);
    }),
  );
}

/** The vectors that exist among `ids`, as they were written; a vector of zeros is null. */
export async function readVectors(
  collection: OpenCollection,
  ids: readonly string[],
): Promise<Map<string, Float32Array | null>> {
  const found = await readByIds(collection, ids, [VECTOR]);
  return new Map(
    found.flatMap((rows) => {
      const vectors = readVectorColumn(rows);
      return readIds(rows).map((id, at): [string, Float32Array | null] => [id, vectors[at] ?? null]);
    }),
  );
}

/** The vector of each row, of the memory of all of them: asking the library for one makes an object for each number. */
export function readVectorColumn(rows: Rows): (Float32Array | null)[] {
  // What it has of a column of lists of one length, whose type it leaves open.
  const parts = (rows.getChild(VECTOR)?.data ?? []) as readonly VectorData[];
  return parts.flatMap((part) => {
    const { stride } = part;
    const numbers = part.children[0]?.values ?? new Float32Array();
    return Array.from({ length: part.length }, (_, row) =>
      part.getValid(row) ? numbers.subarray(row * stride, (row + 1) * stride) : null,
    );
  });
}

interface VectorData {
  length: number;
  stride: number;
  getValid(row: number): boolean;
  children: readonly { values: Float32Array }[];
}

export function readIds(rows: Rows): string[] {
  return Array.from(rows.getChild(ID) ?? [], String);
}

/** The rows of these points: by address where that is known, by their ids where not, or where nothing lies there any more. */
async function readByIds(
  { table, addresses }: OpenCollection,
  ids: readonly string[],
  columns: readonly string[],
): Promise<Rows[]> {
  const wanted = new Set(ids);
  const known = new Set([...wanted].map((id) => addresses.addressOf(id)).filter((row) => row !== undefined));
  const taken =
    known.size > 0
      ? await table
          .takeRowIds([...known])
          .select([ID, ...columns])
          .toArrow()
      : null;
  for (const id of taken ? readIds(taken) : []) wanted.delete(id);
  const found = wanted.size > 0 ? await findByIds(table, wanted, columns) : null;
  if (found) addresses.remember(found);
  return [taken, found].filter((rows) => rows !== null);
}

function findByIds(table: Table, ids: ReadonlySet<string>, columns: readonly string[]): Promise<Rows> {
  return table
    .query()
    .where(`${ID} IN (${quoteAll(ids)})`)
    .select([ID, ...columns])
    .withRowId()
    .toArrow();
}

function readPayloads(rows: Rows): PaperPayload[] {
  // Written by `toTable` from a payload.
  return Array.from(rows.getChild(PAYLOAD) ?? [], (text) => JSON.parse(String(text)) as PaperPayload);
}
