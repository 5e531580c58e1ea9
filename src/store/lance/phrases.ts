import { PhraseQuery, type Query, type Table } from '@lancedb/lancedb';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { type OpenCollection, readFacts } from './collection.js';
import { filterColumn } from './columns.js';
import { createEngineCalls, NO_LIMIT, SCORE } from './engine.js';
import { countCandidates, type RowCondition, RowSet, type RowTest } from './rows.js';

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

/** A test for the condition's rows, which are kept for further calls. */
export async function openTest(collection: OpenCollection, condition: RowCondition): Promise<RowTest> {
  const { set, isComplement } = await readRows(collection, condition);
  return (fragment, place) => set.has(fragment, place) !== isComplement;
}

/** The number of the condition's rows, which are kept for further calls. */
export async function countRows(collection: OpenCollection, condition: RowCondition): Promise<number> {
  const { set, isComplement } = await readRows(collection, condition);
  return isComplement ? (await countCandidates(collection, { predicate: null })) - set.size : set.size;
}

/** A set of rows, or all rows that are not in it. */
interface Rows {
  set: RowSet;
  isComplement: boolean;
}

async function readRows(collection: OpenCollection, condition: RowCondition): Promise<Rows> {
  switch (condition.kind) {
    case 'phrase':
    case 'sql': {
      const set = await collection.cache.rowSet(JSON.stringify(condition), () =>
        readRowSet(toRowQuery(collection.table, condition)),
      );
      return { set, isComplement: false };
    }
    case 'not':
      return complement(await readRows(collection, condition.condition));
    case 'all':
    case 'any': {
      const parts = await Promise.all(condition.conditions.map((each) => readRows(collection, each)));
      return condition.kind === 'all'
        ? parts.reduce(intersect)
        : complement(parts.map(complement).reduce(intersect));
    }
  }
}

function complement({ set, isComplement }: Rows): Rows {
  return { set, isComplement: !isComplement };
}

function intersect(one: Rows, other: Rows): Rows {
  if (one.isComplement && other.isComplement) return { set: one.set.or(other.set), isComplement: true };
  if (one.isComplement) return intersect(other, one);
  const set = other.isComplement ? one.set.without(other.set) : one.set.and(other.set);
  return { set, isComplement: false };
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
