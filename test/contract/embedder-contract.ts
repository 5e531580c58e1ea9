import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Embedder } from '../../src/embedding/embedder.js';

/** What every `Embedder` must do, however it computes embeddings. */
export function describeEmbedder(name: string, open: () => Promise<Embedder>): void {
  describe(`Embedder contract: ${name}`, () => {
    let embedder: Embedder;

    beforeAll(async () => {
      embedder = await open();
    });

    afterAll(() => embedder.close());

    async function embedAll(texts: string[]): Promise<Float32Array[]> {
      const outcomes = await embedder.embed(texts);
      return outcomes.map((outcome) => {
        if (outcome instanceof Error) throw outcome;
        return outcome;
      });
    }

    test('names its provider and model', () => {
      expect(embedder.id).toMatch(/^[a-z]+:\S+$/);
    });

    test('passes its own check', async () => {
      await expect(embedder.check()).resolves.toBeUndefined();
    });

    test('returns one embedding with its dimension for each text', async () => {
      const embeddings = await embedAll(['dark matter', 'protein folding', 'prime numbers']);
      expect(embeddings.map((embedding) => embedding.length)).toEqual([
        embedder.dimension,
        embedder.dimension,
        embedder.dimension,
      ]);
      expect(embeddings.every((embedding) => embedding.every(Number.isFinite))).toBe(true);
    });

    test('keeps the order of the texts', async () => {
      const texts = ['dark matter', 'protein folding', 'prime numbers'];
      const alone = await Promise.all(texts.map((text) => embedAll([text])));
      expect(await embedAll(texts)).toEqual(alone.flat());
      expect(await embedAll([...texts].reverse())).toEqual(alone.flat().reverse());
    });

    test('returns equal embeddings for equal texts, and different ones for different texts', async () => {
      const [first, second, other] = await embedAll(['neural networks', 'neural networks', 'galaxies']);
      expect(second).toEqual(first);
      expect(other).not.toEqual(first);
    });

    test('returns nothing for no texts', async () => {
      expect(await embedder.embed([])).toEqual([]);
    });

    test('embeds a text that is longer than the model reads', async () => {
      const [embedding] = await embedAll(['semantic search over abstracts '.repeat(2_500)]);
      expect(embedding).toHaveLength(embedder.dimension);
    });

    test.each([
      ['line breaks and tabs', 'a line\nand\r\nanother\tone'],
      ['emoji', '🔭🧬'],
      ['half a surrogate pair', 'broken \ud83d text'],
      ['control characters', '\u0000\u0007'],
      ["names of the models' special tokens", '<|endoftext|> [SEP] [MASK]'],
      ['Chinese', '量子计算与机器学习'],
    ])('embeds %s', async (_name, text) => {
      const [embedding] = await embedAll([text]);
      expect(embedding).toHaveLength(embedder.dimension);
    });

    test('returns an error for a blank text, and embeds the others', async () => {
      const [first, blank, last] = await embedder.embed(['black holes', ' \n', 'wormholes']);
      expect(blank).toBeInstanceOf(Error);
      expect(first).toHaveLength(embedder.dimension);
      expect(last).toHaveLength(embedder.dimension);
    });

    test('can be closed twice', async () => {
      const another = await open();
      await another.close();
      await expect(another.close()).resolves.toBeUndefined();
    });
  });
}
