import type { Read } from './candidate.js';
import { isSmallWord } from './small-words.js';
import type { Token } from './tokens.js';

const EXCLUDED_WORD = /^-\p{L}[^:]+$/u;
const HAS_WORD = /[\p{Alphabetic}\p{N}]/u;
/** Second halves of words that were torn apart: `transformer -based`. */
const ENDINGS = new Set(['based', 'like', 'free', 'driven', 'aware', 'style', 'specific', 'wise']);

/**
 * `-survey`, `-"image classification"`: a hyphen with white space in front and none behind. Numbers (`-1 degrees`) and small words
 * (a dash in a sentence: `transformers -an overview`) are none.
 */
export function readExclusion(tokens: readonly Token[], at: number): Read | null {
  const [token, quoted] = [tokens[at], tokens[at + 1]];
  if (token?.kind !== 'word' || token.isGlued || token.before !== '') return null;
  if (token.text === '-') {
    if (quoted?.kind !== 'quoted' || !quoted.isGlued || !HAS_WORD.test(quoted.text)) return null;
    return toRead(quoted.text, token, quoted, at + 2);
  }
  if (!EXCLUDED_WORD.test(token.text) || isSmallWord(token.lower.slice(1))) return null;
  const word = token.text.slice(1);
  return ENDINGS.has(word) ? null : toRead(word, token, token, at + 1);
}

function toRead(text: string, first: Token, last: Token, next: number): Read {
  return { candidate: { kind: 'excluded', text, start: first.start, end: last.end }, next };
}
