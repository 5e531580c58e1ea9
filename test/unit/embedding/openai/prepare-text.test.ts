import { countTokens } from 'gpt-tokenizer/encoding/cl100k_base';
import { describe, expect, test } from '@jest/globals';
import { prepareTexts } from '../../../../src/embedding/openai/prepare-text.js';

async function prepare(text: string): Promise<string> {
  const [prepared] = await prepareTexts([text]);
  return prepared ?? '';
}

describe('texts for the OpenAI API', () => {
  test('have a space instead of each line break', async () => {
    expect(await prepare('one\ntwo\r\nthree\n\nfour')).toBe('one two three  four');
  });

  test('have no unpaired surrogates', async () => {
    expect(await prepare('a\ud83db🔭')).toBe('a\ufffdb🔭');
  });

  test('keep 8,192 tokens, and lose the 8,193rd', async () => {
    const whole = 'word' + ' word'.repeat(8_191);
    expect(countTokens(whole)).toBe(8_192);
    expect(await prepare(whole)).toBe(whole);
    expect(await prepare(`${whole} more`)).toBe(whole);
  });

  test.each([
    ['prose', 'The entropy of black holes, in 2+1 dimensions (and beyond): a review. '.repeat(1_000)],
    ['Chinese without a space', '量子计算与机器学习的研究'.repeat(2_000)],
    ['one endless word', 'ab1c'.repeat(20_000)],
    ['emoji', '🔭🧬'.repeat(5_000)],
    ['formulae', '$\\alpha_{ij}^{2}+\\frac{1}{2}$'.repeat(2_000)],
    ['names of special tokens', '<|endoftext|>'.repeat(3_000)],
  ])('that are too long keep nearly 8,192 tokens of %s', async (_name, text) => {
    const prepared = await prepare(text);
    expect(text.startsWith(prepared)).toBe(true);
    expect(prepared).not.toMatch(/\p{Surrogate}/u);
    const tokens = countTokens(prepared, { disallowedSpecial: new Set() });
    expect(tokens).toBeLessThanOrEqual(8_192);
    expect(tokens).toBeGreaterThan(7_000);
  });
});
