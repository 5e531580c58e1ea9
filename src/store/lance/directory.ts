import type { Connection, Table } from '@lancedb/lancedb';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';

import { findAuthors, findEntries, reviseEntries, writeEntries } from './directory-rows.js';
import {
  type Connect,
  createEngineCalls,
  dropTable,
  identifyFolder,
  openAlone,
  openTable,
  withPublicErrors,
} from './engine.js';
import {
  DIRECTORY_SLOTS,
  directoryName,
  missingDirectory,
  type AuthorEntry,
  type Directory,
  type DirectoryChange,
  type DirectoryEntry,
  type DirectoryInfo,
  type DirectoryQuery,
  type DirectoryRevision,
  type DirectorySlot,
} from '../directory.js';
import type { CallOptions } from '../shared-call.js';

/** A directory with another layout counts as missing; the next load or repair replaces it. */
const LAYOUT = 4;

/** Maximum entries in cached answers, some 250 bytes each. Everybody types the same first letters. */
const MOST_KEPT = 20_000;

/** The single row of the pointer: which slot is in use, and what it holds. */
const StoredPointer = z.object({
  layout: z.literal(LAYOUT),
  slot: z.enum(DIRECTORY_SLOTS),
  points: z.number(),
  authors: z.number(),
  titles: z.number(),
  /**
   * The version of the table of entries. An interrupted revision leaves later ones. Earlier releases stored none.
   */
  version: z.number().optional(),
}) satisfies z.ZodType<DirectoryInfo>;

/** The open tables, and the version of the pointer that shows whether they are still in use. */
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
 * A table of entries in one of two slots, and a one-row table that names the slot. It is overwritten in one commit
 * when the other slot is complete.
 */
export class LanceDirectory implements Directory {
  readonly #name: string;
  #opened: Promise<Opened | null> | null = null;

  constructor(
    private readonly connection: Connection,
    private readonly connect: Connect,
    private readonly dataDir: string,
    private readonly collection: string,
  ) {
    this.#name = directoryName(collection);
  }

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
        // Another process may have replaced the open directory.
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
      const pointer = await openTable(this.connection, this.#name);
      const current = pointer && (await readPointer(pointer));
      pointer?.close();
      const [slot, old] = current?.slot === 'a' ? (['b', 'a'] as const) : (['a', 'b'] as const);
      const name = directoryName(this.collection, slot);
      await dropTable(this.connection, name);
      const version = await writeEntries(this.connect, name, entries());
      options?.signal?.throwIfAborted();
      // If there is nothing to overwrite, the engine prints a warning on standard error.
      await this.#point({ slot, version, ...info() }, pointer ? 'overwrite' : 'create');
      await dropTable(this.connection, directoryName(this.collection, old));
    }, options);
  }

  readonly revision: DirectoryRevision = {
    authorsOf: (names, options) => this.#guard(() => this.#authorsOf(names), options),
    revise: (change, options) => this.#guard(() => this.#revise(change, options), options),
  };

  async #authorsOf(names: readonly string[]): Promise<AuthorEntry[]> {
    const opened = await this.#openLatest();
    return opened ? findAuthors(opened.entries, names) : [];
  }

  async #revise({ info, ...entries }: DirectoryChange, options?: CallOptions): Promise<boolean> {
    const pointer = await openTable(this.connection, this.#name);
    const current = pointer && (await readPointer(pointer));
    pointer?.close();
    if (!current) return false;
    const { slot, version } = current;
    const table = await this.#openEntries(slot);
    if (!table) return false;
    try {
      if ((await table.version()) !== version) return false;
      await reviseEntries(table, entries);
      options?.signal?.throwIfAborted();
      await this.#point({ slot, version: await table.version(), ...info }, 'overwrite');
      return true;
    } finally {
      table.close();
    }
  }

  /** From this write on, these entries are used. */
  async #point(
    pointer: DirectoryInfo & { slot: DirectorySlot; version: number },
    mode: 'create' | 'overwrite',
  ): Promise<void> {
    await this.connection.createTable(this.#name, [{ layout: LAYOUT, ...pointer }], { mode });
    this.#opened = null;
  }

  async drop(options?: CallOptions): Promise<void> {
    this.#opened = null;
    await this.#guard(async () => {
      for (const slot of [undefined, ...DIRECTORY_SLOTS]) {
        await dropTable(this.connection, directoryName(this.collection, slot));
      }
    }, options);
  }

  async #findAll(queries: readonly DirectoryQuery[], options: CallOptions): Promise<DirectoryEntry[][]> {
    const opened = await this.#openLatest();
    if (!opened) throw missingDirectory(this.collection);
    const calls = createEngineCalls(options);
    const answer = async (query: DirectoryQuery) => {
      const key = JSON.stringify(query);
      const found = opened.answers.get(key) ?? (await calls.run(() => findEntries(opened.entries, query)));
      opened.answers.set(key, found);
      return [...found];
    };
    return Promise.all(queries.map(answer));
  }

  /** The open directory, unless another process has replaced it; takes 0.2 ms. */
  async #openLatest(): Promise<Opened | null> {
    const before = this.#opened;
    const known = await before?.catch(() => null);
    // A deleted table has no version, and a recreated one starts with the same versions.
    const version = await known?.pointer.version().catch(() => null);
    const folder = identifyFolder(this.dataDir, this.#name);
    if (known && version === known.version && folder === known.folder) return known;
    // An earlier caller has already begun to open it.
    if (this.#opened === before) {
      this.#opened = null;
      // Otherwise its caches would stay until garbage collection. A query that still needs it is repeated.
      known?.pointer.close();
      known?.entries.close();
    }
    return (this.#opened ??= this.#openCurrent(folder));
  }

  async #openCurrent(folder: string | null): Promise<Opened | null> {
    const pointer = await openTable(this.connection, this.#name);
    if (!pointer) return null;
    const version = await pointer.version();
    const current = await readPointer(pointer);
    if (!current) return null;
    const { slot, points, authors, titles, version: entriesVersion } = current;
    const entries = await this.#openEntries(slot);
    if (!entries) return null;
    if (entriesVersion !== undefined) await entries.checkout(entriesVersion);
    const answers = new LRUCache<string, DirectoryEntry[]>({
      maxSize: MOST_KEPT,
      sizeCalculation: (found) => found.length + 1,
    });
    return { pointer, version, folder, entries, answers, info: { points, authors, titles } };
  }

  #openEntries(slot: DirectorySlot): Promise<Table | null> {
    return openAlone(this.connect, directoryName(this.collection, slot));
  }

  #guard<Result>(operation: () => Promise<Result>, options?: CallOptions): Promise<Result> {
    return withPublicErrors(this.collection, operation, options);
  }
}

/** Null for a pointer with another layout. */
async function readPointer(pointer: Table): Promise<z.infer<typeof StoredPointer> | null> {
  const rows = await pointer.query().limit(1).toArrow();
  return StoredPointer.safeParse(rows.get(0)?.toJSON()).data ?? null;
}
