import type { Tokenizer } from '@huggingface/tokenizers';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { loadTokenizer } from '../../../../src/embedding/local/model.js';
import { createTokenise, type Tokenise } from '../../../../src/embedding/local/tokenise.js';
import { packagePath } from '../../../../src/package-root.js';

let tokenizer: Tokenizer;
let toTokenIds: Tokenise;

beforeAll(async () => {
  tokenizer = await loadTokenizer(packagePath('models', 'all-MiniLM-L6-v2'));
  toTokenIds = createTokenise(tokenizer, { maxTokens: 128, isLowerCased: false });
});

function toTokens(text: string): string[] {
  return toTokenIds(text).map((id) => tokenizer.id_to_token(id) ?? '?');
}

describe('tokens of all-MiniLM-L6-v2', () => {
  test.each([
    ['lower case', 'Hello World', ['[CLS]', 'hello', 'world', '[SEP]']],
    ['no accents', 'Café Ünal', ['[CLS]', 'cafe', 'una', '##l', '[SEP]']],
    ['accents as separate marks', 'Cafe\u0301', ['[CLS]', 'cafe', '[SEP]']],
    ['separate punctuation', "don't, stop!", ['[CLS]', 'don', "'", 't', ',', 'stop', '!', '[SEP]']],
    ['each Chinese character separately', '中文ok', ['[CLS]', '中', '文', 'ok', '[SEP]']],
    ['pieces of unknown words', 'embeddings', ['[CLS]', 'em', '##bed', '##ding', '##s', '[SEP]']],
    ['what has no pieces', '🔭', ['[CLS]', '[UNK]', '[SEP]']],
    ['white space collapsed', '  dark \n\t matter ', ['[CLS]', 'dark', 'matter', '[SEP]']],
    ['nothing of control characters', 'a\u0000\u200bb', ['[CLS]', 'ab', '[SEP]']],
    ['nothing of nothing', '', ['[CLS]', '[SEP]']],
  ])('are %s', (_name, text, tokens) => {
    expect(toTokens(text)).toEqual(tokens);
  });

  test('have the ids that the model was trained with', () => {
    expect(toTokenIds('hello world')).toEqual([101, 7592, 2088, 102]);
  });

  test('are at most 128, and the last one is [SEP]', () => {
    const tokens = toTokens('galaxy '.repeat(10_000));
    expect(tokens).toHaveLength(128);
    expect(tokens[0]).toBe('[CLS]');
    expect(tokens.slice(1, -1)).toEqual(Array(126).fill('galaxy'));
    expect(tokens.at(-1)).toBe('[SEP]');
  });

  test('keep a text of exactly 126 pieces complete and drop the 127th', () => {
    const text = 'star '.repeat(125) + 'moon';
    expect(toTokens(text).slice(-3)).toEqual(['star', 'moon', '[SEP]']);
    expect(toTokens(`star ${text}`).slice(-3)).toEqual(['star', 'star', '[SEP]']);
  });

  test('of a text read in portions are the same as those of the whole text', () => {
    // Control characters are words without tokens, so the first portion of words is not enough.
    const text = `${'\u0007 '.repeat(100)}${'deep learning of Schrödinger operators '.repeat(20)}`;
    const whole = tokenizer.encode(text, { add_special_tokens: false }).ids;
    expect(whole.length).toBeGreaterThan(90);
    expect(toTokenIds(text)).toEqual([101, ...whole.slice(0, 126), 102]);
  });
});
