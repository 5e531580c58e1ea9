import { PhraseQuery, type Query, type Table } from '@lancedb/lancedb';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { type OpenCollection, readFacts } from './collection.js';
import { filterColumn } from './columns.js';
import { createEngineCalls, NO_LIMIT, SCORE } from './engine.js';
import { RowSet, type RowTest } from './rows.js';
import type { IndexedField } from '../layout.js';

/** A condition on rows that the engine's predicates cannot decide directly. */
export type RowCondition =
  | { kind: 'phrase'; field: IndexedField; words: readonly string[] }
  | { kind: 'sql'; sql: string }
  | { kind: 'not'; condition: RowCondition }
  | { kind: 'all' | 'any'; conditions: readonly RowCondition[] };

/**
 * The engine finds the words of a phrase by index, but then reads the texts of all papers that contain them, once for
 * each query of a search. Its index with positions finds the phrase itself, but cannot serve as a filter. It is
 * therefore asked once for the phrase's rows. The words narrow the queries, and of their results only the rows of the
 * phrase are kept. The index does not contain papers that were added since `optimize`. Then, and for very many
 * phrases, texts are read.
 *
 * @returns null if texts have to be read.
 */
export async function lookUp(collection: OpenCollection, condition: RowCondition): Promise<RowTest | null> {
  return (await canLookUp(collection, condition)) ? openTest(collection, condition) : null;
}

/** More look-ups than this take longer than reading the texts. */
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

/** A test for the condition's rows, whose set is kept for further calls. */
export async function openTest(collection: OpenCollection, condition: RowCondition): Promise<RowTest> {
  switch (condition.kind) {
    case 'phrase':
    case 'sql': {
      const rows = await collection.cache.rowSet(JSON.stringify(condition), () =>
        readRowSet(toRowQuery(collection.table, condition)),
      );
      return (fragment, place) => rows.has(fragment, place);
    }
    case 'not': {
      const test = await openTest(collection, condition.condition);
      return (fragment, place) => !test(fragment, place);
    }
    case 'all':
    case 'any': {
      const tests = await Promise.all(condition.conditions.map((each) => openTest(collection, each)));
      return condition.kind === 'all'
        ? (fragment, place) => tests.every((test) => test(fragment, place))
        : (fragment, place) => tests.some((test) => test(fragment, place));
    }
  }
}

function toRowQuery(table: Table, condition: Lookup): Query {
  if (condition.kind === 'sql') return table.query().where(condition.sql).select([]);
  const column = filterColumn(condition.field);
  return table
    .query()
    .fullTextSearch(new PhraseQuery(condition.words.join(' '), column), { columns: [column] })
    .select([SCORE])
    .limit(NO_LIMIT);
}

/** Independent of any single call, so that no waiting call can abort it for the others. */
async function readRowSet(query: Query): Promise<RowSet> {
  const rows = new RowSet();
  for await (const batch of createEngineCalls().batches(query.withRowId())) {
    rows.add(batch);
    await nextTurn();
  }
  return rows;
}
