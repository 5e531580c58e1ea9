import { type Connection, Index, type Table } from '@lancedb/lancedb';
import { type Data, Field, Int64, List, makeVector, Schema, Table as ArrowTable, Utf8 } from 'apache-arrow';

import { int64, utf8, utf8Lists } from './columns.js';
import { isMissingTable, toStoreError } from './errors.js';
import { readAddresses, ROW_ADDRESS } from './row-addresses.js';
import { quoteAll } from './sql.js';
import {
  DIRECTORY_SLOTS,
  directoryName,
  entryKeys,
  entryPrefixes,
  entryRank,
  missingDirectory,
  prefixToken,
  type Directory,
  type DirectoryEntry,
  type DirectoryInfo,
  type DirectoryQuery,
  type DirectorySlot,
} from '../directory.js';

const PREFIXES = 'prefixes';
const KEYS = 'keys';
const RANK = 'rank';
/** What an entry is read from. */
const SHOWN = ['kind', 'text', 'papers', 'first_year', 'last_year', 'paper_id', 'submitted'];

const LIST = new List(new Field('item', new Utf8(), true));
const SCHEMA = new Schema([
  ...['kind', 'text'].map((name) => new Field(name, new Utf8(), false)),
  ...['papers', 'first_year', 'last_year'].map((name) => new Field(name, new Int64(), true)),
  ...['paper_id', 'submitted'].map((name) => new Field(name, new Utf8(), true)),
  new Field(RANK, new Int64(), false),
  new Field(PREFIXES, LIST, false),
  new Field(KEYS, LIST, false),
]);

/** Rows of one write: few files, and little memory. */
const ROWS_AT_ONCE = 20_000;
/** For so long another process's new directory may go unseen. */
const LOOK_EVERY_MS = 1_000;

interface Current extends DirectoryInfo {
  slot: DirectorySlot;
}

/**
 * A table of entries in one of two slots, and a table of one row that says in which: it is overwritten in one commit, once
 * the other slot is whole.
 */
export class LanceDirectory implements Directory {
  #opened: { table: Promise<Table | null>; until: number } | null = null;

  constructor(
    private readonly connection: Connection,
    private readonly collection: string,
  ) {}

  async describe(): Promise<DirectoryInfo | null> {
    return this.#guard(async () => {
      const current = await this.#readCurrent();
      return current && { points: current.points, authors: current.authors, titles: current.titles };
    });
  }

  async find(queries: readonly DirectoryQuery[]): Promise<DirectoryEntry[][]> {
    if (queries.length === 0) return [];
    return this.#guard(async () => {
      try {
        return await findEntries(await this.#open(), queries);
      } catch {
        // Another process may have put a new directory in the place of the one that was open.
        this.#opened = null;
        return findEntries(await this.#open(), queries);
      }
    });
  }

  async replace(entries: AsyncIterable<readonly DirectoryEntry[]>, info: () => DirectoryInfo): Promise<void> {
    await this.#guard(async () => {
      const current = await this.#readCurrent();
      const slot = current?.slot === 'a' ? 'b' : 'a';
      await this.#drop(directoryName(this.collection, slot));
      await this.#fill(slot, entries);
      await this.connection.createTable(directoryName(this.collection), toCurrentTable({ slot, ...info() }), {
        // Overwriting what is not there brings a warning of the engine on standard error.
        mode: current ? 'overwrite' : 'create',
      });
      this.#opened = null;
      if (current) await this.#drop(directoryName(this.collection, current.slot));
    });
  }

  async drop(): Promise<void> {
    this.#opened = null;
    await this.#guard(async () => {
      await this.#drop(directoryName(this.collection));
      for (const slot of DIRECTORY_SLOTS) await this.#drop(directoryName(this.collection, slot));
    });
  }

  async #fill(slot: DirectorySlot, entries: AsyncIterable<readonly DirectoryEntry[]>): Promise<void> {
    const table = await this.connection.createEmptyTable(directoryName(this.collection, slot), SCHEMA);
    let waiting: DirectoryEntry[] = [];
    const write = async () => {
      if (waiting.length > 0) await table.add(toEntryTable(waiting));
      waiting = [];
    };
    for await (const batch of entries) {
      waiting.push(...batch);
      if (waiting.length >= ROWS_AT_ONCE) await write();
    }
    await write();
    if ((await table.countRows()) > 0) {
      await table.optimize({ cleanupOlderThan: new Date() });
      for (const column of [PREFIXES, KEYS]) await table.createIndex(column, { config: Index.labelList() });
    }
    table.close();
  }

  async #open(): Promise<Table> {
    if (!this.#opened || performance.now() > this.#opened.until) {
      this.#opened = { table: this.#openCurrent(), until: performance.now() + LOOK_EVERY_MS };
    }
    const table = await this.#opened.table;
    if (!table) throw missingDirectory(this.collection);
    return table;
  }

  async #openCurrent(): Promise<Table | null> {
    const current = await this.#readCurrent();
    return current && this.connection.openTable(directoryName(this.collection, current.slot));
  }

  async #readCurrent(): Promise<Current | null> {
    try {
      const table = await this.connection.openTable(directoryName(this.collection));
      const [row] = toRows(await table.query().limit(1).toArrow());
      table.close();
      return row ? toCurrent(row) : null;
    } catch (error) {
      if (isMissingTable(error)) return null;
      throw error;
    }
  }

  async #drop(name: string): Promise<void> {
    await this.connection.dropTable(name).catch((error: unknown) => {
      if (!isMissingTable(error)) throw error;
    });
  }

  async #guard<Result>(operation: () => Promise<Result>): Promise<Result> {
    try {
      return await operation();
    } catch (error) {
      throw toStoreError(error, this.collection);
    }
  }
}

