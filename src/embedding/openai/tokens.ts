import { setImmediate } from 'node:timers/promises';
import { sum } from '../../sum.js';

/** The API rejects longer inputs. */
export const MAX_TOKENS_PER_TEXT = 8_192;

/**
 * Number of texts that are counted before other work may run: a thousand characters take a tenth of a millisecond.
 */
const TEXTS_AT_ONCE = 64;

/**
 * The tokenizer of OpenAI's embedding models. Its table takes 100 ms to load, and most processes need none.
 */
export async function loadTokenCounter(): Promise<(text: string) => number> {
  const { countTokens } = await import('gpt-tokenizer/encoding/cl100k_base');
  // Names of special tokens ("<|endoftext|>") are ordinary text here.
  return (text) => countTokens(text, { disallowedSpecial: new Set() });
}

/** Number of tokens of all texts after cutting. */
export async function countTokens(texts: readonly string[]): Promise<number> {
  return sum(await countEach(texts));
}

/** Number of tokens of each text after cutting, in order. */
export async function countEach(texts: readonly string[]): Promise<number[]> {
  const count = await loadTokenCounter();
  const counts: number[] = [];
  for (const [at, text] of texts.entries()) {
    if (at % TEXTS_AT_ONCE === 0) await setImmediate();
    counts.push(Math.min(count(text), MAX_TOKENS_PER_TEXT));
  }
  return counts;
}
