import type { Table } from '@lancedb/lancedb';
import { type Data, Field, Int64, Schema, type Table as ArrowTable, Utf8 } from 'apache-arrow';

import { int64, tableOf, utf8, UTF8_LIST, utf8Lists } from './columns.js';
import { entryKeys, entryPrefixes, entryRank, type DirectoryEntry } from '../directory.js';

export const PREFIXES = 'prefixes';
export const KEYS = 'keys';
export const RANK = 'rank';
/** What an entry is read from. */
export const SHOWN = ['kind', 'text', 'papers', 'first_year', 'last_year', 'paper_id', 'submitted'];

const SHOWN_FIELDS = [
  ...['kind', 'text'].map((name) => new Field(name, new Utf8(), false)),
  ...['papers', 'first_year', 'last_year'].map((name) => new Field(name, new Int64(), true)),
  ...['paper_id', 'submitted'].map((name) => new Field(name, new Utf8(), true)),
];

/** Of a directory: what is shown, and what it is found by. */
export const SCHEMA = new Schema([
  ...SHOWN_FIELDS,
  new Field(PREFIXES, UTF8_LIST, false),
  new Field(KEYS, UTF8_LIST, false),
]);

/** Of entries that have yet to be put in order. */
export const UNSORTED_SCHEMA = new Schema([...SHOWN_FIELDS, new Field(RANK, new Int64(), false)]);

export type Rows = Awaited<ReturnType<ReturnType<Table['query']>['toArrow']>>;

export function toRows(rows: Rows): Record<string, unknown>[] {
  const columns = rows.schema.fields.map(({ name }) => ({ name, column: rows.getChild(name) }));
  return Array.from({ length: rows.numRows }, (_, at) =>
    Object.fromEntries(columns.map(({ name, column }): [string, unknown] => [name, column?.get(at)])),
  );
}

export function toEntry(row: Record<string, unknown>): DirectoryEntry {
  const text = String(row['text']);
  if (row['kind'] === 'title') {
    const submitted = row['submitted'];
    return {
      kind: 'title',
      text,
      paperId: String(row['paper_id']),
      submitted: typeof submitted === 'string' ? submitted : null,
    };
  }
  return {
    kind: 'author',
    text,
    papers: Number(row['papers']),
    firstYear: toNumber(row['first_year']),
    lastYear: toNumber(row['last_year']),
  };
}

function toNumber(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}

/** Rows of `SCHEMA`. */
export function toEntryTable(entries: readonly DirectoryEntry[]): ArrowTable {
  return tableOf({
    ...toShownColumns(entries),
    [PREFIXES]: utf8Lists(entries.map(entryPrefixes)),
    [KEYS]: utf8Lists(entries.map(entryKeys)),
  });
}

/** Rows of `UNSORTED_SCHEMA`. */
export function toUnsortedTable(entries: readonly DirectoryEntry[]): ArrowTable {
  return tableOf({
    ...toShownColumns(entries),
    [RANK]: int64(entries.map((entry) => BigInt(entryRank(entry)))),
  });
}

function toShownColumns(entries: readonly DirectoryEntry[]): Record<string, Data> {
  const authors = entries.map((entry) => (entry.kind === 'author' ? entry : null));
  const titles = entries.map((entry) => (entry.kind === 'title' ? entry : null));
  return {
    kind: utf8(entries.map(({ kind }) => kind)),
    text: utf8(entries.map(({ text }) => text)),
    papers: int64(authors.map((author) => toBigInt(author?.papers))),
    first_year: int64(authors.map((author) => toBigInt(author?.firstYear))),
    last_year: int64(authors.map((author) => toBigInt(author?.lastYear))),
    paper_id: utf8(titles.map((title) => title?.paperId ?? null)),
    submitted: utf8(titles.map((title) => title?.submitted ?? null)),
  };
}

function toBigInt(value: number | null | undefined): bigint | null {
  return value === null || value === undefined ? null : BigInt(value);
}
