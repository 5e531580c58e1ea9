import { readByline } from './authors.js';
import type { Candidate, Read } from './candidate.js';
import { readInCategory } from './categories.js';
import { readTime } from './dates.js';
import { readExclusion } from './exclusions.js';
import { readField } from './fields.js';
import type { NameContext } from './names.js';
import { isSmallWord } from './small-words.js';
import { tokenise, type Token } from './tokens.js';

export interface ParsedQuery {
  query: string;
  /** In the order of the query, apart from each other. */
  candidates: readonly Candidate[];
}

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
    const { candidate, next } = read;
    const lead = at > unread ? tokens[at - 1] : undefined;
    candidates.push(isLead(lead, candidate) ? { ...candidate, start: lead.start } : candidate);
    at = next;
    unread = next;
  }
  return candidates;
}

function readCandidate(tokens: readonly Token[], at: number, clock: Date, context: NameContext): Read | null {
  return (
    readPhrase(tokens, at) ??
    readField(tokens, at) ??
    readExclusion(tokens, at) ??
    readByline(tokens, at, context) ??
    readInCategory(tokens, at) ??
    readTime(tokens, at, clock)
  );
}

function readPhrase(tokens: readonly Token[], at: number): Read | null {
  const token = tokens[at];
  if (token?.kind !== 'quoted' || !HAS_WORD.test(token.text)) return null;
  const { text, start, end } = token;
  return { candidate: { kind: 'phrase', text, start, end }, next: at + 1 };
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
    .filter(({ kind, text, lower }) => kind === 'word' && text.length > 3 && !isSmallWord(lower));
  return words.length >= 3 && words.every(({ text }) => /^[\p{Lu}\p{Lo}]/u.test(text));
}
