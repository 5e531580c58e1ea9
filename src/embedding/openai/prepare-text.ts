import { setImmediate } from 'node:timers/promises';

/** The API refuses longer inputs. */
export const MAX_TOKENS_PER_TEXT = 8_192;

/** A word, with the space before it, or a part of a very long word. No token of cl100k_base reaches over its start. */
const PIECE = /\s?\S{1,256}|\s+/gu;

/**
 * The texts as they are sent: a line break is a space, half a surrogate pair (which the API cannot decode) is U+FFFD,
 * and what goes beyond 8,192 tokens is cut off.
 */
export async function prepareTexts(texts: readonly string[]): Promise<string[]> {
  const prepared: string[] = [];
  for (const text of texts) {
    const clean = text.replace(/\r\n?|\n/gu, ' ').replace(/\p{Surrogate}/gu, '\ufffd');
    prepared.push(await cutToTokens(clean));
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
  // The tokens' table takes 100 ms to load, and most processes never meet a long text.
  const { countTokens } = await import('gpt-tokenizer/encoding/cl100k_base');
  let tokens = 0;
  for (const { 0: piece, index } of text.matchAll(PIECE)) {
    // Names of special tokens ("<|endoftext|>") are text like any other here.
    tokens += countTokens(piece, { disallowedSpecial: new Set() });
    if (tokens > MAX_TOKENS_PER_TEXT) return text.slice(0, index);
  }
  return text;
}
