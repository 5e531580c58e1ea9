import type { Vector } from 'apache-arrow';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { DistinctTexts } from './arrow.js';
import { type OpenCollection, readFacts } from './collection.js';
import { filterColumn, isListKind, kindOf, MOST_WHOLE, toFacetsChange } from './columns.js';
import { onlyPublicErrors, select, selectMatches } from './engine.js';
import { selectRows } from './filter.js';
import { countSelectedRows, type Facets, type Selection, testRows } from './rows.js';
import { topCounts } from '../facet-counts.js';
import type { FacetCount, FacetField, FacetRequest, MatchCount, WordMatch } from '../store.js';

const FACET_FIELDS: readonly FacetField[] = [
  'categories',
  'primary_category',
  'archives',
  'year',
  'author_names',
  'license',
];

/** One pass over the rows that are selected, and of them those with one of `words`. */
interface Pass {
  selection: Selection;
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
  const selections = await Promise.all(
    requests.map(({ filter }) => selectRows(collection, filter).catch(onlyPublicErrors)),
  );
  const { facets } = await collection.cache.facts(() => readFacts(collection));
  const planned = requests.map((request, at) => {
    const selection = selections[at] ?? new Error('No selection');
    if (selection instanceof Error) return selection;
    const whole = selection.key === null && request.words === undefined ? facets[request.field] : undefined;
    if (whole && request.limit <= MOST_WHOLE) return () => whole.slice(0, request.limit);
    return planCounts(passes, kept, request, selection);
  });
  await Promise.all(Array.from(passes.values(), (pass) => countRows(collection, pass)));
  const outcomes: (FacetCount[] | Error)[] = [];
  for (const plan of planned) {
    outcomes.push(plan instanceof Error ? plan : plan());
    await nextTurn();
  }
  return outcomes;
}

/**
 * Counts all papers for the facets that are asked most, those over everything, and keeps the counts with the table: they take
 * seconds for a million papers. They serve until the next write.
 */
export async function keepFacets(collection: OpenCollection): Promise<void> {
  const { table } = collection;
  const counts = new Map(FACET_FIELDS.map((field) => [field, createValueCounts(field)]));
  await countRows(collection, {
    selection: await selectRows(collection, undefined),
    words: undefined,
    counts,
  });
  const facets = Object.fromEntries(Array.from(counts, ([field, each]) => [field, each.top(MOST_WHOLE)]));
  await table.updateFieldMetadata([toFacetsChange((await table.version()) + 1, facets)]);
}

/** What gives the request's counts after its pass, if it needs one. */
function planCounts(
  passes: Map<string, Pass>,
  kept: Facets,
  { field, words, limit }: FacetRequest,
  selection: Selection,
): () => FacetCount[] {
  const key = JSON.stringify([field, limit, selection.key, words]);
  const known = kept.get(key);
  if (known) return () => [...known];
  const selected = JSON.stringify([selection.key, words]);
  const pass = passes.get(selected) ?? { selection, words, counts: new Map<FacetField, ValueCounts>() };
  const counts = pass.counts.get(field) ?? createValueCounts(field);
  pass.counts.set(field, counts);
  passes.set(selected, pass);
  return () => {
    const top = counts.top(limit);
    kept.set(key, top);
    return [...top];
  };
}

async function countRows(
  { table, calls }: OpenCollection,
  { selection, words, counts: fields }: Pass,
): Promise<void> {
  const columns = Array.from(fields, ([field, counts]) => ({ name: filterColumn(field), counts }));
  const names = columns.map(({ name }) => name);
  const selected = select(table, selection);
  const query = words === undefined ? selected.select(names) : selectMatches(selected, words, names);
  if (!query) return;
  for await (const rows of calls.batches(selection.accepts ? query.withRowId() : query)) {
    const isSelected = testRows(selection, rows);
    for (const { name, counts } of columns) {
      const column = rows.getChild(name);
      if (column) counts.add(column, isSelected);
    }
    // Awaiting a batch that is there already would let nothing else run.
    await nextTurn();
  }
}

/** The count of each match, or its own error. */
export function countMatches(
  collection: OpenCollection,
  matches: readonly WordMatch[],
): Promise<(MatchCount | Error)[]> {
  return Promise.all(matches.map((match) => countMatch(collection, match).catch(onlyPublicErrors)));
}

/** Reads the scores of all rows: 10 to 40 ms for 50,000 papers. The engine counts only what a predicate selects. */
async function countMatch(collection: OpenCollection, { words, filter }: WordMatch): Promise<MatchCount> {
  const selection = await selectRows(collection, filter);
  const query = selectMatches(select(collection.table, selection), words);
  return { count: query ? await countSelectedRows(collection, query, selection) : 0, isExact: true };
}

/** Counts the field's filter column. */
export function createValueCounts(field: FacetField): ValueCounts {
  const kind = kindOf(field);
  if (kind === 'integer') return new ValueCounts(eachInteger, (bytes) => Number(bytes.readBigInt64LE()));
  return new ValueCounts(isListKind(kind) ? eachInLists : eachText, (bytes) => bytes.toString());
}

/** What is read of Arrow's data, whose types the library leaves open: those of `Int64`, `Utf8` and `List<Utf8>`. */
interface ColumnData {
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
class ValueCounts {
  readonly #values = new DistinctTexts();
  readonly #counts: number[] = [];
  /** The last row that had the value: one that a list repeats counts once. */
  readonly #lastRows: number[] = [];
  #rows = 0;

  constructor(
    private readonly each: EachValue,
    private readonly decode: (bytes: Buffer) => string | number,
  ) {}

  /** Counts the next rows of the column, or those of them that pass the test. */
  add(column: Vector, isCounted: ((at: number) => boolean) | null = null): void {
    let before = 0;
    for (const data of column.data as readonly ColumnData[]) {
      this.each(data, (row, bytes, start, end) => {
        if (isCounted && !isCounted(before + row)) return;
        this.#count(this.#rows + row, this.#values.add(bytes, start, end));
      });
      before += data.length;
      this.#rows += data.length;
    }
  }

  /** The most frequent values, equal counts by value. */
  top(limit: number): FacetCount[] {
    return topCounts(this.#counts, (number) => this.decode(this.#values.bytesOf(number)), limit);
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
