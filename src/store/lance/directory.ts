import type { Connection, Table } from '@lancedb/lancedb';
import type { Table as ArrowTable } from 'apache-arrow';

import { int64, tableOf, utf8 } from './columns.js';
import { parseAddresses, writeAddresses } from './directory-addresses.js';
import { fillTables } from './directory-fill.js';
import { findEntries, type DirectoryTables } from './directory-find.js';
import { createPostingsReader } from './directory-postings.js';
import { toRows } from './directory-rows.js';
import { isMissingTable, toStoreError } from './errors.js';
import {
  DIRECTORY_LAYOUT,
  DIRECTORY_SLOTS,
  directoryName,
  missingDirectory,
  type Directory,
  type DirectoryEntry,
  type DirectoryInfo,
  type DirectoryQuery,
  type DirectorySlot,
} from '../directory.js';

interface Current extends DirectoryInfo {
  slot: DirectorySlot;
  layout: number;
  /** See `directory-addresses.ts`. */
  addresses: string;
}

/** The tables in use: another version of the pointer may name others. */
interface Opened extends DirectoryTables {
  pointer: Table;
  version: number;
}

/**
 * Tables of entries and of what they are found by, in one of two slots, and a table of one row that says in which: it is
 * overwritten in one commit, once the other slot is whole.
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
      if (current?.layout !== DIRECTORY_LAYOUT) return null;
      return { points: current.points, authors: current.authors, titles: current.titles };
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
      const scratch = this.#scratch();
      await this.#dropSlot(slot);
      await this.#drop(scratch);
      const addresses = await fillTables(this.connection, { ...this.#namesOf(slot), scratch }, entries);
      await this.#drop(scratch);
      const row: Current = {
        slot,
        layout: DIRECTORY_LAYOUT,
        addresses: writeAddresses(addresses),
        ...info(),
      };
      await this.connection.createTable(directoryName(this.collection), toCurrentTable(row), {
        // Overwriting what is not there brings a warning of the engine on standard error.
        mode: current ? 'overwrite' : 'create',
      });
      this.#opened = null;
      if (current) await this.#dropSlot(current.slot);
    });
  }

  async drop(): Promise<void> {
    this.#opened = null;
    await this.#guard(async () => {
      await this.#drop(directoryName(this.collection));
      for (const slot of DIRECTORY_SLOTS) await this.#dropSlot(slot);
      await this.#drop(this.#scratch());
    });
  }

  #namesOf(slot: DirectorySlot): { name: string; postings: string } {
    const name = directoryName(this.collection, slot);
    return { name, postings: `${name}_postings` };
  }

  #scratch(): string {
    return `${directoryName(this.collection)}_unsorted`;
  }

  /** Looks whether another process has made the directory anew, which takes 0.1 ms. */
  async #open(): Promise<DirectoryTables> {
    const known = await this.#opened;
    if (!known || (await isStale(known))) this.#opened = this.#openCurrent();
    const opened = await this.#opened;
    if (!opened) throw missingDirectory(this.collection);
    return opened;
  }

  async #openCurrent(): Promise<Opened | null> {
    const pointer = await this.#openPointer();
    if (!pointer) return null;
    const version = await pointer.version();
    const current = await readPointer(pointer);
    if (current?.layout !== DIRECTORY_LAYOUT) return null;
    const { name, postings } = this.#namesOf(current.slot);
    const open = (table: string) => this.connection.openTable(table);
    return {
      pointer,
      version,
      entries: await open(name),
      addresses: parseAddresses(current.addresses),
      readPostings: createPostingsReader(await open(postings)),
    };
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

  async #dropSlot(slot: DirectorySlot): Promise<void> {
    const { name, postings } = this.#namesOf(slot);
    for (const table of [name, postings]) await this.#drop(table);
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

function toCurrentTable({ slot, layout, addresses, points, authors, titles }: Current): ArrowTable {
  const count = (value: number) => int64([BigInt(value)]);
  return tableOf({
    slot: utf8([slot]),
    layout: count(layout),
    addresses: utf8([addresses]),
    points: count(points),
    authors: count(authors),
    titles: count(titles),
  });
}

function toCurrent(row: Record<string, unknown>): Current {
  return {
    slot: row['slot'] === 'b' ? 'b' : 'a',
    layout: Number(row['layout']),
    addresses: String(row['addresses']),
    points: Number(row['points']),
    authors: Number(row['authors']),
    titles: Number(row['titles']),
  };
}
