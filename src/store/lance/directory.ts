import type { Connection, Table } from '@lancedb/lancedb';
import type { Table as ArrowTable } from 'apache-arrow';
import { LRUCache } from 'lru-cache';

import { int64, tableOf, utf8 } from './arrow.js';
import { findEntries, writeEntries } from './directory-words.js';
import { createEngineCalls } from './engine-calls.js';
import { isMissingTable, toStoreError } from './errors.js';
import { identifyFolder } from './table-folder.js';
import {
  DIRECTORY_SLOTS,
  directoryName,
  missingDirectory,
  type Directory,
  type DirectoryEntry,
  type DirectoryInfo,
  type DirectoryQuery,
  type DirectorySlot,
} from '../directory.js';
import { unlessAborted } from '../shared-call.js';
import type { CallOptions } from '../store.js';

/** A directory of another layout counts as none: the next load or repair replaces it. */
const LAYOUT = 3;

/** Entries of answers that are kept, some 250 bytes each: everybody types the same first letters. */
const MOST_KEPT = 20_000;

interface Current extends DirectoryInfo {
  slot: DirectorySlot;
  layout: number;
}

/** The table in use: another version of the pointer may name another. */
interface Opened {
  pointer: Table;
  version: number;
  /** See `identifyFolder`. */
  folder: string | null;
  entries: Table;
  /** By query, as JSON. */
  answers: LRUCache<string, DirectoryEntry[]>;
  info: DirectoryInfo;
}

/**
 * A table of entries in one of two slots, and a table of one row that says in which: it is overwritten in one commit, once
 * the other slot is whole.
 */
export class LanceDirectory implements Directory {
  #opened: Promise<Opened | null> | null = null;

  constructor(
    private readonly connection: Connection,
    private readonly dataDir: string,
    private readonly collection: string,
  ) {}

  describe(options?: CallOptions): Promise<DirectoryInfo | null> {
    return this.#guard(async () => (await this.#openLatest())?.info ?? null, options);
  }

  async find(queries: readonly DirectoryQuery[], options: CallOptions = {}): Promise<DirectoryEntry[][]> {
    if (queries.length === 0) return [];
    return this.#guard(async () => {
      try {
        return await this.#findAll(queries, options);
      } catch {
        options.signal?.throwIfAborted();
        // Another process may have put a new directory in the place of the one that was open.
        this.#opened = null;
        return this.#findAll(queries, options);
      }
    }, options);
  }

  async replace(
    entries: () => AsyncIterable<readonly DirectoryEntry[]>,
    info: () => DirectoryInfo,
    options?: CallOptions,
  ): Promise<void> {
    await this.#guard(async () => {
      const current = await this.#readCurrent();
      const slot = current?.slot === 'a' ? 'b' : 'a';
      await this.#dropSlot(slot);
      await writeEntries(this.connection, directoryName(this.collection, slot), entries());
      options?.signal?.throwIfAborted();
      const row: Current = { slot, layout: LAYOUT, ...info() };
      await this.connection.createTable(directoryName(this.collection), toCurrentTable(row), {
        // Overwriting what is not there brings a warning of the engine on standard error.
        mode: current ? 'overwrite' : 'create',
      });
      this.#opened = null;
      if (current) await this.#dropSlot(current.slot);
    }, options);
  }

  async drop(options?: CallOptions): Promise<void> {
    this.#opened = null;
    await this.#guard(async () => {
      await this.#drop(directoryName(this.collection));
      for (const slot of DIRECTORY_SLOTS) await this.#dropSlot(slot);
    }, options);
  }

  async #findAll(queries: readonly DirectoryQuery[], options: CallOptions): Promise<DirectoryEntry[][]> {
    const { entries, answers } = await this.#open();
    const calls = createEngineCalls(options);
    const answer = async (query: DirectoryQuery) => {
      const key = JSON.stringify(query);
      const found = answers.get(key) ?? (await calls.run(() => findEntries(entries, query)));
      answers.set(key, found);
      return [...found];
    };
    return Promise.all(queries.map(answer));
  }

  async #open(): Promise<Opened> {
    const opened = await this.#openLatest();
    if (!opened) throw missingDirectory(this.collection);
    return opened;
  }

  /** What is open, unless another process has made a directory since. */
  async #openLatest(): Promise<Opened | null> {
    const known = await this.#opened?.catch(() => null);
    if (!known || (await this.#isReplaced(known))) this.#opened = this.#openCurrent();
    return this.#opened;
  }

  /** Takes 0.2 ms. */
  async #isReplaced({ pointer, version, folder }: Opened): Promise<boolean> {
    // A deleted table has no version, and a recreated one has the same versions.
    const [current, place] = await Promise.all([pointer.version().catch(() => null), this.#identify()]);
    return current !== version || place !== folder;
  }

  #identify(): Promise<string | null> {
    return identifyFolder(this.dataDir, directoryName(this.collection));
  }

  async #openCurrent(): Promise<Opened | null> {
    const folder = await this.#identify();
    const pointer = await this.#openPointer();
    if (!pointer) return null;
    const version = await pointer.version();
    const current = await readPointer(pointer);
    if (current?.layout !== LAYOUT) return null;
    const { slot, points, authors, titles } = current;
    const entries = await this.connection.openTable(directoryName(this.collection, slot));
    const answers = new LRUCache<string, DirectoryEntry[]>({
      maxSize: MOST_KEPT,
      sizeCalculation: (found) => found.length + 1,
    });
    return { pointer, version, folder, entries, answers, info: { points, authors, titles } };
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
    const name = directoryName(this.collection, slot);
    await this.#drop(name);
    await this.#drop(`${name}_postings`); // of layout 2
  }

  async #drop(name: string): Promise<void> {
    await this.connection.dropTable(name).catch((error: unknown) => {
      if (!isMissingTable(error)) throw error;
    });
  }

  async #guard<Result>(operation: () => Promise<Result>, { signal }: CallOptions = {}): Promise<Result> {
    signal?.throwIfAborted();
    try {
      return await unlessAborted(operation(), signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw toStoreError(error, this.collection);
    }
  }
}

async function readPointer(pointer: Table): Promise<Current | null> {
  const rows = await pointer.query().limit(1).toArrow();
  const row = rows.get(0)?.toJSON();
  return row ? toCurrent(row) : null;
}

function toCurrentTable({ slot, layout, points, authors, titles }: Current): ArrowTable {
  const count = (value: number) => int64([BigInt(value)]);
  return tableOf({
    slot: utf8([slot]),
    layout: count(layout),
    points: count(points),
    authors: count(authors),
    titles: count(titles),
  });
}

function toCurrent(row: Record<string, unknown>): Current {
  return {
    slot: row['slot'] === 'b' ? 'b' : 'a',
    layout: Number(row['layout']),
    points: Number(row['points']),
    authors: Number(row['authors']),
    titles: Number(row['titles']),
  };
}
