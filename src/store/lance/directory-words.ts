import { type Connection, Index, type Table } from '@lancedb/lancedb';
import { Field, Int64, Schema, Utf8 } from 'apache-arrow';

import { int64, tableOf, utf8 } from './arrow.js';
import { quote } from './sql.js';
import { nameWords } from '../../papers/prefixes.js';
import { toWords } from '../../papers/words.js';
import { entryKeys, entryRank, prefixToken, type DirectoryEntry, type DirectoryQuery } from '../directory.js';

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

interface Row {
  token: string;
  found: Found;
}

/** What all rows of an entry share. */
interface Found {
  words: string;
  rank: number;
  entry: string;
}

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
export async function writeEntries(
  connection: Connection,
  name: string,
  entries: AsyncIterable<readonly DirectoryEntry[]>,
): Promise<void> {
  const table = await connection.createEmptyTable(name, SCHEMA);
  try {
    const best = new BestEntries();
    let run: Row[] = [];
    for await (const batch of entries) {
      for (const entry of batch) {
        const words = wordsOf(entry);
        const found = { words: ` ${words.join(' ')} `, rank: entryRank(entry), entry: JSON.stringify(entry) };
        for (const word of words) run.push({ token: prefixToken(entry.kind, word), found });
        best.add(entry.kind, words, found);
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
export async function findEntries(table: Table, query: DirectoryQuery): Promise<DirectoryEntry[]> {
  const { where, fits } = toSearch(query);
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

interface Search {
  where: string;
  /** The rest of the condition, for the rows found. */
  fits: (entry: DirectoryEntry) => boolean;
}

function toSearch(query: DirectoryQuery): Search {
  switch (query.by) {
    case 'prefixes':
      return { where: beginsWith(query), fits: () => true };
    case 'keys':
      return { where: mayHaveKeys(query.alternatives), fits: (entry) => hasKeys(entry, query.alternatives) };
  }
}

/** The index finds the words that the longest prefix begins; the engine looks for the others in what it found. */
function beginsWith({ kind, prefixes, limit }: Extract<DirectoryQuery, { by: 'prefixes' }>): string {
  const [longest = '', ...others] = [...prefixes].sort((a, b) => b.length - a.length);
  if (others.length === 0 && isShort(longest) && limit <= MOST_BEST) {
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
  if (full.length === 0) {
    // A name that is nothing but initials.
    const letters = words.map((word) => word.slice(0, -1));
    return { longest: letters[0] ?? '', parts: letters.map((letter) => ` ${letter} `) };
  }
  const [longest = ''] = [...full].sort((a, b) => b.length - a.length);
  return {
    longest,
    parts: words.map((word) => (word.endsWith('.') ? ` ${word.slice(0, -1)}` : ` ${word} `)),
  };
}

/**
 * The best entries of each of the shortest prefixes. A fifth of all names have a word
 * that begins with "s": finding the best of them takes time that grows with the corpus, and everybody begins with one letter.
 */
class BestEntries {
  readonly #found = new Map<string, Found[]>();

  add(kind: DirectoryEntry['kind'], words: readonly string[], found: Found): void {
    for (const prefix of shortPrefixes(words)) {
      const token = bestToken(kind, prefix);
      const best = this.#found.get(token);
      if (!best) this.#found.set(token, [found]);
      else if (best.push(found) === MOST_BEST * 2) keepBest(best);
    }
  }

  rows(): Row[] {
    return [...this.#found].flatMap(([token, best]) => {
      keepBest(best);
      return best.map((found) => ({ token, found }));
    });
  }
}

function keepBest(best: Found[]): void {
  best.sort((a, b) => b.rank - a.rank).splice(MOST_BEST);
}

function shortPrefixes(words: readonly string[]): Set<string> {
  const lengths = Array.from({ length: SHORT_PREFIX }, (_, at) => at + 1);
  return new Set(
    words.flatMap((word) => {
      const letters = Array.from(word);
      return lengths.map((length) => letters.slice(0, length).join(''));
    }),
  );
}

function isShort(prefix: string): boolean {
  return Array.from(prefix).length <= SHORT_PREFIX;
}

function wordsOf(entry: DirectoryEntry): string[] {
  return entry.kind === 'author' ? nameWords(entry.text) : [...new Set(toWords(entry.text))];
}

function bestToken(kind: DirectoryEntry['kind'], prefix: string): string {
  return `best ${prefixToken(kind, prefix)}`;
}

function toTable(rows: Row[]) {
  rows.sort((a, b) => (a.token < b.token ? -1 : a.token > b.token ? 1 : 0));
  return tableOf({
    [TOKEN]: utf8(rows.map(({ token }) => token)),
    [WORDS]: utf8(rows.map(({ found }) => found.words)),
    [RANK]: int64(rows.map(({ found }) => BigInt(found.rank))),
    [ENTRY]: utf8(rows.map(({ found }) => found.entry)),
  });
}
