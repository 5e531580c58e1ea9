import type { Table as Rows } from 'apache-arrow';

import {
  CONTENT_HASH,
  countColumn,
  filterColumn,
  fromMicroseconds,
  isIndexedField,
  isTextKind,
  kindOf,
} from './columns.js';
import type { PaperPayload, PayloadField } from '../../papers/payload.js';

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
