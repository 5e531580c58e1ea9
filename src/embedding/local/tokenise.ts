import type { Tokenizer } from '@huggingface/tokenizers';

import type { ModelSetup } from './model-folder.js';

/** The text as the model's token ids, special tokens included. */
export type Tokenise = (text: string) => number[];

/**
 * Cuts texts at `maxTokens`; the tokenizer library does not truncate. Of a long text only the beginning is tokenised: words are
 * taken in portions with the white space before them, since no token crosses from one word into the next.
 */
export function createTokenise(
  tokenizer: Tokenizer,
  { maxTokens, isLowerCased }: Pick<ModelSetup, 'maxTokens' | 'isLowerCased'>,
): Tokenise {
  const { before, after } = findSpecialTokens(tokenizer);
  const room = maxTokens - before.length - after.length;
  return (text) => {
    const read = isLowerCased ? text.toLowerCase() : text;
    const words = read.trim().match(/\s*\S+/gu) ?? [];
    const ids: number[] = [];
    for (let at = 0; at < words.length && ids.length < room; at += room) {
      const portion = words.slice(at, at + room).join('');
      const encoding = tokenizer.encode(portion, { add_special_tokens: false });
      for (const id of encoding.ids.slice(0, room - ids.length)) ids.push(id);
    }
    return [...before, ...ids, ...after];
  };
}

/** A word of every language model. */
const PROBE = 'a';

/** What the tokenizer puts around a text, such as `[CLS]` and `[SEP]`. */
function findSpecialTokens(tokenizer: Tokenizer): { before: number[]; after: number[] } {
  const { ids: plain } = tokenizer.encode(PROBE, { add_special_tokens: false });
  const { ids: whole } = tokenizer.encode(PROBE, { add_special_tokens: true });
  const start = whole.findIndex((_, at) => plain.every((id, offset) => whole[at + offset] === id));
  if (start < 0 || plain.length === 0) throw new Error('The tokenizer does not tell its special tokens');
  return { before: whole.slice(0, start), after: whole.slice(start + plain.length) };
}
