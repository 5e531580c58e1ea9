import DataLoader from 'dataloader';
import { describe, expect, test } from '@jest/globals';
import { createOperationGate } from '../../../src/loaders/sources.js';
import { createQueryEmbeddings } from '../../../src/loaders/query-embeddings.js';

/** Embeddings by length, and an operation that searches with them; each search returns its own number. */
function lengthSearches({ maxWaitMs = 1_000 } = {}) {
  const embedCalls: string[][] = [];
  const searchCalls: number[][] = [];
  const embeddings = createQueryEmbeddings(
    {
      async embed(texts) {
        embedCalls.push([...texts]);
        await new Promise((resolve) => setTimeout(resolve, texts.includes('slow') ? 200 : 10));
        return texts.map((text) =>
          text === 'bad' ? new Error('no embedding') : Float32Array.of(text.length),
        );
      },
    },
    { cacheSize: 100, windowMs: 3 },
  );
  const createOperation = () => {
    const gate = createOperationGate(maxWaitMs);
    const loader = new DataLoader(
      async (numbers: readonly number[]) => {
        searchCalls.push([...numbers]);
        return [...numbers];
      },
      { cache: false, batchScheduleFn: gate.schedule },
    );
    const list = (number: number) => loader.load(number);
    const search = async (text: string) => {
      const [number = NaN] = await gate.track(embeddings.embed(text));
      return loader.load(number);
    };
    return { list, search };
  };
  return { createOperation, embeddings, embedCalls, searchCalls };
}

describe('the searches of one operation', () => {
  test('are one batch, whether their texts are cached or not', async () => {
    const { createOperation, embeddings, embedCalls, searchCalls } = lengthSearches();
    const known = ['1', '22', '333', '4444', '55555'];
    const unknown = ['666666', '7777777', '88888888', '999999999', '0123456789'];
    await Promise.all(known.map((text) => embeddings.embed(text)));
    embedCalls.length = 0;

    const { search } = createOperation();
    const aliases = known.flatMap((text, at) => [text, unknown[at] ?? '']);
    const found = await Promise.all(aliases.map(search));

    expect(found).toEqual([1, 6, 2, 7, 3, 8, 4, 9, 5, 10]);
    expect(embedCalls).toEqual([unknown]);
    expect(searchCalls).toHaveLength(1);
    expect(searchCalls[0]?.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('are one batch with its listings, which embed nothing', async () => {
    const { createOperation, searchCalls } = lengthSearches();
    const { list, search } = createOperation();
    await Promise.all([list(100), search('abc'), list(200)]);
    expect(searchCalls).toEqual([[100, 200, 3]]);
  });

  test('are one batch if all texts are cached', async () => {
    const { createOperation, embeddings, searchCalls } = lengthSearches();
    await Promise.all([embeddings.embed('a'), embeddings.embed('ab')]);
    const { search } = createOperation();
    await Promise.all([search('a'), search('ab')]);
    expect(searchCalls).toEqual([[1, 2]]);
  });

  test('are one batch even if their embeddings come from different calls', async () => {
    const { createOperation, embeddings, embedCalls, searchCalls } = lengthSearches();
    const ahead = embeddings.embed('by a stranger');
    while (embedCalls.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const { search } = createOperation();
    await Promise.all([search('by a stranger'), search('own')]);
    await ahead;
    expect(embedCalls).toEqual([['by a stranger'], ['own']]);
    expect(searchCalls).toEqual([[13, 3]]);
  });

  test('do not wait for another operation', async () => {
    const { createOperation, searchCalls } = lengthSearches();
    const slow = createOperation().search('slow');
    await createOperation().list(1);
    expect(searchCalls).toEqual([[1]]);
    await slow;
  });

  test('that are ready do not wait for a slow embedding', async () => {
    const { createOperation, searchCalls } = lengthSearches({ maxWaitMs: 20 });
    const { list, search } = createOperation();
    const order: string[] = [];
    await Promise.all([
      search('slow').then(() => order.push('slow')),
      list(1)
        .then(() => order.push('first level'))
        .then(() => list(2))
        .then(() => order.push('second level')),
    ]);
    expect(order).toEqual(['first level', 'second level', 'slow']);
    expect(searchCalls).toEqual([[1], [2], [4]]);
  });

  test('are sent without a search whose text has no embedding', async () => {
    const { createOperation, searchCalls } = lengthSearches();
    const { search } = createOperation();
    const settled = await Promise.allSettled([search('bad'), search('good')]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(searchCalls).toEqual([[4]]);
  });

  test('that depend on the first ones are a separate batch', async () => {
    const { createOperation, searchCalls } = lengthSearches();
    const { list, search } = createOperation();
    await search('abc');
    await Promise.all([list(1), list(2)]);
    expect(searchCalls).toEqual([[3], [1, 2]]);
  });
});
