import { notOf } from './expression.js';
import type { Draft, Read, Source } from './reading.js';
import { readField } from './fields.js';
import { isSmallWord } from './small-words.js';

const EXCLUDED_WORD = /^-\p{L}[^:]+$/u;
const HAS_WORD = /[\p{Alphabetic}\p{N}]/u;
/** Second halves of words that were torn apart: `transformer -based`. */
const ENDINGS = new Set(['based', 'like', 'free', 'driven', 'aware', 'style', 'specific', 'wise']);

/**
 * `-survey`, `-"image classification"`, `-author:smith`: a hyphen with white space before it and none after. Numbers (`-1 degrees`)
 * and small words (a dash in a sentence: `transformers -an overview`) are none.
 */
export function readExclusion(source: Source, at: number): Read | null {
  const [token, quoted] = [source.tokens[at], source.tokens[at + 1]];
  if (token?.kind !== 'word' || token.isGlued) return null;
  if (token.before === '-') {
    const field = readField(source, at);
    return field && { ...field, draft: notOf(field.draft), start: token.start - 1 };
  }
  if (token.before !== '') return null;
  if (token.text === '-') {
    if (quoted?.kind !== 'quoted' || !quoted.isGlued || !HAS_WORD.test(quoted.text)) return null;
    return { draft: notOf(toWord(quoted.text)), start: token.start, end: quoted.end, next: at + 2 };
  }
  if (!EXCLUDED_WORD.test(token.text) || isSmallWord(token.lower.slice(1))) return null;
  const word = token.text.slice(1);
  if (ENDINGS.has(word) || token.after.startsWith(':')) return null;
  return { draft: notOf(toWord(word)), start: token.start, end: token.end, next: at + 1 };
}

/** Title or abstract holds the word or phrase. */
export function toWord(text: string): Draft {
  return { kind: 'text', field: 'anywhere', text, isPhrase: true };
}
