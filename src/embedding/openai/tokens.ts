import { setImmediate } from 'node:timers/promises';

/** The API refuses longer inputs. */
export const MAX_TOKENS_PER_TEXT = 8_192;

/** Texts counted before others may run: a thousand characters take a tenth of a millisecond. */
const TEXTS_AT_ONCE = 64;

/** How OpenAI's embedding models divide a text. Their table takes 100 ms to load, and most processes need none. */
export async function loadTokenCounter(): Promise<(text: string) => number> {
  const { countTokens } = await import('gpt-tokenizer/encoding/cl100k_base');
  // Names of special tokens ("<|endoftext|>") are text like any other here.
  return (text) => countTokens(text, { disallowedSpecial: new Set() });
}

/** Tokens of each text, in order, its cut at the limit taken into account. */
export async function countEach(texts: readonly string[]): Promise<number[]> {
  const count = await loadTokenCounter();
  const counts: number[] = [];
  for (const [at, text] of texts.entries()) {
    if (at % TEXTS_AT_ONCE === 0) await setImmediate();
    counts.push(Math.min(count(text), MAX_TOKENS_PER_TEXT));
  }
  return counts;
}
