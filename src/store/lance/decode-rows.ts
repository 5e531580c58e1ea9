import type { RecordBatch, Table as Rows } from 'apache-arrow';

import { ID, PAYLOAD, VECTOR } from './columns.js';

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

/** As they were written; null for a vector of zeros. Copies, which do not keep the whole answer in memory. */
export function readVectors(rows: Rows): (Float32Array | null)[] {
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
