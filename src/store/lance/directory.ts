import { type Connection, Index, type Table } from '@lancedb/lancedb';
import { Field, Int64, Schema, Utf8 } from './apache-arrow.js';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';

import { int64, tableOf, utf8 } from './arrow.js';
import { identifyFolder } from './collection.js';
import { createEngineCalls, dropTable, openTable, quote, withPublicErrors } from './engine.js';
import { nameWords } from '../../papers/author-name.js';
import { prefixesOf, toWords } from '../../papers/words.js';
import {
  DIRECTORY_SLOTS,
  directoryName,
  entryKeys,
  entryRank,
  missingDirectory,
  prefixToken,
  type Directory,
  type DirectoryEntry,
  type DirectoryInfo,
  type DirectoryQuery,
} from '../directory.js';
import type { CallOptions } from '../shared-call.js';

/** A directory of another layout counts as none: the next load or repair replaces it. */
const LAYOUT = 3;

/** Entries of answers that are kept, some 250 bytes each: everybody types the same first letters. */
const MOST_KEPT = 20_000;

/** The one row of the pointer: which slot is in use, and what it holds. */
const StoredPointer = z.object({
  layout: z.literal(LAYOUT),
  slot: z.enum(DIRECTORY_SLOTS),
  points: z.number(),
  authors: z.number(),
  titles: z.number(),
}) satisfies z.ZodType<DirectoryInfo>;

/** What is open, and the state of the pointer by which that is known to be in use. */
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
  readonly #name: string;
  #opened: Promise<Opened | null> | null = null;

  constructor(
    private readonly connection: Connection,
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
      const pointer = await openTable(this.connection, this.#name);
      const current = pointer && (await readPointer(pointer));
      pointer?.close();
      const [slot, old] = current?.slot === 'a' ? (['b', 'a'] as const) : (['a', 'b'] as const);
      const name = directoryName(this.collection, slot);
      await dropTable(this.connection, name);
      await writeEntries(this.connection, name, entries());
      options?.signal?.throwIfAborted();
      await this.connection.createTable(this.#name, [{ layout: LAYOUT, slot, ...info() }], {
        // Overwriting what is not there brings a warning of the engine on standard error.
        mode: pointer ? 'overwrite' : 'create',
      });
      this.#opened = null;
      await dropTable(this.connection, directoryName(this.collection, old));
    }, options);
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

  /** What is open, unless another process has made a directory since: takes 0.2 ms. */
  async #openLatest(): Promise<Opened | null> {
    const known = await this.#opened?.catch(() => null);
    const [version, folder] = await Promise.all([
      // A deleted table has no version, and a recreated one has the same versions.
      known?.pointer.version().catch(() => null),
      identifyFolder(this.dataDir, this.#name),
    ]);
    if (!known || version !== known.version || folder !== known.folder) {
      this.#opened = this.#openCurrent(folder);
    }
    return this.#opened;
  }

  async #openCurrent(folder: string | null): Promise<Opened | null> {
    const pointer = await openTable(this.connection, this.#name);
    if (!pointer) return null;
    const version = await pointer.version();
    const current = await readPointer(pointer);
    if (!current) return null;
    const { slot, points, authors, titles } = current;
    const entries = await this.connection.openTable(directoryName(this.collection, slot));
    const answers = new LRUCache<string, DirectoryEntry[]>({
      maxSize: MOST_KEPT,
      sizeCalculation: (found) => found.length + 1,
    });
    return { pointer, version, folder, entries, answers, info: { points, authors, titles } };
  }

  #guard<Result>(operation: () => Promise<Result>, options?: CallOptions): Promise<Result> {
    return withPublicErrors(this.collection, operation, options);
  }
}

/** Null for that of another layout. */
async function readPointer(pointer: Table): Promise<z.infer<typeof StoredPointer> | null> {
  const rows = await pointer.query().limit(1).toArrow();
  return StoredPointer.safeParse(rows.get(0)?.toJSON()).data ?? null;
}

const TOKEN = 'token';
const WORDS = 'words';
const RANK = 'rank';
const ENTRY = 'entry';

const SCHEMA = new Schema([
  /** `author smith`, `title attention`; or `best author sm`, see `BestEntries`. */
  new Field(TOKEN, new Utf8(), false),
  /** All words of the entry, each between spaces. */
  new Field(WORDS, new Utf8(), false),
  new Field(RANK, new Int64(), false),
  /** The entry as JSON. */
  new Field(ENTRY, new Utf8(), false),
]);

type EntryRow = Record<typeof TOKEN | typeof WORDS | typeof ENTRY, string> & Record<typeof RANK, number>;

/** Rows that are sorted and written at once: some 50 MiB. */
const ROWS_AT_ONCE = 100_000;
/** Letters of the prefixes whose best entries are written beforehand. */
const SHORT_PREFIX = 2;
const MOST_BEST = 100;

/**
 * Makes a table with a row for each word of each entry. Rows are written in sorted runs: a query reads those of the words
 * that begin alike, and these lie together. Memory is bounded by the size of a run.
 *
 * The table must not exist.
 */
