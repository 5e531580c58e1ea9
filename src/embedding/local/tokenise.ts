import type { Tokenizer } from '@huggingface/tokenizers';

import type { ModelSetup } from './model-folder.js';

/** The token ids of the text, including special tokens. */
export type Tokenise = (text: string) => number[];

/**
 * Cuts texts at `maxTokens`, because the tokenizer library does not. Only the beginning of a long text is tokenised:
 * words are read in portions, each with the white space before it, because no token extends from one word into the
 * next.
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

/** A word that every language model knows. */
const PROBE = 'a';

/** Tokens that the tokenizer adds around a text, such as `[CLS]` and `[SEP]`. */
function findSpecialTokens(tokenizer: Tokenizer): { before: number[]; after: number[] } {
  const { ids: plain } = tokenizer.encode(PROBE, { add_special_tokens: false });
  const { ids: whole } = tokenizer.encode(PROBE, { add_special_tokens: true });
  const start = whole.findIndex((_, at) => plain.every((id, offset) => whole[at + offset] === id));
  if (start < 0 || plain.length === 0)
    throw new Error('The special tokens of the tokenizer cannot be determined');
  return { before: whole.slice(0, start), after: whole.slice(start + plain.length) };
}
