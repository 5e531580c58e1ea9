import { type Connection, Index, type Table } from '@lancedb/lancedb';
import { Field, Int64, Schema, Utf8 } from './apache-arrow.js';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';

import { int64, tableOf, utf8 } from './arrow.js';
import {
  type Connect,
  createEngineCalls,
  dropTable,
  identifyFolder,
  openAlone,
  openTable,
  quote,
  quoteAll,
  withPublicErrors,
} from './engine.js';
import { inParts } from '../../in-parts.js';
import { nameWords } from '../../papers/author-name.js';
import { prefixesOf, toWords } from '../../papers/words.js';
import {
  DIRECTORY_SLOTS,
  directoryName,
  entryKeys,
  entryRank,
  missingDirectory,
  NAME_RANKS,
  nameRank,
  prefixToken,
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
  /** The version of the table of entries. Later ones are left by a revision that was cut off. Earlier releases stored none. */
  version: z.number().optional(),
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
      const version = await writeEntries(this.connect, name, entries());
      options?.signal?.throwIfAborted();
      // Overwriting what is not there brings a warning of the engine on standard error.
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
    if (!opened) return [];
    const authors = new Map<string, AuthorEntry>();
    for (const part of inParts(names, MOST_IN_LIST)) {
      const asked = new Set(part);
      const where = `${RANK} % ${NAME_RANKS} IN (${part.map(nameRank).join(', ')})`;
      const rows = await opened.entries.query().where(where).select([ENTRY]).toArrow();
      for (const text of new Set(Array.from(rows.getChild(ENTRY) ?? [], String))) {
        const entry = JSON.parse(text) as DirectoryEntry; // from `toRow`
        if (entry.kind === 'author' && asked.has(entry.text)) authors.set(entry.text, entry);
      }
    }
    return [...authors.values()];
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

  /** From here on these entries are read. */
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

  /** What is open, unless another process has made a directory since: takes 0.2 ms. */
  async #openLatest(): Promise<Opened | null> {
    const before = this.#opened;
    const known = await before?.catch(() => null);
    // A deleted table has no version, and a recreated one has the same versions.
    const version = await known?.pointer.version().catch(() => null);
    const folder = identifyFolder(this.dataDir, this.#name);
    if (known && version === known.version && folder === known.folder) return known;
    // Who came to this earlier has begun to open it.
    if (this.#opened === before) {
      this.#opened = null;
      // Its caches would stay until the collector comes to it. A question that still needs it is asked again.
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
 * @param name of a table that does not exist.
 * @returns the table's version.
 */
async function writeEntries(
  connect: Connect,
  name: string,
  entries: AsyncIterable<readonly DirectoryEntry[]>,
): Promise<number> {
  const connection = await connect();
  const table = await connection.createEmptyTable(name, SCHEMA).finally(() => connection.close());
  try {
    const best = new BestEntries();
    let run: EntryRow[] = [];
    for await (const batch of entries) {
      for (const entry of batch) {
        const rows = toRows(entry);
        run.push(...rows.ofWords);
        rows.amongBest.forEach((row) => best.add(row));
      }
      if (run.length < ROWS_AT_ONCE) continue;
      await table.add(toTable(run));
      run = [];
    }
    run.push(...best.rows());
    if (run.length > 0) await table.add(toTable(run));
    if ((await table.countRows()) > 0) await table.createIndex(TOKEN, { config: Index.btree() });
    return await table.version();
  } finally {
    table.close();
  }
}

/** A row for each word of the entry, and one for each of the shortest prefixes that it may be among the best of. */
function toRows(entry: DirectoryEntry): { ofWords: EntryRow[]; amongBest: EntryRow[] } {
  const { kind, text } = entry;
  const words = kind === 'author' ? nameWords(text) : [...new Set(toWords(text))];
  const shared = { words: ` ${words.join(' ')} `, rank: entryRank(entry), entry: JSON.stringify(entry) };
  return {
    ofWords: words.map((word) => ({ token: prefixToken(kind, word), ...shared })),
    amongBest: prefixesOf(words, SHORT_PREFIX).map((prefix) => ({
      token: bestToken(kind, prefix),
      ...shared,
    })),
  };
}

/** Values in one condition of a query. */
const MOST_IN_LIST = 5_000;
/** Rows that no index knows, which each query looks at one by one. */
const MOST_UNINDEXED = 10_000;
const INDEX = `${TOKEN}_idx`;
/** Old versions stay this long, for queries that other processes have under way. */
const KEEP_OLD_VERSIONS_MS = 5 * 60_000;

/** Changes the entries, and nothing of what others read: they have the table's earlier version. */
async function reviseEntries(
  table: Table,
  { removed, added }: Pick<DirectoryChange, 'removed' | 'added'>,
): Promise<void> {
  // The latest version, which the pointer names, is never removed.
  if ((await countUnindexed(table)) === 0) {
    await table.optimize({ cleanupOlderThan: new Date(Date.now() - KEEP_OLD_VERSIONS_MS) });
  }
  const rows = added.map(toRows);
  const gone = new Set(removed.map((entry) => JSON.stringify(entry)));
  const tokens = [...rows, ...removed.map(toRows)].flatMap(({ amongBest }) => amongBest);
  const best = reviseBest(
    await readBest(table, new Set(tokens.map(({ token }) => token))),
    gone,
    rows.flatMap(({ amongBest }) => amongBest),
  );
  for (const part of inParts([...gone], MOST_IN_LIST)) await table.delete(`${ENTRY} IN (${quoteAll(part)})`);
  const renewed = [...best.rewritten.keys(), ...best.short];
  if (renewed.length > 0) await table.delete(`${TOKEN} IN (${quoteAll(renewed)})`);
  const more = [...rows.flatMap(({ ofWords }) => ofWords), ...best.added, ...best.rewritten.values()].flat();
  if (more.length > 0) await table.add(toTable(more));
  const refilled = [];
  for (const token of best.short) refilled.push(...(await findBest(table, token)));
  if (refilled.length > 0) await table.add(toTable(refilled));
  if ((await countUnindexed(table)) > MOST_UNINDEXED) await table.optimize();
}

async function countUnindexed(table: Table): Promise<number> {
  return (await table.indexStats(INDEX))?.numUnindexedRows ?? Infinity;
}

/** The best entries of the shortest prefixes, as they are stored: more than `MOST_BEST` after revisions, but without gaps. */
async function readBest(table: Table, tokens: ReadonlySet<string>): Promise<Map<string, EntryRow[]>> {
  const best = new Map(Array.from(tokens, (token): [string, EntryRow[]] => [token, []]));
  for (const part of inParts([...tokens], MOST_IN_LIST)) {
    const rows = await table
      .query()
      .where(`${TOKEN} IN (${quoteAll(part)})`)
      .toArrow();
    const [token, words, entry] = [TOKEN, WORDS, ENTRY].map((name) =>
      Array.from(rows.getChild(name) ?? [], String),
    );
    const ranks = Array.from(rows.getChild(RANK) ?? [], Number);
    for (const [at, rank] of ranks.entries()) {
      const [of = '', all = '', text = ''] = [token?.[at], words?.[at], entry?.[at]];
      best.get(of)?.push({ token: of, words: all, rank, entry: text });
    }
  }
  return best;
}

/**
 * The best entries of each token after a change. No entry that is not stored as one of the best ranks above the last
 * of those that are, so that one which was added belongs to them if it ranks above the last. Fewer than `MOST_BEST` are all
 * that there are.
 *
 * @returns rows to add; all rows of the tokens that have become too many; tokens that have become too few, whose best have to
 * be found again.
 */
function reviseBest(
  stored: ReadonlyMap<string, EntryRow[]>,
  gone: ReadonlySet<string>,
  candidates: readonly EntryRow[],
): { added: EntryRow[]; rewritten: Map<string, EntryRow[]>; short: string[] } {
  const added: EntryRow[] = [];
  const rewritten = new Map<string, EntryRow[]>();
  const short: string[] = [];
  const byToken = new Map<string, EntryRow[]>();
  for (const row of candidates) byToken.set(row.token, [...(byToken.get(row.token) ?? []), row]);
  for (const [token, rows] of stored) {
    const areAll = rows.length < MOST_BEST;
    const last = areAll ? -Infinity : Math.min(...rows.map(({ rank }) => rank));
    const left = rows.filter(({ entry }) => !gone.has(entry));
    const more = (byToken.get(token) ?? []).filter(({ rank }) => rank >= last);
    const count = left.length + more.length;
    if (!areAll && count < MOST_BEST) short.push(token);
    else if (count > 2 * MOST_BEST) rewritten.set(token, cutToBest([...left, ...more]));
    else added.push(...more);
  }
  return { added, rewritten, short };
}

async function findBest(table: Table, token: string): Promise<EntryRow[]> {
  const [, kind, prefix = ''] = token.split(' ');
  // More than are kept beforehand, so that they are looked for among all.
  const limit = MOST_BEST + 1;
  const query = {
    by: 'prefixes',
    kind: kind === 'author' ? kind : 'title',
    prefixes: [prefix],
    limit,
  } as const;
  const entries = await findEntries(table, query);
  return entries
    .slice(0, MOST_BEST)
    .flatMap((entry) => toRows(entry).amongBest.filter((row) => row.token === token));
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
