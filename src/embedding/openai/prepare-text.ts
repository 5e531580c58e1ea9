import { setImmediate } from 'node:timers/promises';
import { loadTokenCounter, MAX_TOKENS_PER_TEXT } from './tokens.js';

/**
 * A word with the space before it, or a part of a very long word. No token of cl100k_base crosses its start.
 */
const PIECE = /\s?\S{1,256}|\s+/gu;

/**
 * The texts as they are sent. Line breaks become spaces, and half a surrogate pair (which the API cannot decode)
 * becomes U+FFFD. The prefix comes first, exactly as written. Everything beyond 8,192 tokens is cut off. A blank text
 * becomes empty.
 */
export async function prepareTexts(texts: readonly string[], prefix = ''): Promise<string[]> {
  const prepared: string[] = [];
  for (const text of texts) {
    const clean = text.replace(/\r\n?|\n/gu, ' ').replace(/\p{Surrogate}/gu, '\ufffd');
    prepared.push(clean.trim() === '' ? '' : await cutToTokens(prefix + clean));
  }
  return prepared;
}

/**
 * The beginning of the text, at most 8,192 tokens, ending at a word. Counting takes milliseconds per ten thousand
 * characters, so it is done only if it could matter, and lets other work run in between.
 */
async function cutToTokens(text: string): Promise<string> {
  // A token has at least one byte.
  if (Buffer.byteLength(text) <= MAX_TOKENS_PER_TEXT) return text;
  await setImmediate();
  const countTokens = await loadTokenCounter();
  let tokens = 0;
  for (const { 0: piece, index } of text.matchAll(PIECE)) {
    tokens += countTokens(piece);
    if (tokens > MAX_TOKENS_PER_TEXT) return text.slice(0, index);
  }
  return text;
}
