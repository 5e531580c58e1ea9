import type { Condition, Expression } from './expression.js';
import type { NameReading } from './names.js';
import type { Span, Token } from './tokens.js';

/** A query as its readers see it. */
export interface Source {
  query: string;
  tokens: readonly Token[];
  /** What "last year" counts from. */
  clock: Date;
  /** All words of weight are written with capitals, as in a title, so that capitals are no sign of a name. */
  isTitleCase: boolean;
  /** The same of fewer words, so that a single one is no sign of a name. */
  isTitleLike: boolean;
  /** No letter is in lower case, so that `OR` and `NOT` are words like others. */
  isAllCapitals: boolean;
}

/** Authors whose names the corpus may have to settle. */
export interface Byline {
  kind: 'byline';
  authors: readonly BylineAuthor[];
}

export interface BylineAuthor {
  /** Longest first; the first counts that is certain or that somebody has. */
  readings: readonly NameReading[];
  /** The end of the longest reading and of an "et al." after it. */
  end: number;
  /** How the author is joined to the one before; the first has `and`. */
  joining: 'and' | 'or';
}

/** What was read, before the corpus has settled its names. */
export type Draft = Expression<Condition | Byline>;

/** What a reader found, and the token after it. */
export interface Read extends Span {
  draft: Draft;
  next: number;
  /** Alternatives that may go on to either side: beside other parts they cannot be told from them. */
  isOpen?: boolean;
}

/** The characters from one token to the one before another. */
export function spanOf(tokens: readonly Token[], at: number, next: number): Span {
  return { start: tokens[at]?.start ?? 0, end: tokens[next - 1]?.end ?? 0 };
}