/** Ranks first, by numbers alone; what is shown is read of the best only. */
async function findEntries(table: Table, queries: readonly DirectoryQuery[]): Promise<DirectoryEntry[][]> {
  const found = await Promise.all(
    queries.map(async (query) => {
      const rows = await table
        .query()
        .where(toPredicate(query))
        .orderBy({ columnName: RANK, ascending: false, nullsFirst: false })
        .select([RANK, ROW_ADDRESS])
        .limit(query.limit)
        .toArrow();
      return readAddresses(rows);
    }),
  );
  const wanted = [...new Set(found.flat())];
  const entries = wanted.length === 0 ? new Map<bigint, DirectoryEntry>() : await readEntries(table, wanted);
  return found.map((ids) => ids.flatMap((id) => entries.get(id) ?? []));
}

function toPredicate(query: DirectoryQuery): string {
  if (query.by === 'prefixes') {
    const tokens = query.prefixes.map((prefix) => prefixToken(query.kind, prefix));
    return `array_has_all(${PREFIXES}, [${quoteAll(tokens)}])`;
  }
  const alternatives = query.alternatives.map((lists) =>
    lists.map((keys) => `array_has_any(${KEYS}, [${quoteAll(keys)}])`).join(' AND '),
  );
  return alternatives.map((alternative) => `(${alternative})`).join(' OR ');
}

async function readEntries(table: Table, ids: readonly bigint[]): Promise<Map<bigint, DirectoryEntry>> {
  const rows = await table
    .takeRowIds(ids)
    .select([ROW_ADDRESS, ...SHOWN])
    .toArrow();
  return new Map(toRows(rows).map((row) => [BigInt(String(row[ROW_ADDRESS])), toEntry(row)]));
}

type Rows = Awaited<ReturnType<ReturnType<Table['query']>['toArrow']>>;

function toRows(rows: Rows): Record<string, unknown>[] {
  const columns = rows.schema.fields.map(({ name }) => ({ name, column: rows.getChild(name) }));
  return Array.from({ length: rows.numRows }, (_, at) =>
    Object.fromEntries(columns.map(({ name, column }): [string, unknown] => [name, column?.get(at)])),
  );
}

function toEntry(row: Record<string, unknown>): DirectoryEntry {
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

function toEntryTable(entries: readonly DirectoryEntry[]): ArrowTable {
  const authors = entries.map((entry) => (entry.kind === 'author' ? entry : null));
  const titles = entries.map((entry) => (entry.kind === 'title' ? entry : null));
  const columns: Record<string, Data> = {
    kind: utf8(entries.map(({ kind }) => kind)),
    text: utf8(entries.map(({ text }) => text)),
    papers: int64(authors.map((author) => toBigInt(author?.papers))),
    first_year: int64(authors.map((author) => toBigInt(author?.firstYear))),
    last_year: int64(authors.map((author) => toBigInt(author?.lastYear))),
    paper_id: utf8(titles.map((title) => title?.paperId ?? null)),
    submitted: utf8(titles.map((title) => title?.submitted ?? null)),
    [RANK]: int64(entries.map((entry) => BigInt(entryRank(entry)))),
    [PREFIXES]: utf8Lists(entries.map(entryPrefixes)),
    [KEYS]: utf8Lists(entries.map(entryKeys)),
  };
  return new ArrowTable(
    Object.fromEntries(Object.entries(columns).map(([name, data]) => [name, makeVector(data)])),
  );
}

function toBigInt(value: number | null | undefined): bigint | null {
  return value === null || value === undefined ? null : BigInt(value);
}

function toCurrentTable({ slot, points, authors, titles }: Current): ArrowTable {
  const counts = { points, authors, titles };
  return new ArrowTable({
    slot: makeVector(utf8([slot])),
    ...Object.fromEntries(
      Object.entries(counts).map(([name, count]) => [name, makeVector(int64([BigInt(count)]))]),
    ),
  });
}

function toCurrent(row: Record<string, unknown>): Current {
  return {
    slot: row['slot'] === 'b' ? 'b' : 'a',
    points: Number(row['points']),
    authors: Number(row['authors']),
    titles: Number(row['titles']),
  };
}
