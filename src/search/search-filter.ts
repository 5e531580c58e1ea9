import { BadUserInputError } from '../errors/errors.js';
import { spelledLength, toWords } from '../papers/words.js';

/** An argument that clients may omit or set to null. */
export type Given<T> = T | null | undefined;

/** Selects papers; `schema/filter.graphql` documents each field. */
export interface SearchFilter {
  and?: Given<readonly SearchFilter[]>;
  or?: Given<readonly SearchFilter[]>;
  not?: Given<SearchFilter>;
  ids?: Given<readonly string[]>;
  authors?: Given<AuthorFilter>;
  title?: Given<TextFilter>;
  abstract?: Given<TextFilter>;
  categories?: Given<KeywordsFilter>;
  primaryCategory?: Given<KeywordFilter>;
  archives?: Given<KeywordsFilter>;
  submitted?: Given<DateRange>;
  updated?: Given<DateRange>;
  versionCount?: Given<IntRange>;
  doi?: Given<KeywordFilter>;
  journalRef?: Given<TextFilter>;
  license?: Given<KeywordFilter>;
  comments?: Given<TextFilter>;
}

export interface TextFilter {
  match?: Given<string>;
  any?: Given<readonly string[]>;
  phrase?: Given<string>;
  exists?: Given<boolean>;
}

export interface AuthorFilter {
  match?: Given<readonly string[]>;
  any?: Given<readonly string[]>;
  in?: Given<readonly string[]>;
  phrase?: Given<string>;
  exists?: Given<boolean>;
}

export interface KeywordFilter {
  in?: Given<readonly string[]>;
  notIn?: Given<readonly string[]>;
  exists?: Given<boolean>;
}

export interface KeywordsFilter extends KeywordFilter {
  all?: Given<readonly string[]>;
}

/** A bound of a time range, as the client passed it: an instant, or a whole UTC day. */
export interface DateBound {
  /** The instant; for a day, its first instant (midnight UTC). */
  at: Date;
  wholeDay: boolean;
}

export interface DateRange {
  gte?: Given<DateBound>;
  gt?: Given<DateBound>;
  lte?: Given<DateBound>;
  lt?: Given<DateBound>;
  exists?: Given<boolean>;
}

export interface IntRange {
  gte?: Given<number>;
  gt?: Given<number>;
  lte?: Given<number>;
  lt?: Given<number>;
}

/** The path from the field's arguments to a value. */
export type Path = readonly (string | number)[];

/** Maximum nesting of `and`, `or` and `not`. */
const MAX_LEVELS = 8;
/** Maximum number of values in a filter: identifiers, names, texts, codes and bounds. */
const MAX_VALUES = 2_000;
export const MAX_VALUE_LENGTH = 1_000;
/** Maximum number of characters in all values. */
const MAX_LENGTH = 50_000;
/** Maximum number of author names with more than three words: each becomes up to twenty conditions. */
const MAX_LONG_NAMES = 50;

/**
 * Checks the limits of a filter before anything is built from it.
 *
 * @throws BadUserInputError with the path to the first value that exceeds a limit.
 */
export function checkFilterSize(filter: SearchFilter, path: Path): void {
  const count = { values: 0, characters: 0, longNames: 0 };
  visit(filter, path, 1);

  function visit(value: unknown, at: Path, depth: number): void {
    if (value === null || value === undefined) return;
    demand(depth <= MAX_LEVELS, `Filters may be at most ${MAX_LEVELS} levels deep`, at);
    if (Array.isArray(value)) {
      value.forEach((element, index) => visit(element, [...at, index], depth));
    } else if (typeof value === 'object' && !isDateBound(value)) {
      for (const [key, inner] of Object.entries(value))
        visit(inner, [...at, key], depth + (isGroup(key) ? 1 : 0));
    } else {
      countValue(value, at);
    }
  }

  function countValue(value: unknown, at: Path): void {
    count.values += 1;
    demand(count.values <= MAX_VALUES, `A filter may have at most ${MAX_VALUES} values`, at);
    if (typeof value !== 'string') return;
    const length = spelledLength(value);
    if (length > MAX_VALUE_LENGTH) throw tooLong(value, MAX_VALUE_LENGTH, 'A value of a filter', at);
    count.characters += length;
    demand(
      count.characters <= MAX_LENGTH,
      `A filter may have at most ${MAX_LENGTH} characters in all its values`,
      at,
    );
    if (at.includes('authors') && toWords(value).length > 3) count.longNames += 1;
    const tooMany = `A filter may have at most ${MAX_LONG_NAMES} author names of more than three words`;
    demand(count.longNames <= MAX_LONG_NAMES, tooMany, at);
  }
}

/**
 * The error for a text whose `spelledLength` exceeds a limit.
 *
 * @param what names the text.
 */
export function tooLong(text: string, most: number, what: string, path: Path): BadUserInputError {
  const length = spelledLength(text);
  const counted = length === text.length ? '' : ' (each ligature counts as the letters that it stands for)';
  return new BadUserInputError(`${what} may have at most ${most} characters, not ${length}${counted}`, path);
}

function demand(holds: boolean, otherwise: string, at: Path): void {
  if (!holds) throw new BadUserInputError(otherwise, at);
}

function isGroup(key: string): boolean {
  return key === 'and' || key === 'or' || key === 'not';
}

function isDateBound(value: object): value is DateBound {
  return 'wholeDay' in value;
}
