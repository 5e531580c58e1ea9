import { describe, expect, test } from '@jest/globals';
import type { Embedder, EmbedOptions } from '../../../src/embedding/embedder.js';
import {
  createQueryEmbeddings,
  type QueryEmbeddings,
  type QueryEmbeddingsOptions,
} from '../../../src/loaders/query-embeddings.js';

/** Embeds a text as its length; `calls` contains the texts of each call. */
function lengthEmbeddings(options: Partial<QueryEmbeddingsOptions> = {}, failing = new Set<string>()) {
  const calls: string[][] = [];
  const embedder = {
    async embed(texts: readonly string[], { signal }: EmbedOptions = {}) {
      calls.push([...texts]);
      if (texts.includes('endless')) await endOf(signal);
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (failing.has('everything')) throw new Error('nothing works');
      return texts.map((text) =>
        failing.has(text) ? new Error(`no ${text}`) : Float32Array.of(text.length),
      );
    },
  };
  return [createQueryEmbeddings(embedder, { cacheSize: 10, ...options }), calls] as const;
}

/** Rejects when the signal is aborted, not before. */
async function endOf(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(new Error('aborted')));
  });
}

async function passMs(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

describe('embeddings of queries', () => {
  test('requested at the same time are one call', async () => {
    const [embeddings, calls] = lengthEmbeddings();
    expect(await Promise.all([embeddings.embed('a'), embeddings.embed('ab')])).toEqual([
      Float32Array.of(1),
      Float32Array.of(2),
    ]);
    expect(calls).toEqual([['a', 'ab']]);
  });

  test('are in separate calls from passages requested at the same time', async () => {
    const [embeddings, calls] = lengthEmbeddings();
    const passages = ['p', 'pp'].map((text) => embeddings.embed(text, 'passage'));
    await Promise.all([...passages, embeddings.embed('query')]);
    expect(calls).toEqual([['p', 'pp'], ['query']]);
  });

  test('differ from those of the same text as a passage, which may have another prefix', async () => {
    const [embeddings, calls] = lengthEmbeddings();
    await embeddings.embed('text');
    await embeddings.embed('text', 'passage');
    expect(calls).toEqual([['text'], ['text']]);
  });

  test('requested by different clients are one call within the window, and another after it', async () => {
    const [embeddings, calls] = lengthEmbeddings({ windowMs: 100 });
    const first = embeddings.embed('first');
    await passMs(10);
    await Promise.all([first, embeddings.embed('within')]);
    await embeddings.embed('after');
    expect(calls).toEqual([['first', 'within'], ['after']]);
  });

  test('are requested once and then cached', async () => {
    const [embeddings, calls] = lengthEmbeddings();
    await embeddings.embed('a');
    expect(await embeddings.embed('a')).toEqual(Float32Array.of(1));
    await embeddings.embed('b');
    expect(calls).toEqual([['a'], ['b']]);
  });

  test('that are cached do not wait for calls of others', async () => {
    const [embeddings] = lengthEmbeddings({ windowMs: 50 });
    await embeddings.embed('known');
    const order: string[] = [];
    await Promise.all([
      embeddings.embed('new').then(() => order.push('new')),
      embeddings.embed('known').then(() => order.push('known')),
    ]);
    expect(order).toEqual(['known', 'new']);
  });

  test('of equal texts in flight are requested once, within the window and after it', async () => {
    const [embeddings, calls] = lengthEmbeddings({ windowMs: 1, cacheSize: 0 });
    const both = [embeddings.embed('same'), embeddings.embed('same')];
    while (calls.length === 0) await passMs(1);
    await Promise.all([...both, embeddings.embed('same')]);
    expect(calls).toEqual([['same']]);
  });

  test('are equal if their texts differ only in white space', async () => {
    const [embeddings, calls] = lengthEmbeddings();
    await Promise.all([embeddings.embed('dark matter'), embeddings.embed(' dark \n matter')]);
    await embeddings.embed('dark\u00a0matter ');
    expect(calls).toEqual([['dark matter']]);
  });

  test('beyond the size of the cache replace the least recently used', async () => {
    const [embeddings, calls] = lengthEmbeddings({ cacheSize: 2 });
    for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) await embeddings.embed(text);
    expect(calls).toEqual([['a'], ['b'], ['c'], ['b']]);
  });

  test('are never cached with a cache of size 0', async () => {
    const [embeddings, calls] = lengthEmbeddings({ cacheSize: 0 });
    await embeddings.embed('a');
    await embeddings.embed('a');
    expect(calls).toEqual([['a'], ['a']]);
  });

  test('fail independently, and are retried the next time', async () => {
    const failing = new Set(['bad']);
    const [embeddings, calls] = lengthEmbeddings({}, failing);
    const [good, bad] = await Promise.allSettled([embeddings.embed('good'), embeddings.embed('bad')]);
    expect(good).toEqual({ status: 'fulfilled', value: Float32Array.of(4) });
    expect(bad).toMatchObject({ status: 'rejected', reason: { message: 'no bad' } });

    failing.clear();
    expect(await embeddings.embed('bad')).toEqual(Float32Array.of(3));
    expect(calls).toEqual([['good', 'bad'], ['bad']]);
  });

  test('fail together if the call fails, and are retried the next time', async () => {
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

describe('a cancelled request', () => {
  const reason = new Error('The caller left');

  /** A request that can be cancelled, and its outcome. */
  function ask(embeddings: QueryEmbeddings, text: string) {
    const controller = new AbortController();
    const outcome = embeddings.embed(text, 'query', { signal: controller.signal });
    // Checked later.
    outcome.catch(() => undefined);
    return { leave: () => controller.abort(reason), outcome };
  }

  /** The signal of each call. */
  function signalledEmbeddings() {
    const calls: string[][] = [];
    const signals: (AbortSignal | undefined)[] = [];
    const embed: Embedder['embed'] = async (texts, { signal } = {}) => {
      calls.push([...texts]);
      signals.push(signal);
      return endOf(signal);
    };
    return { embeddings: createQueryEmbeddings({ embed }, { cacheSize: 10, windowMs: 20 }), calls, signals };
  }

  test('is rejected, and the text is not embedded if no other request waits for it', async () => {
    const { embeddings, calls } = signalledEmbeddings();
    const [gone, ...others] = [ask(embeddings, 'mine'), ask(embeddings, 'theirs')];
    gone.leave();
    await expect(gone.outcome).rejects.toBe(reason);
    while (calls.length === 0) await passMs(1);
    expect(calls).toEqual([['theirs']]);
    for (const other of others) other.leave();
  });

  test('makes no call if all are cancelled before it', async () => {
    const { embeddings, calls } = signalledEmbeddings();
    ask(embeddings, 'a').leave();
    ask(embeddings, 'b').leave();
    await passMs(60);
    expect(calls).toEqual([]);
  });

  test('does not cancel a text for others that wait for it', async () => {
    const [embeddings, calls] = lengthEmbeddings();
    const [gone, other] = [ask(embeddings, 'shared'), ask(embeddings, 'shared')];
    gone.leave();
    expect(await other.outcome).toEqual(Float32Array.of(6));
    expect(calls).toEqual([['shared']]);
  });

  test('cancels a call in flight only if it was the last one that waited for its texts', async () => {
    const { embeddings, signals } = signalledEmbeddings();
    const callers = [ask(embeddings, 'a'), ask(embeddings, 'b'), ask(embeddings, 'b')];
    while (signals.length === 0) await passMs(1);
    const wasEnded = callers.map(({ leave }) => {
      leave();
      return signals[0]?.aborted;
    });
    expect(wasEnded).toEqual([false, false, true]);
  });

  test('does not affect the next request for the text', async () => {
    const [embeddings, calls] = lengthEmbeddings({ windowMs: 1 });
    const gone = [ask(embeddings, 'endless'), ask(embeddings, 'text')];
    while (calls.length === 0) await passMs(1);
    for (const { leave } of gone) leave();
    expect(await embeddings.embed('text')).toEqual(Float32Array.of(4));
    expect(calls).toEqual([['endless', 'text'], ['text']]);
  });

  test('that was already cancelled requests no text', async () => {
    const [embeddings, calls] = lengthEmbeddings();
    const signal = AbortSignal.abort(reason);
    await expect(embeddings.embed('a', 'query', { signal })).rejects.toBe(reason);
    await passMs(20);
    expect(calls).toEqual([]);
  });
});

describe('an embedding that takes too long', () => {
  test.each([
    ['everybody’s', { timeoutMs: 30 }, {}],
    ['this caller’s', { timeoutMs: 60_000 }, { timeoutMs: 30 }],
  ])('causes TIMEOUT after %s time limit', async (_whose, options, waitOptions) => {
    const [embeddings] = lengthEmbeddings(options);
    await expect(embeddings.embed('endless', 'query', waitOptions)).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: 'The text was not embedded within 30 ms; try again later',
    });
  });

  test('is waited for up to the longest time limit of its callers', async () => {
    const times: (number | undefined)[] = [];
    const embed: Embedder['embed'] = async (texts, { timeoutMs } = {}) => {
      times.push(timeoutMs);
      return texts.map(() => new Float32Array(1));
    };
    const embeddings = createQueryEmbeddings({ embed }, { cacheSize: 0, timeoutMs: 9_000 });
    await Promise.all([
      embeddings.embed('a', 'query', { timeoutMs: 5_000 }),
      embeddings.embed('b', 'query', { timeoutMs: 7_000 }),
    ]);
    expect(times).toEqual([expect.any(Number)]);
    expect(times[0]).toBeGreaterThan(5_000);
    expect(times[0]).toBeLessThanOrEqual(7_000);
  });
});
