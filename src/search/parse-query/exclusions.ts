import { isSmallWord } from './small-words.js';
import type { Span, Token } from './tokens.js';

export interface Exclusion extends Span {
  text: string;
  next: number;
}

const EXCLUDED_WORD = /^-\p{L}[^:]+$/u;
const HAS_WORD = /[\p{Alphabetic}\p{N}]/u;
/** Second halves of words that were torn apart: `transformer -based`. */
const ENDINGS = new Set(['based', 'like', 'free', 'driven', 'aware', 'style', 'specific', 'wise']);

/**
 * `-survey`, `-"image classification"`: a hyphen with white space in front and none behind. Numbers (`-1 degrees`) and small words
 * (a dash in a sentence: `transformers -an overview`) are none.
 */
export function readExclusion(tokens: readonly Token[], at: number): Exclusion | null {
  const [token, quoted] = [tokens[at], tokens[at + 1]];
  if (token?.kind !== 'word' || token.isGlued || token.before !== '') return null;
  if (token.text === '-') {
    if (quoted?.kind !== 'quoted' || !quoted.isGlued || !HAS_WORD.test(quoted.text)) return null;
    return { text: quoted.text, start: token.start, end: quoted.end, next: at + 2 };
  }
  const word = token.text.slice(1);
  if (!EXCLUDED_WORD.test(token.text) || isSmallWord(word) || ENDINGS.has(word)) return null;
  return { text: word, start: token.start, end: token.end, next: at + 1 };
}
