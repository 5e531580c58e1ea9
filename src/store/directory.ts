import { createHash } from 'node:crypto';
import type { CallOptions } from './shared-call.js';
import { PublicError } from '../errors/errors.js';
import { authorKeys, namePrefixes } from '../papers/author-name.js';
import { textPrefixes, toWords } from '../papers/words.js';

/** An author's name, or a paper's title. */
export type DirectoryEntry =
  | {
      kind: 'author';
      /** A display name, letter by letter as papers have it. */
      text: string;
      /** Papers with an author of exactly this name. */
      papers: number;
      /** First year of those papers; null when no year is known. */
      firstYear: number | null;
      lastYear: number | null;
    }
  | {
      kind: 'title';
      text: string;
      /** arXiv id. */
      paperId: string;
      /** Day of submission, `YYYY-MM-DD`; null when not known. */
      submitted: string | null;
    };

export type AuthorEntry = Extract<DirectoryEntry, { kind: 'author' }>;
export type TitleEntry = Extract<DirectoryEntry, { kind: 'title' }>;

/** Which entries, best first: authors by their number of papers, titles newest first; see `entryRank`. */
export type DirectoryQuery =
  /** Entries in which each prefix begins some word; at least one prefix, each from `toTypedPrefixes`. */
  | { by: 'prefixes'; kind: DirectoryEntry['kind']; prefixes: readonly string[]; limit: number }
  /** Names that a search by author takes for this one: `authorKeyAlternatives` of it, at least one. */
  | { by: 'keys'; alternatives: readonly (readonly (readonly string[])[])[]; limit: number };

/** What a directory says of itself. */
export interface DirectoryInfo {
  /** Points of the collection that it was made from. */
  points: number;
  authors: number;
  titles: number;
}

/** Every distinct author name and every title of a collection, kept beside its papers. Methods reject as the store's do. */
export interface DirectoryReader {
  /** Null when none was ever made. */
  describe(options?: CallOptions): Promise<DirectoryInfo | null>;
  /**
   * The entries of each query, in order, all asked for together.
   *
   * @throws PublicError when there is no directory; its hint names the command that makes one.
   */
  find(queries: readonly DirectoryQuery[], options?: CallOptions): Promise<DirectoryEntry[][]>;
}

/** What changes in a directory, and what it says of itself afterwards. */
export interface DirectoryChange {
  /** Entries that it has, as it has them. */
  removed: readonly DirectoryEntry[];
  added: readonly DirectoryEntry[];
  info: DirectoryInfo;
}

/** Changes a directory entry by entry. */
export interface DirectoryRevision {
  /** The entries of the authors with exactly these names; those that nobody has are left out. */
  authorsOf(names: readonly string[], options?: CallOptions): Promise<AuthorEntry[]>;
  /**
   * Changes the entries, all at once for those who read.
   *
   * @returns whether it did; false where the directory is not as `replace` or `revise` left it, since one of them was killed.
   */
  revise(change: DirectoryChange, options?: CallOptions): Promise<boolean>;
}

/**
 * A directory is made as a whole, from what is stored, or changed by what one load from its beginning to its end has changed:
 * a load that was killed and repeated counts nothing twice. Signals are as those of `PaperWriter`.
 */
export interface Directory extends DirectoryReader {
  /**
   * Puts these entries, each of its own, in the place of all there are. Until it resolves, and should it be killed, the
   * earlier ones are served.
   *
   * @param entries begins them; called once.
   * @param info called after the last entry.
   */
  replace(
    entries: () => AsyncIterable<readonly DirectoryEntry[]>,
    info: () => DirectoryInfo,
    options?: CallOptions,
  ): Promise<void>;
  /** Absent where a directory can only be made as a whole. */
  readonly revision?: DirectoryRevision | undefined;
  /** Deletes the directory if there is one. */
  drop(options?: CallOptions): Promise<void>;
}

/** The two places that a directory is made in by turns, beside the collection. */
export const DIRECTORY_SLOTS = ['a', 'b'] as const;
export type DirectorySlot = (typeof DIRECTORY_SLOTS)[number];

export function directoryName(collection: string, slot?: DirectorySlot): string {
  return slot ? `${collection}_directory_${slot}` : `${collection}_directory`;
}

export function missingDirectory(collection: string): PublicError {
  return new PublicError(
    'STORE_UNAVAILABLE',
    `The collection ${collection} has no directory of authors and titles yet`,
    { lasting: true, hint: 'Build it: paperql repair' },
  );
}

/** What an entry is found by beginnings of: those of its words, told apart by kind. */
export function entryPrefixes(entry: DirectoryEntry): string[] {
  const prefixes = entry.kind === 'author' ? namePrefixes(entry.text) : textPrefixes(entry.text);
  return prefixes.map((prefix) => prefixToken(entry.kind, prefix));
}

export function prefixToken(kind: DirectoryEntry['kind'], prefix: string): string {
  return `${kind} ${prefix}`;
}

/** What a name is found by as an author; see `author-name.ts`. */
export function entryKeys(entry: DirectoryEntry): string[] {
  return entry.kind === 'author' ? authorKeys([entry.text]) : [];
}

const MOST_RANKED_PAPERS = 2 ** 13 - 1;
const FIRST_DAY = Date.UTC(1990, 0, 1);
const DAY_MS = 24 * 60 * 60 * 1_000;

/**
 * A safe integer that entries of a kind are ordered by, highest first, the same in every store: authors by papers (from
 * 8,191 on alike), then by the first letters of the name; titles by day. What is left is settled by a hash, so that
 * no two entries have the same rank but by rare chance.
 */
export function entryRank(entry: DirectoryEntry): number {
  if (entry.kind === 'author') {
    const papers = Math.min(entry.papers, MOST_RANKED_PAPERS);
    return papers * NAME_RANKS + nameRank(entry.text);
  }
  const day = entry.submitted === null ? 0 : (Date.parse(entry.submitted) - FIRST_DAY) / DAY_MS;
  return Math.max(0, Math.floor(day)) * 2 ** 32 + hashOf(entry.paperId, 32);
}

/** What an author's rank says of the name alone: the rank modulo this. */
export const NAME_RANKS = 2 ** 40;

/** The same for few names. */
export function nameRank(name: string): number {
  return alphabeticalRank(name) * 2 ** 20 + hashOf(name, 20);
}

/** 20 bits: four letters of five bits each, the higher the earlier in the alphabet. */
function alphabeticalRank(text: string): number {
  const letters = toWords(text).join('').padEnd(4, 'a').slice(0, 4);
  return Array.from(letters).reduce((rank, letter) => {
    const place = letter.charCodeAt(0) - 'a'.charCodeAt(0);
    return rank * 32 + (place >= 0 && place < 26 ? 31 - place : 0);
  }, 0);
}

function hashOf(text: string, bits: number): number {
  return createHash('sha1').update(text).digest().readUInt32BE() >>> (32 - bits);
}
