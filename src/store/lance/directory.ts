import type { Connection, Table } from '@lancedb/lancedb';
import type { Table as ArrowTable } from 'apache-arrow';

import { int64, tableOf, utf8 } from './columns.js';
import { fillTable } from './directory-fill.js';
import { KEYS, PREFIXES, SHOWN, toEntry, toRows } from './directory-rows.js';
import { isMissingTable, toStoreError } from './errors.js';
import { quoteAll } from './sql.js';
import {
  DIRECTORY_SLOTS,
  directoryName,
  missingDirectory,
  prefixToken,
  type Directory,
  type DirectoryEntry,
  type DirectoryInfo,
  type DirectoryQuery,
  type DirectorySlot,
} from '../directory.js';

interface Current extends DirectoryInfo {
  slot: DirectorySlot;
}

/** The tables in use: another version of the pointer may name another table of entries. */
interface Opened {
  pointer: Table;
  version: number;
  entries: Table;
}

/**
 * A table of entries in one of two slots, and a table of one row that says in which: it is overwritten in one commit, once
 * the other slot is whole.
 */
export class LanceDirectory implements Directory {
  #opened: Promise<Opened | null> | null = null;

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
      const [name, scratch] = [directoryName(this.collection, slot), this.#scratch()];
      for (const left of [name, scratch]) await this.#drop(left);
      await fillTable(this.connection, { name, scratch }, entries);
      await this.#drop(scratch);
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
      await this.#drop(this.#scratch());
    });
  }

  #scratch(): string {
    return `${directoryName(this.collection)}_unsorted`;
  }

  /** Looks whether another process has made the directory anew, which takes 0.1 ms. */
  async #open(): Promise<Table> {
    const known = await this.#opened;
    if (!known || (await isStale(known))) this.#opened = this.#openCurrent();
    const opened = await this.#opened;
    if (!opened) throw missingDirectory(this.collection);
    return opened.entries;
  }

  async #openCurrent(): Promise<Opened | null> {
    const pointer = await this.#openPointer();
    if (!pointer) return null;
    const version = await pointer.version();
    const current = await readPointer(pointer);
    if (!current) return null;
    const entries = await this.connection.openTable(directoryName(this.collection, current.slot));
    return { pointer, version, entries };
  }

  async #readCurrent(): Promise<Current | null> {
    const pointer = await this.#openPointer();
    if (!pointer) return null;
    const current = await readPointer(pointer);
    pointer.close();
    return current;
  }

  async #openPointer(): Promise<Table | null> {
    try {
      return await this.connection.openTable(directoryName(this.collection));
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

async function isStale({ pointer, version }: Opened): Promise<boolean> {
  return (await pointer.version()) !== version;
}

async function readPointer(pointer: Table): Promise<Current | null> {
  const [row] = toRows(await pointer.query().limit(1).toArrow());
  return row ? toCurrent(row) : null;
}

/** Rows lie best first, and the engine stops at the limit: no more is read than is shown. */
async function findEntries(table: Table, queries: readonly DirectoryQuery[]): Promise<DirectoryEntry[][]> {
  return Promise.all(
    queries.map(async (query) => {
      const rows = await table.query().where(toPredicate(query)).select(SHOWN).limit(query.limit).toArrow();
      return toRows(rows).map(toEntry);
    }),
  );
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

function toCurrentTable({ slot, points, authors, titles }: Current): ArrowTable {
  const count = (value: number) => int64([BigInt(value)]);
  return tableOf({
    slot: utf8([slot]),
    points: count(points),
    authors: count(authors),
    titles: count(titles),
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
