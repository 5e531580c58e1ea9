import type { Vector } from 'apache-arrow';

import { DistinctTexts } from './distinct-texts.js';
import { isListKind, kindOf } from './columns.js';
import { topCounts } from '../facet-counts.js';
import type { FacetCount, FacetField } from '../store.js';

/** Counts in how many rows of a column each value is; nulls are none. */
export interface ValueCounts {
  /** Counts the next rows of the column. */
  add(column: Vector): void;
  /** The most frequent values, equal counts by value. */
  top(limit: number): FacetCount[];
}

/** Counts the field's filter column. */
export function createValueCounts(field: FacetField): ValueCounts {
  const kind = kindOf(field);
  if (kind === 'integer') return new IntegerCounts();
  return new TextCounts(isListKind(kind) ? eachInLists : eachText);
}

/** What is read of Arrow's data, whose types the library leaves open: those of `Int64`, `Utf8` and `List<Utf8>`. */
interface ColumnData {
  length: number;
  getValid(row: number): boolean;
}
interface Integers extends ColumnData {
  values: BigInt64Array;
}
interface Texts extends ColumnData {
  values: Uint8Array;
  valueOffsets: Int32Array;
}
interface TextLists extends ColumnData {
  valueOffsets: Int32Array;
  children: readonly Texts[];
}

/** Told the row, and the bytes that the text has in a buffer. */
type CountText = (row: number, bytes: Uint8Array, begin: number, end: number) => void;

/** Its memory grows with the distinct values, by some 50 bytes and the text for each, and not with the rows. */
class TextCounts implements ValueCounts {
  readonly #texts = new DistinctTexts();
  readonly #counts: number[] = [];
  /** The last row that had the value: one that a list repeats counts once. */
  readonly #lastRows: number[] = [];
  #rows = 0;

  constructor(private readonly each: (data: Texts & TextLists, count: CountText) => void) {}

  add(column: Vector): void {
    for (const data of column.data as readonly (Texts & TextLists)[]) {
      this.each(data, (row, bytes, begin, end) => {
        this.#count(this.#rows + row, this.#texts.add(bytes, begin, end));
      });
      this.#rows += data.length;
    }
  }

  top(limit: number): FacetCount[] {
    return topCounts(this.#counts, (index) => this.#texts.textAt(index), limit);
  }

  #count(row: number, index: number): void {
    if (this.#lastRows[index] === row) return;
    this.#lastRows[index] = row;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }
}

class IntegerCounts implements ValueCounts {
  readonly #counts = new Map<number, number>();

  add(column: Vector): void {
    for (const data of column.data as readonly Integers[]) {
      for (let row = 0; row < data.length; row++) {
        if (!data.getValid(row)) continue;
        const value = Number(data.values[row]);
        this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
      }
    }
  }

  top(limit: number): FacetCount[] {
    const values = [...this.#counts.keys()];
    return topCounts([...this.#counts.values()], (index) => values[index] ?? 0, limit);
  }
}

function eachText(data: Texts, count: CountText): void {
  for (let row = 0; row < data.length; row++) countAt(data, row, row, count);
}

/** A slice of lists has offsets of its own into values that it shares with the whole. */
function eachInLists(data: TextLists, count: CountText): void {
  const [texts] = data.children;
  if (!texts) return;
  for (let row = 0; row < data.length; row++) {
    if (!data.getValid(row)) continue;
    const end = data.valueOffsets[row + 1] ?? 0;
    for (let at = data.valueOffsets[row] ?? 0; at < end; at++) countAt(texts, at, row, count);
  }
}

function countAt(texts: Texts, at: number, row: number, count: CountText): void {
  if (!texts.getValid(at)) return;
  count(row, texts.values, texts.valueOffsets[at] ?? 0, texts.valueOffsets[at + 1] ?? 0);
}
