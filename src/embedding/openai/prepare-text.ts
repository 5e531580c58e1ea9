import { setImmediate } from 'node:timers/promises';
import { loadTokenCounter, MAX_TOKENS_PER_TEXT } from './tokens.js';

/** A word, with the space before it, or a part of a very long word. No token of cl100k_base reaches over its start. */
const PIECE = /\s?\S{1,256}|\s+/gu;

/**
 * The texts as they are sent: a line break is a space, half a surrogate pair (which the API cannot decode) is U+FFFD,
 * the prefix comes first, word for word, and what goes beyond 8,192 tokens is cut off. A blank text is empty.
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
 * The text's beginning of at most 8,192 tokens, ended at a word. Counting takes milliseconds for ten thousand
 * characters, so it is done only where it could matter, and lets others run in between.
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
