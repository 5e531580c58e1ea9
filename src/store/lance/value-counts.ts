import type { Vector } from 'apache-arrow';

import { DistinctTexts } from './arrow.js';
import { isListKind, kindOf } from './columns.js';
import { topCounts } from '../facet-counts.js';
import type { FacetCount, FacetField } from '../store.js';

/** How the values of a facet's column are read. */
export interface ValueReader {
  /** Tells each value of some rows. */
  each: EachValue;
  /** The value that has these bytes. */
  decode(bytes: Buffer): string | number;
}

/** Reads the field's filter column. */
export function toValueReader(field: FacetField): ValueReader {
  const kind = kindOf(field);
  if (kind === 'integer') return { each: eachInteger, decode: (bytes) => Number(bytes.readBigInt64LE()) };
  return { each: isListKind(kind) ? eachInLists : eachText, decode: (bytes) => bytes.toString() };
}

/** Counts the field's filter column. */
export function createValueCounts(field: FacetField): ValueCounts {
  return new ValueCounts(toValueReader(field));
}

/** What is read of Arrow's data, whose types the library leaves open: those of `Int64`, `Utf8` and `List<Utf8>`. */
export interface ColumnData {
  length: number;
  getValid(row: number): boolean;
  values: Uint8Array | BigInt64Array;
  valueOffsets: Int32Array;
  children: readonly ColumnData[];
}

/** Tells the row of each value, and the bytes that the value has in a buffer. */
type EachValue = (
  data: ColumnData,
  tell: (row: number, bytes: Uint8Array, start: number, end: number) => void,
) => void;

/**
 * Counts in how many rows of a column each value is; nulls are none. Its memory grows with the distinct values, by some 50
 * bytes and the value's own for each, and not with the rows.
 */
export class ValueCounts {
  readonly #values = new DistinctTexts();
  readonly #counts: number[] = [];
  /** The last row that had the value: one that a list repeats counts once. */
  readonly #lastRows: number[] = [];
  #rows = 0;

  constructor(private readonly reader: ValueReader) {}

  /** Counts the next rows of the column, or those of them that pass the test. */
  add(column: Vector, isCounted: ((at: number) => boolean) | null = null): void {
    let before = 0;
    for (const data of column.data as readonly ColumnData[]) {
      this.reader.each(data, (row, bytes, start, end) => {
        if (isCounted && !isCounted(before + row)) return;
        this.#count(this.#rows + row, this.#values.add(bytes, start, end));
      });
      before += data.length;
      this.#rows += data.length;
    }
  }

  /** The most frequent values, equal counts by value. */
  top(limit: number): FacetCount[] {
    return topCounts(this.#counts, (number) => this.reader.decode(this.#values.bytesOf(number)), limit);
  }

  #count(row: number, number: number): void {
    if (this.#lastRows[number] === row) return;
    this.#lastRows[number] = row;
    this.#counts[number] = (this.#counts[number] ?? 0) + 1;
  }
}

const eachInteger: EachValue = (data, tell) => {
  const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT: size } = data.values;
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  for (let row = 0; row < data.length; row++) {
    if (data.getValid(row)) tell(row, bytes, row * size, (row + 1) * size);
  }
};

const eachText: EachValue = (data, tell) => {
  const bytes = data.values as Uint8Array; // texts have no others
  for (let row = 0; row < data.length; row++) {
    if (data.getValid(row)) tell(row, bytes, data.valueOffsets[row] ?? 0, data.valueOffsets[row + 1] ?? 0);
  }
};

/** A slice of lists has offsets of its own into values that it shares with the whole. */
const eachInLists: EachValue = (data, tell) => {
  const [texts] = data.children;
  if (!texts) return;
  const bytes = texts.values as Uint8Array; // texts have no others
  for (let row = 0; row < data.length; row++) {
    if (!data.getValid(row)) continue;
    const end = data.valueOffsets[row + 1] ?? 0;
    for (let at = data.valueOffsets[row] ?? 0; at < end; at++) {
      if (texts.getValid(at)) tell(row, bytes, texts.valueOffsets[at] ?? 0, texts.valueOffsets[at + 1] ?? 0);
    }
  }
};
