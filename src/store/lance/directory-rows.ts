import { Index, type Table } from '@lancedb/lancedb';
import type { Table as Rows } from 'apache-arrow';

import { Field, Int64, Schema, Utf8 } from './arrow.js';
import { int64, tableOf, utf8 } from './arrow.js';
import { type Connect, quoteSql, quoteAllSql } from './engine.js';
import { inParts } from '../../in-parts.js';
import { nameWords } from '../../papers/author-name.js';
import { prefixesOf, toWords } from '../../papers/words.js';
import {
  entryKeys,
  entryRank,
  NAME_RANKS,
  nameRank,
  prefixToken,
  type AuthorEntry,
  type DirectoryChange,
  type DirectoryEntry,
  type DirectoryQuery,
} from '../directory.js';

const TOKEN = 'token';
const WORDS = 'words';
const RANK = 'rank';
const ENTRY = 'entry';

/** Rows by which entries are found. Titles have ten words or more, so each also has a row of its own. */
const SCHEMA = new Schema([
  /**
   * `author smith`, `title attention`; `best author sm`, see `BestEntries`; for a title's own row, see `titleToken`.
   */
  new Field(TOKEN, new Utf8(), false),
  /**
   * In the row of a word: all words of its entry, each between spaces, those of titles cut to `SHORT_WORD` letters.
   * Null in other rows.
   */
  new Field(WORDS, new Utf8(), true),
  new Field(RANK, new Int64(), false),
  /** The entry as JSON; null in the row of a title's word. */
  new Field(ENTRY, new Utf8(), true),
]);

interface EntryRow {
  token: string;
  words?: string;
  rank: number;
  entry?: string;
}

/** Number of rows that are sorted and written at once: some 20 MiB. */
const ROWS_AT_ONCE = 100_000;
/** Maximum letters of the prefixes whose best entries are written in advance. */
const SHORT_PREFIX = 2;
const MOST_BEST = 100;
/**
 * Letters of the words next to each word of a title. Whole words would take as much space as everything else.
 */
const SHORT_WORD = 3;

/**
 * Creates a table of the entries. Rows are written in sorted runs, so that rows of words with the same beginning,
 * which a query reads, are adjacent. A run limits the memory.
 *
 * @param name of a table that does not exist.
 * @returns the table's version.
 */
