import { createHash } from 'node:crypto';
import type { CallOptions } from './shared-call.js';
import { PublicError } from '../errors/errors.js';
import { authorKeys, namePrefixes } from '../papers/author-name.js';
import { textPrefixes, toWords } from '../papers/words.js';

/** An author's name, or a paper's title. */
export type DirectoryEntry =
  | {
      kind: 'author';
      /** A name exactly as papers spell it. */
      text: string;
      /** Number of papers with an author of exactly this name. */
      papers: number;
      /** Year of the first of these papers; null if unknown. */
      firstYear: number | null;
      lastYear: number | null;
    }
  | {
      kind: 'title';
      text: string;
      /** arXiv id. */
      paperId: string;
      /** Day of submission, `YYYY-MM-DD`; null if unknown. */
      submitted: string | null;
    };

export type AuthorEntry = Extract<DirectoryEntry, { kind: 'author' }>;
export type TitleEntry = Extract<DirectoryEntry, { kind: 'title' }>;

/** Selects entries, best first: authors by their number of papers, titles newest first; see `entryRank`. */
export type DirectoryQuery =
  /** Each prefix must begin a word of the entry. At least one prefix, each from `toTypedPrefixes`. */
  | { by: 'prefixes'; kind: DirectoryEntry['kind']; prefixes: readonly string[]; limit: number }
  /** Names that a search by author takes for this one: `authorKeyAlternatives` of it, at least one. */
  | { by: 'keys'; alternatives: readonly (readonly (readonly string[])[])[]; limit: number };

/** The metadata of a directory. */
export interface DirectoryInfo {
  /** Number of points in the collection that it was made from. */
  points: number;
  authors: number;
  titles: number;
  /** Whether papers may have been written since, see `setCurrent`. */
  isOutdated?: boolean;
}

/**
 * Every distinct author name and every title of a collection, stored next to its papers. Methods reject like those
 * of the store.
 */
export interface DirectoryReader {
  /** Null if there has never been a directory. */
  describe(options?: CallOptions): Promise<DirectoryInfo | null>;
  /**
   * The entries of each query, in order; all queries are sent together.
   *
   * @throws PublicError if there is no directory; its hint names the command that creates one.
   */
  find(queries: readonly DirectoryQuery[], options?: CallOptions): Promise<DirectoryEntry[][]>;
}

/** Changes to a directory, and its metadata afterwards. */
export interface DirectoryChange {
  /** Existing entries, exactly as stored. */
  removed: readonly DirectoryEntry[];
  added: readonly DirectoryEntry[];
  info: DirectoryInfo;
}

/** Changes a directory entry by entry. */
export interface DirectoryRevision {
  /** The entries of the authors with exactly these names; unknown names are left out. */
  authorsOf(names: readonly string[], options?: CallOptions): Promise<AuthorEntry[]>;
  /**
   * Changes the entries; readers see all changes at once.
   *
   * @returns whether it did; false if the directory is not as `replace` or `revise` left it, because one of them was
   * killed.
   */
  revise(change: DirectoryChange, options?: CallOptions): Promise<boolean>;
}

/**
 * A directory is either created as a whole from the stored papers, or changed by one complete load. A load that was
 * killed and repeated therefore counts nothing twice. Signals work as in `PaperWriter`.
 */
export interface Directory extends DirectoryReader {
  /**
   * Replaces all entries by these distinct ones. Until it resolves, or if it is killed, readers get the old entries.
   *
   * @param entries starts the iteration; called once.
   * @param info called after the last entry.
   */
  replace(
    entries: () => AsyncIterable<readonly DirectoryEntry[]>,
    info: () => DirectoryInfo,
    options?: CallOptions,
  ): Promise<void>;
  /**
   * Records whether the directory fits the stored papers, which it does after `replace`. Does nothing without a
   * directory. Absent if the store does not count authors by it.
   */
  readonly setCurrent?: ((isCurrent: boolean, options?: CallOptions) => Promise<void>) | undefined;
  /** Absent if a directory can only be created as a whole. */
  readonly revision?: DirectoryRevision | undefined;
  /** Deletes the directory if there is one. */
  drop(options?: CallOptions): Promise<void>;
}

/** The two places, next to the collection, in which a directory is created in turn. */
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

/** The prefixes by which an entry is found: those of its words, distinguished by kind. */
export function entryPrefixes(entry: DirectoryEntry): string[] {
  const prefixes = entry.kind === 'author' ? namePrefixes(entry.text) : textPrefixes(entry.text);
  return prefixes.map((prefix) => prefixToken(entry.kind, prefix));
}

export function prefixToken(kind: DirectoryEntry['kind'], prefix: string): string {
  return `${kind} ${prefix}`;
}

/** The keys by which a name is found as an author; see `author-name.ts`. */
export function entryKeys(entry: DirectoryEntry): string[] {
  return entry.kind === 'author' ? authorKeys([entry.text]) : [];
}

/** Authors with at least as many papers are not ordered by them. */
export const MOST_RANKED_PAPERS = 2 ** 13 - 1;
const FIRST_DAY = Date.UTC(1990, 0, 1);
const DAY_MS = 24 * 60 * 60 * 1_000;

/**
 * A safe integer by which entries of a kind are ordered, highest first; the same in every store. Authors are ordered
 * by papers (equal from 8,191 on), then by the first letters of the name; titles by day. A hash breaks ties, so two
 * entries rarely have the same rank.
 */
export function entryRank(entry: DirectoryEntry): number {
  if (entry.kind === 'author') {
    const papers = Math.min(entry.papers, MOST_RANKED_PAPERS);
    return papers * NAME_RANKS + nameRank(entry.text);
  }
  const day = entry.submitted === null ? 0 : (Date.parse(entry.submitted) - FIRST_DAY) / DAY_MS;
  return Math.max(0, Math.floor(day)) * 2 ** 32 + hashOf(entry.paperId, 32);
}

/** The part of an author's rank that depends only on the name is the rank modulo this. */
export const NAME_RANKS = 2 ** 40;

/** The same for few names. */
export function nameRank(name: string): number {
  return alphabeticalRank(name) * 2 ** 20 + hashOf(name, 20);
}

/** 20 bits: four letters of five bits each; earlier letters of the alphabet are higher. */
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
