import { MatchQuery, PhraseQuery, type Query, type Table } from '@lancedb/lancedb';
import type { RecordBatch } from 'apache-arrow';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { type OpenCollection, readFacts } from './collection.js';
import { BM25_TERMS, sentenceColumn } from './columns.js';
import { createEngineCalls } from './engine.js';
import { compile, type RowCondition } from './filter.js';
import { addressesOf, partsOf, type RowAddress, RowSet } from './rows.js';
import type { Filter } from '../filter.js';
import { toTerms } from '../../papers/words.js';

/** The rows that a filter selects. */
export interface Selection {
  /** The predicate that selects them by itself, which tells one selection from another. */
  key: string | null;
  /** What the engine is asked for: these rows, and perhaps others; null asks for all. */
  predicate: string | null;
  /** Whether a row for which the predicate holds is one of them; null when each is. */
  accepts: RowTest | null;
}

/** Takes a row's address in its two parts. */
type RowTest = (fragment: number, place: number) => boolean;

/**
 * The engine finds the words of a phrase by index, but it reads the sentences of all papers that have them, once for each
 * query of a search. Its index of places finds the phrase itself, but is no filter. So that is asked once for the phrase's
 * rows; queries are narrowed by the words, and of what they find the rows of the phrase are kept. The index knows no papers
 * that were added to the table since `optimize`: then sentences are read, and so they are for very many phrases.
 *
 * @throws BadUserInputError for a filter that the store cannot express.
 */
export async function selectRows(collection: OpenCollection, filter: Filter | undefined): Promise<Selection> {
  const { predicate, byRows } = compile(filter);
  if (!byRows || !(await canLookUp(collection, byRows.condition))) {
    return { key: predicate, predicate, accepts: null };
  }
  const accepts = await toTest(collection, byRows.condition);
  return { key: predicate, predicate: byRows.predicate, accepts };
}

/** More lookups than this take longer than the sentences. */
const MOST_LOOKUPS = 32;

async function canLookUp(collection: OpenCollection, condition: RowCondition): Promise<boolean> {
  const lookups = lookupsOf(condition);
  if (lookups.length > MOST_LOOKUPS) return false;
  const { phraseFields } = await collection.cache.facts(() => readFacts(collection));
  return lookups.every((each) => each.kind === 'sql' || phraseFields.has(each.field));
}

type Lookup = Extract<RowCondition, { kind: 'phrase' | 'sql' }>;

function lookupsOf(condition: RowCondition): Lookup[] {
  switch (condition.kind) {
    case 'phrase':
    case 'sql':
      return [condition];
    case 'not':
      return lookupsOf(condition.condition);
    case 'all':
    case 'any':
      return condition.conditions.flatMap(lookupsOf);
  }
}

async function toTest(collection: OpenCollection, condition: RowCondition): Promise<RowTest> {
  switch (condition.kind) {
    case 'phrase':
    case 'sql': {
      const rows = await collection.cache.rowSet(JSON.stringify(condition), () =>
        readRowSet(toRowQuery(collection.table, condition)),
      );
      return (fragment, place) => rows.has(fragment, place);
    }
    case 'not': {
      const test = await toTest(collection, condition.condition);
      return (fragment, place) => !test(fragment, place);
    }
    case 'all':
    case 'any': {
      const tests = await Promise.all(condition.conditions.map((each) => toTest(collection, each)));
      return condition.kind === 'all'
        ? (fragment, place) => tests.every((test) => test(fragment, place))
        : (fragment, place) => tests.some((test) => test(fragment, place));
    }
  }
}

function toRowQuery(table: Table, condition: Lookup): Query {
  if (condition.kind === 'sql') return table.query().where(condition.sql).select([]);
  const column = sentenceColumn(condition.field);
  return table
    .query()
    .fullTextSearch(new PhraseQuery(condition.words.join(' '), column), { columns: [column] })
    .select([SCORE])
    .limit(NO_LIMIT);
}

/** Belongs to no single call, so that none of those that wait for it can abort it for the others. */
async function readRowSet(query: Query): Promise<RowSet> {
  const rows = new RowSet();
  for await (const batch of createEngineCalls().batches(query.withRowId())) {
    rows.add(batch);
    await nextTurn();
  }
  return rows;
}

/** A query for the rows that the predicate selects; null selects all. */
export function select(table: Table, { predicate }: Pick<Selection, 'predicate'>): Query {
  const query = table.query();
  return predicate === null ? query : query.where(predicate);
}

/** How many rows there are for which the selection's predicate holds. Belongs to no single call, as `readRowSet`. */
export function countCandidates(
  { cache, table }: OpenCollection,
  { predicate }: Pick<Selection, 'predicate'>,
): Promise<number> {
  const filter = predicate ?? undefined;
  return cache.number(`count ${predicate}`, () => createEngineCalls().run(() => table.countRows(filter)));
}

/** The score that the engine computes, under its own name. */
export const SCORE = '_score';
/** The engine finds ten rows unless it is told a limit; this is the largest that it takes. */
const NO_LIMIT = 2 ** 32 - 1;

/**
 * Narrows the query to all rows with one of the text's words, best first.
 *
 * @param columns that are read besides the score.
 * @returns null for a text without words, which finds nothing.
 */
export function selectMatches(query: Query, text: string, columns: readonly string[] = []): Query | null {
  // The engine counts a term as often as it stands in the query.
  const terms = toTerms(text).join(' ');
  if (terms === '') return null;
  return (
    query
      .fullTextSearch(new MatchQuery(terms, BM25_TERMS), { columns: [BM25_TERMS] })
      // Scores that are not asked for by name come with a warning on standard error.
      .select([SCORE, ...columns])
      .limit(NO_LIMIT)
  );
}

/** With the further condition `other`. */
export function narrow(selection: Selection, other: string): Selection {
  return { ...selection, key: both(selection.key, other), predicate: both(selection.predicate, other) };
}

function both(predicate: string | null, other: string): string {
  return predicate === null ? other : `(${predicate}) AND ${other}`;
}

/**
 * The first `count` rows of the selection in each of several lists.
 *
 * @param ask gives at most this many rows of each list, the first for which the selection's predicate holds.
 * @throws MovedRowsError when another process has written meanwhile.
 */
export async function takeSelected<Row extends { row: RowAddress }>(
  { cache }: OpenCollection,
  { accepts }: Selection,
  count: number,
  ask: (count: number) => Promise<Row[][]>,
): Promise<Row[][]> {
  if (!accepts) return ask(count);
  for (let asked = count * 2; ; asked *= 4) {
    const lists = await ask(asked);
    const taken = lists.map((rows) => rows.filter(({ row }) => accepts(...partsOf(row))).slice(0, count));
    if (lists.some((rows, at) => rows.length >= asked && (taken[at]?.length ?? 0) < count)) continue;
    await cache.requireCurrent();
    return taken;
  }
}

/** By the place of a row in the batch, whether it is selected; null when each is. */
export function testRows({ accepts }: Selection, batch: RecordBatch): ((at: number) => boolean) | null {
  if (!accepts) return null;
  const parts = addressesOf(batch);
  return (at) => accepts(parts[2 * at + 1] ?? 0, parts[2 * at] ?? 0);
}