export async function writeEntries(
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
        run.push(...rows.own);
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

/**
 * A row for each word of the entry, the title's own row, and a row for each of the shortest prefixes for which it may
 * be among the best entries.
 */
function toRows(entry: DirectoryEntry): { own: EntryRow[]; amongBest: EntryRow[] } {
  const { kind } = entry;
  const words = wordsOf(entry);
  const whole = { rank: entryRank(entry), entry: JSON.stringify(entry) };
  const amongBest = prefixesOf(words, SHORT_PREFIX).map((prefix) => ({
    token: bestToken(kind, prefix),
    ...whole,
  }));
  const all = ` ${(kind === 'author' ? words : words.map(cutWord)).join(' ')} `;
  const toRow = (word: string) => ({ token: prefixToken(kind, word), words: all, rank: whole.rank });
  if (kind === 'author') return { own: words.map((word) => ({ ...toRow(word), ...whole })), amongBest };
  return { own: [{ token: titleToken(whole.rank), ...whole }, ...words.map(toRow)], amongBest };
}

function cutWord(word: string): string {
  return Array.from(word).slice(0, SHORT_WORD).join('');
}

/** The distinct words. */
function wordsOf({ kind, text }: DirectoryEntry): string[] {
  return kind === 'author' ? nameWords(text) : [...new Set(toWords(text))];
}

/** Titles that share a rank by chance share a token, too. */
function titleToken(rank: number): string {
  return `whole ${rank}`;
}

/** Maximum number of values in one condition of a query. */
const MOST_IN_LIST = 5_000;
/** Maximum number of unindexed rows, which each query scans one by one. */
const MOST_UNINDEXED = 10_000;
const INDEX = `${TOKEN}_idx`;
/** Old versions stay this long, for queries of other processes. */
const KEEP_OLD_VERSIONS_MS = 5 * 60_000;

/** Changes the entries without affecting others, who read an earlier version of the table. */
export async function reviseEntries(
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
  for (const part of inParts([...gone], MOST_IN_LIST))
    await table.delete(`${ENTRY} IN (${quoteAllSql(part)})`);
  const ranks = new Set(removed.filter(({ kind }) => kind === 'title').map(entryRank));
  const words: EntryRow[] = [];
  for (const part of inParts([...ranks], MOST_IN_LIST)) {
    await table.delete(`${ENTRY} IS NULL AND ${RANK} IN (${part.join(', ')})`);
    // Titles that share the rank of a removed one by chance lost their words with it.
    const kept = (await readTitles(table, new Set(part))).map(toRows);
    words.push(...kept.flatMap(({ own }) => own.filter(({ entry }) => entry === undefined)));
  }
  const renewed = [...best.rewritten.keys(), ...best.short];
  if (renewed.length > 0) await table.delete(`${TOKEN} IN (${quoteAllSql(renewed)})`);
  const more = [
    ...rows.flatMap(({ own }) => own),
    ...words,
    ...best.added,
    ...[...best.rewritten.values()].flat(),
  ];
  if (more.length > 0) await table.add(toTable(more));
  const refilled = [];
  for (const token of best.short) refilled.push(...(await findBest(table, token)));
  if (refilled.length > 0) await table.add(toTable(refilled));
  if ((await countUnindexed(table)) > MOST_UNINDEXED) await table.optimize();
}

async function countUnindexed(table: Table): Promise<number> {
  return (await table.indexStats(INDEX))?.numUnindexedRows ?? Infinity;
}

/**
 * The stored best entries of the shortest prefixes. After revisions there may be more than `MOST_BEST`, but without
 * gaps.
 */
async function readBest(table: Table, tokens: ReadonlySet<string>): Promise<Map<string, EntryRow[]>> {
  const best = new Map(Array.from(tokens, (token): [string, EntryRow[]] => [token, []]));
  for (const part of inParts([...tokens], MOST_IN_LIST)) {
    const rows = await table
      .query()
      .where(`${TOKEN} IN (${quoteAllSql(part)})`)
      .select([TOKEN, RANK, ENTRY])
      .toArrow();
    const ranks = readRanks(rows);
    const [of, entries] = [TOKEN, ENTRY].map((name) => Array.from(rows.getChild(name) ?? [], String));
    ranks.forEach((rank, at) => {
      const [token = '', entry = ''] = [of?.[at], entries?.[at]];
      best.get(token)?.push({ token, rank, entry });
    });
  }
  return best;
}

/**
 * The best entries of each token after a change. An entry that is not stored as one of the best never ranks above the
 * last of those, so an added entry belongs to them if it ranks above the last. Fewer than `MOST_BEST` means that
 * there are no others.
 *
 * @returns rows to add; all rows of the tokens that now have too many; tokens that now have too few, whose best must
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
    const left = rows.filter(({ entry = '' }) => !gone.has(entry));
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
  // More than are written in advance, so that all entries are searched.
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
export async function findEntries(table: Table, query: DirectoryQuery): Promise<DirectoryEntry[]> {
  const best = toBestToken(query);
  const refersToTitles = best === null && query.by === 'prefixes' && query.kind === 'title';
  const rows = table
    .query()
    .where(best === null ? toCondition(query) : `${TOKEN} = ${quoteSql(best)}`)
    .orderBy({ columnName: RANK, ascending: false })
    .select(refersToTitles ? [RANK] : [RANK, ENTRY]);
  const fits = (entry: DirectoryEntry) =>
    query.by === 'prefixes' ? hasPrefixes(entry, query) : hasKeys(entry, query.alternatives);
  // An entry has a row for each matching word, and not all titles that are found match.
  const spare = query.by === 'prefixes' && query.prefixes.length > 1 ? 4 : 2;
  for (let limit = query.limit * spare; ; limit *= 4) {
    const found = await rows.limit(limit).toArrow();
    const entries = refersToTitles ? await readTitles(table, new Set(readRanks(found))) : readEntries(found);
    const fitting = entries.filter(fits);
    if (fitting.length >= query.limit || found.numRows < limit) return fitting.slice(0, query.limit);
  }
}

/** The distinct entries of the rows, in their order. */
function readEntries(rows: Rows): DirectoryEntry[] {
  const texts = new Set(Array.from(rows.getChild(ENTRY) ?? [], String));
  return Array.from(texts, (text) => JSON.parse(text) as DirectoryEntry); // written by `toRows`
}

/** The titles of these ranks, best first. */
async function readTitles(table: Table, ranks: ReadonlySet<number>): Promise<DirectoryEntry[]> {
  if (ranks.size === 0) return [];
  const rows = table.query().where(`${TOKEN} IN (${quoteAllSql(Array.from(ranks, titleToken))})`);
  return readEntries(await rows.select([ENTRY]).toArrow())
    .map((entry) => ({ entry, rank: entryRank(entry) }))
    .sort((a, b) => b.rank - a.rank)
    .map(({ entry }) => entry);
}

function readRanks(rows: Rows): number[] {
  return Array.from(rows.getChild(RANK) ?? [], Number);
}

/** The authors with exactly these names. */
export async function findAuthors(table: Table, names: readonly string[]): Promise<AuthorEntry[]> {
  const authors = new Map<string, AuthorEntry>();
  for (const part of inParts(names, MOST_IN_LIST)) {
    const asked = new Set(part);
    const where = `${ENTRY} IS NOT NULL AND ${RANK} % ${NAME_RANKS} IN (${part.map(nameRank).join(', ')})`;
    for (const entry of readEntries(await table.query().where(where).select([ENTRY]).toArrow())) {
      if (entry.kind === 'author' && asked.has(entry.text)) authors.set(entry.text, entry);
    }
  }
  return [...authors.values()];
}

/** The token of the prepared best entries of the query's prefix; null if there are none. */
function toBestToken(query: DirectoryQuery): string | null {
  if (query.by === 'keys' || query.limit > MOST_BEST) return null;
  const [prefix = '', ...others] = query.prefixes;
  const isShort = others.length === 0 && Array.from(prefix).length <= SHORT_PREFIX;
  return isShort ? bestToken(query.kind, prefix) : null;
}

/** True for every row by which a matching entry is found, and for few others. */
function toCondition(query: DirectoryQuery): string {
  if (query.by === 'keys') return mayHaveKeys(query.alternatives);
  const { kind, prefixes } = query;
  const [longest = '', ...others] = longestFirst(prefixes);
  // The index finds words that begin with the longest prefix. The engine looks for the others in the rows found.
  const beginnings = kind === 'author' ? others : others.map(cutWord);
  return [
    `starts_with(${TOKEN}, ${quoteSql(prefixToken(kind, longest))})`,
    ...beginnings.map((beginning) => `contains(${WORDS}, ${quoteSql(` ${beginning}`)})`),
  ].join(' AND ');
}

function hasPrefixes(
  entry: DirectoryEntry,
  { kind, prefixes }: Extract<DirectoryQuery, { by: 'prefixes' }>,
): boolean {
  const words = wordsOf(entry);
  return entry.kind === kind && prefixes.every((prefix) => words.some((word) => word.startsWith(prefix)));
}

type Alternatives = Extract<DirectoryQuery, { by: 'keys' }>['alternatives'];

function hasKeys(entry: DirectoryEntry, alternatives: Alternatives): boolean {
  const keys = new Set(entryKeys(entry));
  return alternatives.some((lists) => lists.every((list) => list.some((key) => keys.has(key))));
}

/** True for every name that has a key of the first list of an alternative, and for few others. */
function mayHaveKeys(alternatives: Alternatives): string {
  const keys = alternatives.flatMap(([list = []]) => list).map(parseKey);
  const anchors = new Set(keys.map(({ longest }) => quoteSql(prefixToken('author', longest))));
  const conditions = keys.map(({ parts }) => parts.map((part) => `contains(${WORDS}, ${quoteSql(part)})`));
  return (
    `${TOKEN} IN (${[...anchors].join(', ')}) ` +
    `AND (${conditions.map((parts) => `(${parts.join(' AND ')})`).join(' OR ')})`
  );
}

/**
 * Splits a key from `authorKeys`: words in full, and initials with a dot, which match any word with that letter.
 */
function parseKey(key: string): { longest: string; parts: string[] } {
  const words = key.split(' ');
  const full = words.filter((word) => !word.endsWith('.'));
  const initials = words.filter((word) => word.endsWith('.')).map((word) => word.slice(0, -1));
  // In a name of initials only, they are whole words.
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
 * The best entries of each of the shortest prefixes. A fifth of all names have a word that begins with "s". Finding
 * the best of them takes time that grows with the corpus, and everybody begins by typing one letter.
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
    [WORDS]: utf8(rows.map(({ words = null }) => words)),
    [RANK]: int64(rows.map(({ rank }) => BigInt(rank))),
    [ENTRY]: utf8(rows.map(({ entry = null }) => entry)),
  });
}
