import type { Query } from '@lancedb/lancedb';
import type { RecordBatch } from 'apache-arrow';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { type OpenCollection, readFacts } from './collection.js';
import { filterColumn, MOST_WHOLE, toFacetsChange } from './columns.js';
import { createEngineCalls, onlyPublicErrors, select, selectMatches } from './engine.js';
import { FacetColumn, type FacetColumns, ValueCounts } from './facet-columns.js';
import { selectRows } from './filter.js';
import { addressesOf, type RowSelection, testRows } from './rows.js';
import type { FacetCount, FacetField, FacetRequest, MatchCount, WordMatch } from '../store.js';

const FACET_FIELDS: readonly FacetField[] = [
  'categories',
  'primary_category',
  'archives',
  'year',
  'author_names',
  'license',
];

/** One pass over the selected rows, or those of them that contain one of `words`. */
interface Pass {
  selection: RowSelection;
  words: string | undefined;
  fields: Set<FacetField>;
}

/** The most frequent values of each field of a pass. */
type Tops = Map<FacetField, (limit: number) => FacetCount[]>;

/**
 * Counts the values of each request over the rows that its filter and words select, once for each version of the
 * table. Requests with the same selection share a pass, which holds one batch of rows at a time. After each batch,
 * other work of the process has its turn.
 */
export async function countFacets(
  collection: OpenCollection,
  requests: readonly FacetRequest[],
): Promise<(FacetCount[] | Error)[]> {
  const kept = await collection.cache.facets();
  const passes = new Map<string, Pass>();
  const counted = new Map<Pass, Tops>();
  const selections = await Promise.all(
    requests.map(({ filter }) => selectRows(collection, filter).catch(onlyPublicErrors)),
  );
  const { facets } = await collection.cache.facts(() => readFacts(collection));
  const planned = requests.map((request, at) => {
    const selection = selections[at] ?? new Error('No selection');
    if (selection instanceof Error) return selection;
    const whole =
      selection.condition === null && request.words === undefined ? facets[request.field] : undefined;
    if (whole && request.limit <= MOST_WHOLE) return () => whole.slice(0, request.limit);
    const key = JSON.stringify([request.field, request.limit, selection.condition, request.words]);
    const known = kept.get(key);
    if (known) return () => [...known];
    const pass = joinPass(passes, request, selection);
    return () => {
      const top = counted.get(pass)?.get(request.field)?.(request.limit) ?? [];
      kept.set(key, top);
      return [...top];
    };
  });
  await Promise.all(
    Array.from(passes.values(), async (pass) => counted.set(pass, await countRows(collection, pass))),
  );
  const outcomes: (FacetCount[] | Error)[] = [];
  for (const plan of planned) {
    outcomes.push(plan instanceof Error ? plan : plan());
    await nextTurn();
  }
  return outcomes;
}

/** The pass over the rows of the selection, which from now on also counts the request's field. */
function joinPass(passes: Map<string, Pass>, { field, words }: FacetRequest, selection: RowSelection): Pass {
  const key = JSON.stringify([selection.condition, words]);
  const pass = passes.get(key) ?? { selection, words, fields: new Set<FacetField>() };
  pass.fields.add(field);
  passes.set(key, pass);
  return pass;
}

/**
 * Counts the most requested facets, those over all papers, and stores the counts with the table, because they take
 * seconds for a million papers. They are valid until the next write.
 */
export async function keepFacets(collection: OpenCollection): Promise<void> {
  const { table } = collection;
  const selection = await selectRows(collection, undefined);
  const { tops } = await countInFiles(collection, {
    selection,
    words: undefined,
    fields: new Set(FACET_FIELDS),
  });
  const facets = Object.fromEntries(Array.from(tops, ([field, top]) => [field, top(MOST_WHOLE)]));
  await table.updateFieldMetadata([toFacetsChange((await table.version()) + 1, facets)]);
}

/**
 * From this number of rows of a pass on, its columns are kept in memory. Reading them from the files takes 4 ms per
 * thousand rows.
 */
const KEPT_FROM_ROWS = 2_000;

async function countRows(collection: OpenCollection, pass: Pass): Promise<Tops> {
  const { cache } = collection;
  const columns = await cache.facetColumns();
  const counted = await countInMemory(collection, columns, pass);
  // Otherwise another process has written in the meantime, and the addresses may be those of other rows.
  if (counted && columns === (await cache.facetColumns())) return counted;
  const { tops, rows } = await countInFiles(collection, pass);
  if (rows >= KEPT_FROM_ROWS) readFacetColumns(collection, columns, pass.fields);
  return tops;
}

