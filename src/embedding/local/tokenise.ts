import type { Tokenizer } from '@huggingface/tokenizers';

/** The model was trained on at most 128 tokens, `[CLS]` and `[SEP]` included; longer inputs gain nothing. */
const MAX_TOKENS = 128;
const ROOM = MAX_TOKENS - 2;

/**
 * The text as the model's token ids: `[CLS]`, at most 126 word pieces, `[SEP]`. The tokenizer library does not truncate.
 *
 * Words are taken in portions, since no token crosses white space: of a long text only the beginning is tokenised.
 */
export function toTokenIds(tokenizer: Tokenizer, text: string): number[] {
  const words = text.trim().split(/\s+/u);
  const ids: number[] = [];
  for (let at = 0; at < words.length && ids.length < ROOM; at += ROOM) {
    const portion = words.slice(at, at + ROOM).join(' ');
    const encoding = tokenizer.encode(portion, { add_special_tokens: false });
    for (const id of encoding.ids.slice(0, ROOM - ids.length)) ids.push(id);
  }
  return [specialToken(tokenizer, '[CLS]'), ...ids, specialToken(tokenizer, '[SEP]')];
}

function specialToken(tokenizer: Tokenizer, token: string): number {
  const id = tokenizer.token_to_id(token);
  if (id === undefined) throw new Error(`The tokenizer has no ${token}`);
  return id;
}
