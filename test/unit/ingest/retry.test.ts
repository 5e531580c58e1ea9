import { describe, expect, test } from '@jest/globals';
import { NO_PREFIXES, type Embedder } from '../../../src/embedding/embedder.js';
import { PublicError } from '../../../src/errors/errors.js';
import { embedTexts } from '../../../src/ingest/store-batch.js';
import { retryEmbedder, retryStore, withRetries, type RetryOptions } from '../../../src/ingest/retry.js';
import type { EncodedPoints, PaperStore } from '../../../src/store/store.js';

const UNAVAILABLE = new PublicError('STORE_UNAVAILABLE', 'away');

/** Options with short waits, and a list of the waits. */
function recorded(changes: Partial<RetryOptions> = {}): [RetryOptions, number[]] {
  const waits: number[] = [];
  const signal = new AbortController().signal;
  const onWait = (_error: Error, waitMs: number) => void waits.push(waitMs);
  return [{ signal, maxWaitMs: 10_000, firstWaitMs: 1, onWait, ...changes }, waits];
}

/** Fails with the errors one after another, then succeeds. */
function failing(...errors: Error[]): () => Promise<string> {
  return () => {
    const error = errors.shift();
    return error ? Promise.reject(error) : Promise.resolve('done');
  };
}

describe('a failing call', () => {
  test('is retried after waits that double, each shortened by up to a half', async () => {
    const [options, waits] = recorded({ firstWaitMs: 2 });
    await expect(withRetries(failing(UNAVAILABLE, UNAVAILABLE, UNAVAILABLE), options)).resolves.toBe('done');
    expect(waits).toHaveLength(3);
    waits.forEach((wait, at) => {
      expect(wait).toBeGreaterThanOrEqual(2 ** at);
      expect(wait).toBeLessThanOrEqual(2 * 2 ** at);
    });
  });

  test('waits as long as the error asks', async () => {
    const [options, waits] = recorded();
    const error = new PublicError('RATE_LIMITED', 'too many', { retryAfterMs: 20 });
    await withRetries(failing(error), options);
    expect(waits).toEqual([20]);
  });

  test('is retried if the disk is full', async () => {
    const [options, waits] = recorded();
    await withRetries(failing(Object.assign(new Error('full'), { code: 'ENOSPC' })), options);
    expect(waits).toHaveLength(1);
  });

  test.each([
    new PublicError('EMBEDDING_UNAVAILABLE', 'refused key', { lasting: true }),
    new PublicError('BAD_USER_INPUT', 'no such thing'),
    new Error('a defect'),
  ])('is not retried if the error is permanent: %s', async (error) => {
    const [options, waits] = recorded();
    await expect(withRetries(failing(error), options)).rejects.toBe(error);
    expect(waits).toEqual([]);
  });

  test('rejects with its last error when the time for waiting is used up', async () => {
    const [options, waits] = recorded({ maxWaitMs: 20 });
    await expect(withRetries(() => Promise.reject(UNAVAILABLE), options)).rejects.toBe(UNAVAILABLE);
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeCloseTo(20);
  });

  test('is no longer waited for after a request to stop, but a running call finishes', async () => {
    const controller = new AbortController();
    controller.abort();
    const [options] = recorded({ signal: controller.signal });
    await expect(withRetries(failing(), options)).resolves.toBe('done');
    await expect(withRetries(failing(UNAVAILABLE), options)).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('a store whose calls are retried', () => {
  const POINTS: EncodedPoints = { count: 1, parts: [] };

  test('writes points as new only once, because a failed write may have been stored', async () => {
    const asked: unknown[] = [];
    const failures = [UNAVAILABLE, UNAVAILABLE];
    const store = {
      directory: {},
      upsertEncoded: (_points: EncodedPoints, options: unknown) => {
        asked.push(options);
        const error = failures.shift();
        return error ? Promise.reject(error) : Promise.resolve();
      },
    } as unknown as PaperStore; // nothing else is called
    const [options, waits] = recorded();
    await retryStore(store, options).upsertEncoded(POINTS, { areNew: true });
    expect(asked).toEqual([{ areNew: true }, { areNew: false }, { areNew: false }]);
    expect(waits).toHaveLength(2);
  });

  test('passes the entries of a directory from the beginning again', async () => {
    const read: string[][] = [];
    const directory = {
      async replace(entries: () => AsyncIterable<readonly string[]>) {
        const batches: string[] = [];
        read.push(batches);
        for await (const batch of entries()) batches.push(...batch);
        if (read.length === 1) throw UNAVAILABLE;
      },
    };
    const [options] = recorded();
    const store = retryStore({ directory } as unknown as PaperStore, options); // as above
    async function* names() {
      yield await Promise.resolve(['a'] as never[]);
    }
    await store.directory.replace(names, () => ({ points: 1, authors: 1, titles: 0 }));
    expect(read).toEqual([['a'], ['a']]);
  });

  test('is a new object: the given store still fails', async () => {
    const count = () => Promise.reject(UNAVAILABLE);
    const store = { directory: {}, count } as unknown as PaperStore; // as above
    const [options, waits] = recorded();
    retryStore(store, options);
    await expect(store.count()).rejects.toBe(UNAVAILABLE);
    expect(waits).toEqual([]);
  });
});

describe('texts to embed', () => {
  /** Answers each call by `answer`, and records its texts. */
  function embedderOf(answer: (text: string) => Float32Array | Error): [Embedder, string[][]] {
    const calls: string[][] = [];
    const embedder: Embedder = {
      id: 'test:one',
      dimension: 1,
      prefixes: NO_PREFIXES,
      embed: (texts) => {
        calls.push([...texts]);
        return Promise.resolve(texts.map(answer));
      },
      countTokens: () => Promise.resolve(0),
      tokensUsed: () => 0,
      check: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    return [embedder, calls];
  }

  test('are embedded once if they are equal', async () => {
    const [embedder, calls] = embedderOf((text) => Float32Array.of(text.length));
    const [options] = recorded();
    expect(await embedTexts(retryEmbedder(embedder, options), ['aa', 'b', 'aa'])).toEqual([
      Float32Array.of(2),
      Float32Array.of(1),
      Float32Array.of(2),
    ]);
    expect(calls).toEqual([['aa', 'b']]);
  });

  test('are retried alone if they fail temporarily', async () => {
    let failures = 1;
    const [embedder, calls] = embedderOf((text) =>
      text === 'b' && failures-- > 0 ? UNAVAILABLE : Float32Array.of(1),
    );
    const [options] = recorded();
    await embedTexts(retryEmbedder(embedder, options), ['a', 'b', 'c']);
    expect(calls).toEqual([['a', 'b', 'c'], ['b']]);
  });

  test('that cannot be embedded each have their own error', async () => {
    const lasting = new PublicError('EMBEDDING_UNAVAILABLE', 'refused', { lasting: true });
    const answers: Record<string, Float32Array | Error> = {
      refused: lasting,
      zeros: new Float32Array(2),
      infinite: Float32Array.of(Infinity),
    };
    const [embedder] = embedderOf((text) => answers[text] ?? Float32Array.of(1));
    const [options] = recorded();
    const outcomes = await embedTexts(retryEmbedder(embedder, options), [
      'refused',
      'zeros',
      'infinite',
      'fine',
    ]);
    expect(outcomes[0]).toBe(lasting);
    expect(String(outcomes[1])).toMatch(/zeros/);
    expect(String(outcomes[2])).toMatch(/not finite/);
    expect(outcomes[3]).toEqual(Float32Array.of(1));
  });
});
