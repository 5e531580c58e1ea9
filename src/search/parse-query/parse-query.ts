import { readByline, type BylineAuthor } from './authors.js';
import { readInCategory } from './categories.js';
import { readTime, type DayRange } from './dates.js';
import { readExclusion } from './exclusions.js';
import { readField } from './fields.js';
import type { NameContext } from './names.js';
import { isSmallWord } from './small-words.js';
import { tokenise, type Span, type Token } from './tokens.js';

/** A part of the query that may be more than text. */
export type Candidate = Span &
  (
    | { kind: 'byline'; authors: readonly BylineAuthor[] }
    | { kind: 'author'; name: string }
    | { kind: 'title'; text: string; isPhrase: boolean }
    | { kind: 'categories'; categories: readonly string[] }
    | { kind: 'ids'; ids: readonly string[] }
    | { kind: 'submitted'; range: DayRange }
    | { kind: 'phrase'; text: string }
    | { kind: 'excluded'; text: string }
  );

export interface ParsedQuery {
  query: string;
  /** In the order of the query, apart from each other. */
  candidates: readonly Candidate[];
}

type Read = Candidate & { next: number };

/** What belongs to "by" and to dates: `written by Xu`, `published in 2021`. */
const LEADING = new Set(
  'written authored coauthored co-authored published posted submitted uploaded'.split(' '),
);
const HAS_WORD = /[\p{Alphabetic}\p{N}]/u;

/**
 * Finds in a query what may be authors, dates, categories, phrases, exclusions, titles and identifiers, by the grammar in
 * docs/query-language.md. Pure; never throws; linear in the length. Which doubtful authors exist, and so what is left as text, is
 * settled afterwards (`settle.ts`).
 *
 * @param clock what "last year" counts from.
 */
export function parseQuery(query: string, clock: Date): ParsedQuery {
  return { query, candidates: readCandidates(tokenise(query), clock) };
}

/** Every token is the start of at most one candidate, and each reader looks a bounded number of tokens ahead of what it reads. */
export function readCandidates(tokens: readonly Token[], clock: Date): Candidate[] {
  const context: NameContext = { isTitleCase: isTitleCase(tokens) };
  const candidates: Candidate[] = [];
  let unread = 0;
  let at = 0;
  while (at < tokens.length) {
    const read = readCandidate(tokens, at, clock, context);
    if (!read) {
      at += 1;
      continue;
    }
    const { next, ...candidate } = read;
    const lead = at > unread ? tokens[at - 1] : undefined;
    candidates.push(isLead(lead, candidate) ? { ...candidate, start: lead.start } : candidate);
    at = next;
    unread = next;
  }
  return candidates;
}

function readCandidate(tokens: readonly Token[], at: number, clock: Date, context: NameContext): Read | null {
  const token = tokens[at];
  if (!token) return null;
  if (token.kind === 'quoted') return readPhrase(token, at);
  const field = readField(tokens, at);
  if (field) return field;
  const exclusion = readExclusion(tokens, at);
  if (exclusion) return { kind: 'excluded', ...exclusion };
  const byline = readByline(tokens, at, context);
  if (byline) return { kind: 'byline', ...byline };
  const inCategory = readInCategory(tokens, at);
  if (inCategory) return { kind: 'categories', ...inCategory };
  const time = readTime(tokens, at, clock);
  return time && { kind: 'submitted', ...time };
}

function readPhrase({ text, start, end }: Token, at: number): Read | null {
  return HAS_WORD.test(text) ? { kind: 'phrase', text, start, end, next: at + 1 } : null;
}

function isLead(token: Token | undefined, { kind }: Candidate): token is Token {
  const takesLead = kind === 'byline' || kind === 'submitted';
  return takesLead && token?.after === '' && LEADING.has(token.lower);
}

/**
 * "By" itself has a capital within the query; or at least three words of weight in front of it have one, and none has none. The
 * first word of a sentence has one anyway.
 */
function isTitleCase(tokens: readonly Token[]): boolean {
  const by = tokens.findIndex(({ lower }) => lower === 'by');
  if (by > 0 && tokens[by]?.text !== 'by') return true;
  const words = tokens
    .slice(1, Math.max(1, by))
    .filter(({ kind, text }) => kind === 'word' && text.length > 3 && !isSmallWord(text));
  return words.length >= 3 && words.every(({ text }) => /^[\p{Lu}\p{Lo}]/u.test(text));
}
