import type { RecordBatch, Table as Rows } from 'apache-arrow';

import {
  CONTENT_HASH,
  countColumn,
  filterColumn,
  fromMicroseconds,
  ID,
  isIndexedField,
  isTextKind,
  kindOf,
  PAYLOAD,
  VECTOR,
} from './columns.js';
import type { PaperPayload, PayloadField } from '../../papers/payload.js';
import type { StoredPaper } from '../store.js';

/** Where the engine keeps a row: fragment and place in it. What lies there changes with the table's version only. */
export type RowAddress = bigint;

/** The engine's own column of addresses. */
const ROW_ADDRESS = '_rowid';

/** The addresses of rows that were asked for with them. */
export function readAddresses(rows: Rows | RecordBatch): RowAddress[] {
  return Array.from(rows.getChild(ROW_ADDRESS) ?? [], (row) => row as RowAddress); // a column of 64-bit integers
}

export function readIds(rows: Rows | RecordBatch): string[] {
  return Array.from(rows.getChild(ID) ?? [], String);
}

/** Payloads as JSON. */
export function readTexts(rows: Rows | RecordBatch): string[] {
  return Array.from(rows.getChild(PAYLOAD) ?? [], String);
}

/** Whole papers. */
export function readPapers(rows: Rows | RecordBatch): StoredPaper[] {
  const payloads = readTexts(rows);
  // Written by `encodePoints` from a payload.
  return readIds(rows).map((id, at) => ({ id, payload: JSON.parse(payloads[at] ?? '{}') as PaperPayload }));
}

/** As they were written; null for a vector of zeros. Copies, which do not keep the whole answer in memory. */
export function readVectors(rows: Rows | RecordBatch): (Float32Array | null)[] {
  // What the library has of a column of lists of one length, whose type it leaves open. Asking it for one list makes an
  // object for each number.
  const parts = (rows.getChild(VECTOR)?.data ?? []) as readonly VectorData[];
  return parts.flatMap((part) => {
    const { stride } = part;
    const numbers = part.children[0]?.values ?? new Float32Array();
    return Array.from({ length: part.length }, (_, row) =>
      part.getValid(row) ? numbers.slice(row * stride, (row + 1) * stride) : null,
    );
  });
}

interface VectorData {
  length: number;
  stride: number;
  getValid(row: number): boolean;
  children: readonly { values: Float32Array }[];
}

/**
 * The columns that hold these payload fields, where columns hold them all: reading those is cheaper than reading whole
 * payloads. Null for fields that only the payload has; texts have a column of their words alone.
 */
export function toColumns(fields: readonly PayloadField[]): string[] | null {
  const columns = fields.map(columnsOf);
  return columns.includes(null) ? null : columns.flatMap((each) => each ?? []);
}

function columnsOf(field: PayloadField): string[] | null {
  if (field === CONTENT_HASH) return [CONTENT_HASH];
  if (!isIndexedField(field) || isTextKind(kindOf(field))) return null;
  return kindOf(field) === 'keywords' ? [filterColumn(field), countColumn(field)] : [filterColumn(field)];
}

/** What the rows' columns say of the fields: payloads of these alone, in the order of the rows. */
export function readColumns(rows: Rows, fields: readonly PayloadField[]): Partial<PaperPayload>[] {
  const readers = fields.map((field) => ({ field, valueAt: createReader(rows, field) }));
  return Array.from({ length: rows.numRows }, (_, row) =>
    Object.fromEntries(
      readers.flatMap(({ field, valueAt }) => {
        const value = valueAt(row);
        return value === null ? [] : [[field, value]];
      }),
    ),
  );
}

/** Null stands for a field that the paper lacks. */
type Reader = (row: number) => string | number | string[] | null;

function createReader(rows: Rows, field: PayloadField): Reader {
  const column = isIndexedField(field) ? filterColumn(field) : field;
  const values = rows.getChild(column);
  const read = isIndexedField(field) ? READ[kindOf(field)] : String;
  const isMissing =
    isIndexedField(field) && kindOf(field) === 'keywords'
      ? (row: number) => rows.getChild(countColumn(field))?.get(row) === null
      : (row: number) => values?.get(row) === null;
  return (row) => (isMissing(row) ? null : read(values?.get(row)));
}

const READ: Record<ReturnType<typeof kindOf>, (value: unknown) => string | number | string[]> = {
  keyword: String,
  keywords: (list) => Array.from(list as Iterable<unknown>, String), // a list column yields vectors of its values
  text: String,
  texts: String,
  integer: Number,
  datetime: (microseconds) => fromMicroseconds(microseconds as bigint), // a column of 64-bit integers
};
