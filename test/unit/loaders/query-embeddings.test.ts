import { describe, expect, test } from '@jest/globals';
import { createQueryEmbeddings, type QueryEmbeddingsOptions } from '../../../src/loaders/query-embeddings.js';

/** Embeds a text as its length; `calls` are the texts of each call. */
function lengthEmbeddings(options: Partial<QueryEmbeddingsOptions> = {}, failing = new Set<string>()) {
  const calls: string[][] = [];
  const embedder = {
    async embed(texts: readonly string[]) {
      calls.push([...texts]);
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (failing.has('everything')) throw new Error('nothing works');
      return texts.map((text) =>
        failing.has(text) ? new Error(`no ${text}`) : Float32Array.of(text.length),
      );
    },
  };
  return [createQueryEmbeddings(embedder, { cacheSize: 10, ...options }), calls] as const;
}

async function passMs(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

describe('embeddings of queries', () => {
  test('of one moment are one call', async () => {
    const [embeddings, calls] = lengthEmbeddings();
    expect(await Promise.all([embeddings.embed('a'), embeddings.embed('ab')])).toEqual([
      Float32Array.of(1),
      Float32Array.of(2),
    ]);
    expect(calls).toEqual([['a', 'ab']]);
  });

  test('go out in other calls than passages of the same moment', async () => {
    const [embeddings, calls] = lengthEmbeddings();
    const passages = ['p', 'pp'].map((text) => embeddings.embed(text, 'passage'));
    await Promise.all([...passages, embeddings.embed('query'), embeddings.embed('p')]);
    expect(calls).toEqual([['p', 'pp'], ['query']]);
  });

  test('asked for by strangers within the window are one call, after it another', async () => {
    const [embeddings, calls] = lengthEmbeddings({ windowMs: 100 });
    const first = embeddings.embed('first');
    await passMs(10);
    await Promise.all([first, embeddings.embed('within')]);
    await embeddings.embed('after');
    expect(calls).toEqual([['first', 'within'], ['after']]);
  });

  test('are asked for once when they are there', async () => {
    const [embeddings, calls] = lengthEmbeddings();
    await embeddings.embed('a');
    expect(await embeddings.embed('a')).toEqual(Float32Array.of(1));
    await embeddings.embed('b');
    expect(calls).toEqual([['a'], ['b']]);
  });

  test('that are there do not wait for the call of others', async () => {
    const [embeddings] = lengthEmbeddings({ windowMs: 50 });
    await embeddings.embed('known');
    const order: string[] = [];
    await Promise.all([
      embeddings.embed('new').then(() => order.push('new')),
      embeddings.embed('known').then(() => order.push('known')),
    ]);
    expect(order).toEqual(['known', 'new']);
  });

  test('of equal texts share a promise while they are under way, in the window and after it', async () => {
    const [embeddings, calls] = lengthEmbeddings({ windowMs: 1 });
    const first = embeddings.embed('same');
    expect(embeddings.embed('same')).toBe(first);
    while (calls.length === 0) await passMs(1);
    expect(embeddings.embed('same')).toBe(first);
    await first;
    expect(calls).toEqual([['same']]);
  });

  test('are equal when their texts differ in white space only', async () => {
    const [embeddings, calls] = lengthEmbeddings();
    await Promise.all([embeddings.embed('dark matter'), embeddings.embed(' dark \n matter')]);
    await embeddings.embed('dark\u00a0matter ');
    expect(calls).toEqual([['dark matter']]);
  });

  test('beyond the size of the cache push out the least recently used', async () => {
    const [embeddings, calls] = lengthEmbeddings({ cacheSize: 2 });
    for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) await embeddings.embed(text);
    expect(calls).toEqual([['a'], ['b'], ['c'], ['b']]);
  });

  test('are never kept with a cache of size 0', async () => {
    const [embeddings, calls] = lengthEmbeddings({ cacheSize: 0 });
    await embeddings.embed('a');
    await embeddings.embed('a');
    expect(calls).toEqual([['a'], ['a']]);
  });

  test('fail alone, and are tried again the next time', async () => {
    const failing = new Set(['bad']);
    const [embeddings, calls] = lengthEmbeddings({}, failing);
    const [good, bad] = await Promise.allSettled([embeddings.embed('good'), embeddings.embed('bad')]);
    expect(good).toEqual({ status: 'fulfilled', value: Float32Array.of(4) });
    expect(bad).toMatchObject({ status: 'rejected', reason: { message: 'no bad' } });

    failing.clear();
    expect(await embeddings.embed('bad')).toEqual(Float32Array.of(3));
    expect(calls).toEqual([['good', 'bad'], ['bad']]);
  });

  test('fail together when the call fails, and are tried again the next time', async () => {
    const failing = new Set(['everything']);
    const [embeddings, calls] = lengthEmbeddings({}, failing);
    const settled = await Promise.allSettled([embeddings.embed('a'), embeddings.embed('b')]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);

    failing.clear();
    await embeddings.embed('a');
    expect(calls).toEqual([['a', 'b'], ['a']]);
  });

  test('are at most 2,048 in one call', async () => {
    const [embeddings, calls] = lengthEmbeddings({ cacheSize: 0 });
    await Promise.all(Array.from({ length: 2_050 }, (_, at) => embeddings.embed(`text ${at}`)));
    expect(calls.map((call) => call.length)).toEqual([2_048, 2]);
  });
});
