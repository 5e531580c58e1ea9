import type { Query, Table } from '@lancedb/lancedb';
import type { Table as Rows } from 'apache-arrow';

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
  table: Table,
  ids: readonly string[],
  fields: readonly PayloadField[],
): Promise<Map<string, StoredPaper>> {
  if (ids.length === 0) return new Map();
  const columns = toColumns(fields);
  const rows = await readByIds(table, ids, columns ?? [PAYLOAD]);
  const payloads = columns ? readColumns(rows, fields) : readPayloads(rows);
  return new Map(readIds(rows).map((id, at) => [id, { id, payload: payloads[at] ?? {} }]));
}

/** The vectors that exist among `ids`, as they were written; a vector of zeros is null. */
export async function readVectors(
  table: Table,
  ids: readonly string[],
): Promise<Map<string, Float32Array | null>> {
  if (ids.length === 0) return new Map();
  const rows = await readByIds(table, ids, [VECTOR]);
  const vectors = rows.getChild(VECTOR);
  return new Map(
    readIds(rows).map((id, at) => {
      // A list column yields vectors of its numbers, whose type the library leaves open.
      const numbers = vectors?.get(at) as Iterable<number> | null | undefined;
      return [id, numbers ? Float32Array.from(numbers) : null];
    }),
  );
}

export function readIds(rows: Rows): string[] {
  return Array.from(rows.getChild(ID) ?? [], String);
}

function readByIds(table: Table, ids: readonly string[], columns: readonly string[]): Promise<Rows> {
  return table
    .query()
    .where(`${ID} IN (${quoteAll(new Set(ids))})`)
    .select([ID, ...columns])
    .toArrow();
}

function readPayloads(rows: Rows): PaperPayload[] {
  // Written by `toTable` from a payload.
  return Array.from(rows.getChild(PAYLOAD) ?? [], (text) => JSON.parse(String(text)) as PaperPayload);
}
