import { stem } from 'porter2';

import { STOP_WORDS } from './stop-words.js';
import { toWords } from './words.js';

/** Words whose stems are kept; most of what texts say is among the latest of them. */
const MAX_KEPT = 30_000;
const kept = new Map<string, string | null>();

/**
 * What keyword search compares, of papers and of queries, in both stores: the words of a text, folded and then reduced to
 * their English stems (Snowball English, "Porter 2"), in order, repeats kept, stop words left out.
 */
export function toTerms(text: string): string[] {
  return toWords(text).flatMap((word) => toTerm(word) ?? []);
}

/** The term of a word that is folded already; null for a stop word. */
export function toTerm(word: string): string | null {
  const known = kept.get(word);
  if (known !== undefined) return known;
  const term = STOP_WORDS.has(word) ? null : stem(word);
  if (kept.size === MAX_KEPT) kept.clear();
  kept.set(word, term);
  return term;
}
