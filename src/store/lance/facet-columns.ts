import type { Vector } from 'apache-arrow';

import { DistinctTexts } from './arrow.js';
import { isListKind, kindOf } from './columns.js';
import { topCounts } from '../facet-counts.js';
import type { FacetCount, FacetField } from '../store.js';

/** Counts the values of rows. */
export interface Tally {
  /** Counts the row at this position of a fragment. */
  add(fragment: number, place: number): void;
  /** The most frequent values; ties by value. */
  top(limit: number): FacetCount[];
}

/** Maximum total number of values in a column: 128 MB. Larger columns are read from the files each time. */
const MOST_VALUES = 2 ** 25;

/**
 * The distinct values of each row, by the row's address. A value takes 4 bytes, and so does a row. Each distinct
 * value takes its bytes and some 50 more.
 */
export class FacetColumn {
  readonly #reader: ValueReader;
  readonly #values = new DistinctTexts();
  /**
   * For each row with values: their count, then their numbers. The first 0 stands for rows without values.
   */
  #numbers = new Uint32Array(1_024);
  #size = 1;
  /** For each fragment, the start of the numbers of the row at each position. */
  readonly #fragments = new Map<number, Uint32Array>();

  constructor(field: FacetField) {
    this.#reader = toValueReader(field);
  }

  get isTooLarge(): boolean {
    return this.#size > MOST_VALUES;
  }

  /**
   * Adds the next rows of the column.
   *
   * @param addresses of each row, its position in the fragment and the fragment.
   */
  add(column: Vector, addresses: Uint32Array): void {
    let before = 0;
    for (const data of column.data as readonly ColumnData[]) {
      let [last, start] = [-1, 0];
      this.#reader.each(data, (at, bytes, from, to) => {
        const row = before + at;
        if (row !== last) {
          [last, start] = [row, this.#push(0)];
          this.#setStart(addresses[2 * row + 1] ?? 0, addresses[2 * row] ?? 0, start);
        }
        const number = this.#values.add(bytes, from, to);
        if (this.#numbers.subarray(start + 1, this.#size).includes(number)) return;
        this.#push(number);
        this.#numbers[start] = this.#size - start - 1;
      });
      before += data.length;
    }
  }

  createTally(): Tally {
    const [numbers, fragments, values] = [this.#numbers, this.#fragments, this.#values];
    const counts = new Uint32Array(values.count);
    return {
      add(fragment, place) {
        const start = fragments.get(fragment)?.[place] ?? 0;
        const end = start + (numbers[start] ?? 0);
        for (let at = start + 1; at <= end; at++) {
          const number = numbers[at] ?? 0;
          counts[number] = (counts[number] ?? 0) + 1;
        }
      },
      top: (limit) => topCounts(counts, (number) => this.#reader.decode(values.bytesOf(number)), limit),
    };
  }

  /** Returns its index. */
  #push(number: number): number {
    if (this.#size === this.#numbers.length) this.#numbers = enlarge(this.#numbers, this.#size + 1);
    this.#numbers[this.#size] = number;
    return this.#size++;
  }

  #setStart(fragment: number, place: number, start: number): void {
    let starts = this.#fragments.get(fragment) ?? new Uint32Array(1_024);
    if (place >= starts.length) starts = enlarge(starts, place + 1);
    starts[place] = start;
    this.#fragments.set(fragment, starts);
  }
}

function enlarge(numbers: Uint32Array, least: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(least, Math.ceil(numbers.length * 1.5)));
  larger.set(numbers);
  return larger;
}

/**
 * The columns of one version of the table that are in memory. To count facets of a selection, the engine reads the
 * values of each row from their position in the files, which takes thirty times as long as reading the whole column
 * in sequence.
 */
export class FacetColumns {
  /** Null while it is being read, and for a column that is too large. */
  readonly #columns = new Map<FacetField, FacetColumn | null>();

  /** Null if the field's column is not in memory. */
  createTally(field: FacetField): Tally | null {
    return this.#columns.get(field)?.createTally() ?? null;
  }

  /** Fields whose columns are not being read yet. From now on, they count as being read. */
  begin(fields: Iterable<FacetField>): FacetField[] {
    const begun = [...fields].filter((field) => !this.#columns.has(field));
    for (const field of begun) this.#columns.set(field, null);
    return begun;
  }

  set(field: FacetField, column: FacetColumn): void {
    this.#columns.set(field, column);
  }
}

/**
 * Counts the rows that contain each value of the field's filter column; nulls do not count. Memory grows with the
 * distinct values, by some 50 bytes plus the value itself for each, not with the rows.
 */
export class ValueCounts {
  readonly #values = new DistinctTexts();
  readonly #counts: number[] = [];
  /** The last row with the value, so that one repeated within a list counts once. */
  readonly #lastRows: number[] = [];
  readonly #reader: ValueReader;
  #rows = 0;

  constructor(field: FacetField) {
    this.#reader = toValueReader(field);
  }

  /** Counts the next rows of the column, or only those that pass the test. */
  add(column: Vector, isCounted: ((at: number) => boolean) | null = null): void {
    let before = 0;
    for (const data of column.data as readonly ColumnData[]) {
      this.#reader.each(data, (row, bytes, start, end) => {
        if (isCounted && !isCounted(before + row)) return;
        this.#count(this.#rows + row, this.#values.add(bytes, start, end));
      });
      before += data.length;
      this.#rows += data.length;
    }
  }

  /** The most frequent values; ties by value. */
  top(limit: number): FacetCount[] {
    return topCounts(this.#counts, (number) => this.#reader.decode(this.#values.bytesOf(number)), limit);
  }

  #count(row: number, number: number): void {
    if (this.#lastRows[number] === row) return;
    this.#lastRows[number] = row;
    this.#counts[number] = (this.#counts[number] ?? 0) + 1;
  }
}

/** How the values of a facet's column are read. */
interface ValueReader {
  /** Reports each value of some rows. */
  each: EachValue;
  /** The value with these bytes. */
  decode(bytes: Buffer): string | number;
}

/** Reads the field's filter column. */
function toValueReader(field: FacetField): ValueReader {
  const kind = kindOf(field);
  if (kind === 'integer') return { each: eachInteger, decode: (bytes) => Number(bytes.readBigInt64LE()) };
  return { each: isListKind(kind) ? eachInLists : eachText, decode: (bytes) => bytes.toString() };
}

/**
 * The parts of Arrow's data that are read. The library leaves the types of `Int64`, `Utf8` and `List<Utf8>` open.
 */
interface ColumnData {
  length: number;
  getValid(row: number): boolean;
  values: Uint8Array | BigInt64Array;
  valueOffsets: Int32Array;
  children: readonly ColumnData[];
}

/** Reports the row of each value, and the value's bytes in a buffer. */
type EachValue = (
  data: ColumnData,
  tell: (row: number, bytes: Uint8Array, start: number, end: number) => void,
) => void;

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

/** A slice of lists has its own offsets into values that it shares with the whole. */
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