async function writeEntries(
  connection: Connection,
  name: string,
  entries: AsyncIterable<readonly DirectoryEntry[]>,
): Promise<void> {
  const table = await connection.createEmptyTable(name, SCHEMA);
  try {
    const best = new BestEntries();
    let run: EntryRow[] = [];
    for await (const batch of entries) {
      for (const entry of batch) {
        const { kind, text } = entry;
        const words = kind === 'author' ? nameWords(text) : [...new Set(toWords(text))];
        const shared = {
          words: ` ${words.join(' ')} `,
          rank: entryRank(entry),
          entry: JSON.stringify(entry),
        };
        for (const word of words) run.push({ token: prefixToken(kind, word), ...shared });
        for (const prefix of prefixesOf(words, SHORT_PREFIX)) {
          best.add({ token: bestToken(kind, prefix), ...shared });
        }
      }
      if (run.length < ROWS_AT_ONCE) continue;
      await table.add(toTable(run));
      run = [];
    }
    run.push(...best.rows());
    if (run.length > 0) await table.add(toTable(run));
    if ((await table.countRows()) > 0) await table.createIndex(TOKEN, { config: Index.btree() });
  } finally {
    table.close();
  }
}

/** The entries that answer the query, best first. */
async function findEntries(table: Table, query: DirectoryQuery): Promise<DirectoryEntry[]> {
  const where = query.by === 'prefixes' ? beginsWith(query) : mayHaveKeys(query.alternatives);
  const fits = (entry: DirectoryEntry) => query.by === 'prefixes' || hasKeys(entry, query.alternatives);
  // An entry has a row for each of its words that fit.
  for (let limit = query.limit * 2; ; limit *= 4) {
    const rows = await table
      .query()
      .where(where)
      .orderBy({ columnName: RANK, ascending: false })
      .limit(limit)
      .select([RANK, ENTRY])
      .toArrow();
    const texts = new Set(Array.from(rows.getChild(ENTRY) ?? [], String));
    const found = Array.from(texts, (text) => JSON.parse(text) as DirectoryEntry).filter(fits); // from `writeEntries`
    if (found.length >= query.limit || rows.numRows < limit) return found.slice(0, query.limit);
  }
}

/** The index finds the words that the longest prefix begins; the engine looks for the others in what it found. */
function beginsWith({ kind, prefixes, limit }: Extract<DirectoryQuery, { by: 'prefixes' }>): string {
  const [longest = '', ...others] = longestFirst(prefixes);
  if (others.length === 0 && Array.from(longest).length <= SHORT_PREFIX && limit <= MOST_BEST) {
    return `${TOKEN} = ${quote(bestToken(kind, longest))}`;
  }
  return [
    `starts_with(${TOKEN}, ${quote(prefixToken(kind, longest))})`,
    ...others.map((prefix) => `contains(${WORDS}, ${quote(` ${prefix}`)})`),
  ].join(' AND ');
}

type Alternatives = Extract<DirectoryQuery, { by: 'keys' }>['alternatives'];

function hasKeys(entry: DirectoryEntry, alternatives: Alternatives): boolean {
  const keys = new Set(entryKeys(entry));
  return alternatives.some((lists) => lists.every((list) => list.some((key) => keys.has(key))));
}

/** Holds for each name that has a key of the first list of an alternative, and for few others. */
function mayHaveKeys(alternatives: Alternatives): string {
  const keys = alternatives.flatMap(([list = []]) => list).map(parseKey);
  const anchors = new Set(keys.map(({ longest }) => quote(prefixToken('author', longest))));
  const conditions = keys.map(({ parts }) => parts.map((part) => `contains(${WORDS}, ${quote(part)})`));
  return (
    `${TOKEN} IN (${[...anchors].join(', ')}) ` +
    `AND (${conditions.map((parts) => `(${parts.join(' AND ')})`).join(' OR ')})`
  );
}

/** Takes apart what `authorKeys` makes: words in full, and initials with a dot, which any word of that letter has. */
function parseKey(key: string): { longest: string; parts: string[] } {
  const words = key.split(' ');
  const full = words.filter((word) => !word.endsWith('.'));
  const initials = words.filter((word) => word.endsWith('.')).map((word) => word.slice(0, -1));
  // In a name that is nothing but initials they are whole words.
  const end = full.length === 0 ? ' ' : '';
  const [longest = ''] = longestFirst(full.length === 0 ? initials : full);
  return {
    longest,
    parts: [...full.map((word) => ` ${word} `), ...initials.map((each) => ` ${each}${end}`)],
  };
}

function longestFirst(words: readonly string[]): string[] {
  return [...words].sort((a, b) => b.length - a.length);
}

/**
 * The best entries of each of the shortest prefixes. A fifth of all names have a word
 * that begins with "s": finding the best of them takes time that grows with the corpus, and everybody begins with one letter.
 */
class BestEntries {
  readonly #rows = new Map<string, EntryRow[]>();

  add(row: EntryRow): void {
    const best = this.#rows.get(row.token);
    if (!best) this.#rows.set(row.token, [row]);
    else if (best.push(row) === MOST_BEST * 2) cutToBest(best);
  }

  rows(): EntryRow[] {
    return [...this.#rows.values()].flatMap(cutToBest);
  }
}

function cutToBest(rows: EntryRow[]): EntryRow[] {
  rows.sort((a, b) => b.rank - a.rank).splice(MOST_BEST);
  return rows;
}

function bestToken(kind: DirectoryEntry['kind'], prefix: string): string {
  return `best ${prefixToken(kind, prefix)}`;
}

function toTable(rows: EntryRow[]) {
  rows.sort((a, b) => (a.token < b.token ? -1 : a.token > b.token ? 1 : 0));
  return tableOf({
    [TOKEN]: utf8(rows.map(({ token }) => token)),
    [WORDS]: utf8(rows.map(({ words }) => words)),
    [RANK]: int64(rows.map(({ rank }) => BigInt(rank))),
    [ENTRY]: utf8(rows.map(({ entry }) => entry)),
  });
}