/** Null unless the columns of all fields are in memory. */
async function countInMemory(
  collection: OpenCollection,
  columns: FacetColumns,
  pass: Pass,
): Promise<Tops | null> {
  const tallies = Array.from(pass.fields, (field) => ({ field, tally: columns.createTally(field) }));
  const complete = tallies.flatMap(({ tally }) => tally ?? []);
  if (complete.length < tallies.length) return null;
  for await (const { batch, isSelected } of rowsOf(collection, pass, [], true)) {
    const addresses = addressesOf(batch);
    for (let at = 0; at < batch.numRows; at++) {
      if (isSelected && !isSelected(at)) continue;
      const [place = 0, fragment = 0] = [addresses[2 * at], addresses[2 * at + 1]];
      for (const tally of complete) tally.add(fragment, place);
    }
  }
  return new Map(tallies.map(({ field, tally }) => [field, (limit) => tally?.top(limit) ?? []]));
}

async function countInFiles(collection: OpenCollection, pass: Pass): Promise<{ tops: Tops; rows: number }> {
  const columns = Array.from(pass.fields, (field) => ({
    field,
    name: filterColumn(field),
    counts: new ValueCounts(field),
  }));
  const names = columns.map(({ name }) => name);
  let rows = 0;
  for await (const { batch, isSelected } of rowsOf(collection, pass, names)) {
    rows += batch.numRows;
    for (const { name, counts } of columns) {
      const column = batch.getChild(name);
      if (column) counts.add(column, isSelected);
    }
  }
  return { tops: new Map(columns.map(({ field, counts }) => [field, (limit) => counts.top(limit)])), rows };
}

/**
 * Begins to read the fields' columns. Nobody waits for them: until they are complete, values are read from the files.
 */
function readFacetColumns(
  collection: OpenCollection,
  columns: FacetColumns,
  fields: Iterable<FacetField>,
): void {
  const begun = columns.begin(fields);
  if (begun.length === 0) return;
  // If this fails, the next request that reads the files reports it.
  void readColumns(collection, columns, begun).catch(() => undefined);
}

async function readColumns(
  { table, cache }: OpenCollection,
  columns: FacetColumns,
  fields: readonly FacetField[],
): Promise<void> {
  const read = new Map(fields.map((field) => [field, new FacetColumn(field)]));
  const query = table.query().select(fields.map(filterColumn)).withRowId();
  for await (const batch of createEngineCalls().batches(query)) {
    const addresses = addressesOf(batch);
    for (const [field, column] of read) {
      const values = batch.getChild(filterColumn(field));
      if (values) column.add(values, addresses);
      if (column.isTooLarge) read.delete(field);
    }
    if (read.size === 0) return;
    await nextTurn();
  }
  // Not if another version is current by now.
  if (columns !== (await cache.facetColumns())) return;
  for (const [field, column] of read) columns.set(field, column);
}

/**
 * The rows of a pass in batches, with a test of which rows of a batch are selected (null for all). Other work has its
 * turn between batches.
 */
async function* rowsOf(
  { table, calls }: OpenCollection,
  { selection, words }: Pass,
  columns: string[],
  withAddresses = false,
): AsyncGenerator<{ batch: RecordBatch; isSelected: ((at: number) => boolean) | null }> {
  const selected = select(table, selection);
  const query = words === undefined ? selected.select(columns) : selectMatches(selected, words, columns);
  if (!query) return;
  for await (const batch of calls.batches(withAddresses || selection.accepts ? query.withRowId() : query)) {
    yield { batch, isSelected: testRows(selection, batch) };
    // Awaiting a batch that is already there would let nothing else run.
    await nextTurn();
  }
}

/** The count of each match, or the error of that match alone. */
export function countMatches(
  collection: OpenCollection,
  matches: readonly WordMatch[],
): Promise<(MatchCount | Error)[]> {
  return Promise.all(matches.map((match) => countMatch(collection, match).catch(onlyPublicErrors)));
}

/**
 * Reads the scores of all rows, in 10 to 40 ms for 50,000 papers. The engine can count only the rows of a predicate.
 */
async function countMatch(collection: OpenCollection, { words, filter }: WordMatch): Promise<MatchCount> {
  const selection = await selectRows(collection, filter);
  const query = selectMatches(select(collection.table, selection), words);
  return { count: query ? await countSelectedRows(collection, query, selection) : 0, isExact: true };
}

/** The number of rows of the query that are in the selection. */
async function countSelectedRows(
  { calls }: OpenCollection,
  query: Query,
  selection: RowSelection,
): Promise<number> {
  let count = 0;
  for await (const rows of calls.batches(selection.accepts ? query.withRowId() : query)) {
    const isSelected = testRows(selection, rows);
    if (!isSelected) count += rows.numRows;
    else for (let at = 0; at < rows.numRows; at++) if (isSelected(at)) count += 1;
  }
  return count;
}
