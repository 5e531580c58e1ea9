import type { Table } from '@lancedb/lancedb';
import { type Data, Field, Int64, Schema, type Table as ArrowTable, Utf8 } from 'apache-arrow';

import { int64, tableOf, utf8 } from './columns.js';
import { entryRank, type DirectoryEntry } from '../directory.js';

export const RANK = 'rank';
/** How many entries are better: the row's offset in the table. */
export const PLACE = 'place';
/** What an entry is read from. */
export const SHOWN = ['kind', 'text', 'papers', 'first_year', 'last_year', 'paper_id', 'submitted'];

const SHOWN_FIELDS = [
  ...['kind', 'text'].map((name) => new Field(name, new Utf8(), false)),
  ...['papers', 'first_year', 'last_year'].map((name) => new Field(name, new Int64(), true)),
  ...['paper_id', 'submitted'].map((name) => new Field(name, new Utf8(), true)),
];

/** Of a directory. */
export const SCHEMA = new Schema([...SHOWN_FIELDS, new Field(PLACE, new Int64(), false)]);

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

/**
 * Rows of `SCHEMA`.
 *
 * @param from the place of the first.
 */
export function toEntryTable(entries: readonly DirectoryEntry[], from: number): ArrowTable {
  return tableOf({
    ...toShownColumns(entries),
    [PLACE]: int64(entries.map((_entry, at) => BigInt(from + at))),
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
