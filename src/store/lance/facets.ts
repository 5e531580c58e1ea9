import type { Vector } from 'apache-arrow';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { DistinctTexts, HASH_FACTOR, HASH_START } from './arrow.js';
import type { OpenCollection } from './collection.js';
import { filterColumn, isListKind, kindOf } from './columns.js';
import { onlyPublicErrors } from './engine.js';
import { select, toPredicate } from './filter.js';
import { selectMatches } from './matches.js';
import type { Facets } from './rows.js';
import { topCounts } from '../facet-counts.js';
import type { FacetCount, FacetField, FacetRequest } from '../store.js';

/** One pass over the rows that a predicate selects, and of them those with one of `words`. */
interface Pass {
  predicate: string | null;
  words: string | undefined;
  counts: Map<FacetField, ValueCounts>;
}

/**
 * Counts each request's values over the rows that its filter and words select; once for each version of the table.
 * Requests of one selection share a pass, which holds one batch of rows at a time; after each, whatever else the process
 * has to do has its turn.
 */
export async function countFacets(
  collection: OpenCollection,
  requests: readonly FacetRequest[],
): Promise<(FacetCount[] | Error)[]> {
  const kept = await collection.cache.facets();
  const passes = new Map<string, Pass>();
  const planned = requests.map((request) => planCounts(passes, kept, request));
  await Promise.all(Array.from(passes.values(), (pass) => countRows(collection, pass)));
  const outcomes: (FacetCount[] | Error)[] = [];
  for (const plan of planned) {
    outcomes.push(plan instanceof Error ? plan : plan());
    await nextTurn();
  }
  return outcomes;
}

/** What gives the request's counts after its pass, if it needs one; or why it cannot be answered. */
function planCounts(
  passes: Map<string, Pass>,
  kept: Facets,
  { field, filter, words, limit }: FacetRequest,
): (() => FacetCount[]) | Error {
  try {
    const predicate = toPredicate(filter);
    const key = JSON.stringify([field, limit, predicate, words]);
    const known = kept.get(key);
    if (known) return () => [...known];
    const selection = JSON.stringify([predicate, words]);
    const pass = passes.get(selection) ?? { predicate, words, counts: new Map<FacetField, ValueCounts>() };
    const counts = pass.counts.get(field) ?? createValueCounts(field);
    pass.counts.set(field, counts);
    passes.set(selection, pass);
    return () => {
      const top = counts.top(limit);
      kept.set(key, top);
      return [...top];
    };
  } catch (error) {
    return onlyPublicErrors(error);
  }
}

async function countRows(
  { table, calls }: OpenCollection,
  { predicate, words, counts: fields }: Pass,
): Promise<void> {
  const columns = Array.from(fields, ([field, counts]) => ({ name: filterColumn(field), counts }));
  const names = columns.map(({ name }) => name);
  const selected = select(table, predicate);
  const query = words === undefined ? selected.select(names) : selectMatches(selected, words, names);
  if (!query) return;
  for await (const rows of calls.batches(query)) {
    for (const { name, counts } of columns) {
      const column = rows.getChild(name);
      if (column) counts.add(column);
    }
    // Awaiting a batch that is there already would let nothing else run.
    await nextTurn();
  }
}

/** Counts in how many rows of a column each value is; nulls are none. */
interface ValueCounts {
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
        this.#count(this.#rows + row, this.#numberOf(bytes, begin, end));
      });
      this.#rows += data.length;
    }
  }

  top(limit: number): FacetCount[] {
    return topCounts(this.#counts, (index) => this.#texts.textAt(index), limit);
  }

  #numberOf(source: Uint8Array, begin: number, end: number): number {
    const { texts } = this.#texts;
    texts.reserve(end - begin);
    const { bytes } = texts;
    let [hash, size] = [HASH_START, texts.size];
    for (let at = begin; at < end; at++) {
      const byte = source[at] ?? 0;
      bytes[size++] = byte;
      hash = Math.imul(hash ^ byte, HASH_FACTOR);
    }
    texts.size = size;
    return this.#texts.endText(hash);
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
