import type { NameCandidate } from './names.js';
import type { DayRange } from './periods.js';
import type { Span } from './tokens.js';

/** A part of the query that may be more than text. */
export type Candidate = Span &
  (
    | { kind: 'byline'; authors: readonly BylineAuthor[] }
    | { kind: 'author'; name: string }
    | { kind: 'title'; text: string; isPhrase: boolean }
    /** Codes (`cs.LG`, `hep-th`) and whole archives (`cs.*`). */
    | { kind: 'categories'; categories: readonly string[] }
    | { kind: 'ids'; ids: readonly string[] }
    | { kind: 'submitted'; range: DayRange }
    | { kind: 'phrase'; text: string }
    | { kind: 'excluded'; text: string }
  );

/** An author counts only when all in front of it in the byline do. */
export interface BylineAuthor {
  candidate: NameCandidate;
  /** Behind the longest reading of the name and an "et al." after it. */
  end: number;
}

/** What a reader found, and the token behind it. */
export interface Read {
  candidate: Candidate;
  next: number;
}
