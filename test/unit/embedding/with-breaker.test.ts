import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Embedder, TextKind } from '../../../src/embedding/embedder.js';
import { withBreaker } from '../../../src/embedding/with-breaker.js';
import { PublicError } from '../../../src/errors/errors.js';

const AWAY = new PublicError('EMBEDDING_UNAVAILABLE', 'The embedding API cannot be reached', {
  hint: 'Check the network',
});

let now: number;
let calls: number;
/** Outcomes of the calls. */
let behave: Embedder['embed'];
let embedder: Pick<Embedder, 'embed'>;
beforeEach(() => {
  now = 1_000_000;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  calls = 0;
  behave = () => Promise.reject(AWAY);
  embedder = withBreaker({
    embed: (...args) => {
      calls++;
      return behave(...args);
    },
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

async function fail(times: number): Promise<void> {
  for (let time = 0; time < times; time++) await expect(embedder.embed(['x'])).rejects.toThrow();
}

/** A call that takes at most 8 s, but whose caller leaves earlier. */
function abandon(kind: TextKind, afterMs: number): Promise<unknown> {
  let passedMs = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => passedMs);
  behave = () => {
    passedMs = afterMs;
    return Promise.reject(new Error('left'));
  };
  return embedder.embed(['x'], { kind, signal: AbortSignal.abort(), timeoutMs: 8_000 });
}

const succeed: Embedder['embed'] = (texts) => Promise.resolve(texts.map(() => Float32Array.of(1)));

describe('an embedder that fails', () => {
  test('is not called after three failures in a row, and its last failure is reported', async () => {
    await fail(10);
    expect(calls).toBe(3);
    await expect(embedder.embed(['x'])).rejects.toMatchObject({
      code: 'EMBEDDING_UNAVAILABLE',
      message: AWAY.message,
      hint: AWAY.hint,
      cause: AWAY,
    });
  });

  test('is still called if it works in between', async () => {
    for (let round = 0; round < 4; round++) {
      behave = () => Promise.reject(AWAY);
      await fail(2);
      behave = succeed;
      await embedder.embed(['x']);
    }
    expect(calls).toBe(12);
  });

  test('is retried after 2 s by one call, while others are rejected', async () => {
    await fail(3);
    now += 1_999;
    await fail(1);
    expect(calls).toBe(3);
    now += 1;
    let answer: (outcomes: Float32Array[]) => void = () => undefined;
    behave = () => new Promise((resolve) => (answer = resolve));
    const trial = embedder.embed(['x']);
    await fail(3);
    answer([Float32Array.of(7)]);
    expect(await trial).toEqual([Float32Array.of(7)]);
    behave = succeed;
    await embedder.embed(['x']);
    expect(calls).toBe(5);
  });

  test('is not called for longer after each failed retry, up to 30 s', async () => {
    await fail(3);
    for (const restMs of [2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      now += restMs - 1;
      await fail(1);
      const before = calls;
      now += 1;
      await fail(1);
      expect(calls).toBe(before + 1);
    }
  });

  test('is not called for as long as it asks', async () => {
    const busy = new PublicError('RATE_LIMITED', 'Too many', { retryAfterMs: 20_000 });
    behave = () => Promise.reject(busy);
    await fail(3);
    now += 19_999;
    await fail(1);
    expect(calls).toBe(3);
    now += 1;
    await fail(1);
    expect(calls).toBe(4);
  });

  test('counts as failing if a call times out, although its callers leave first', async () => {
    behave = (_texts, { signal } = {}) =>
      new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('left'))));
    for (let time = 0; time < 3; time++) {
      const signal = AbortSignal.timeout(20);
      await expect(embedder.embed(['x'], { signal, timeoutMs: 20 })).rejects.toMatchObject({
        code: 'TIMEOUT',
      });
    }
    await fail(1);
    expect(calls).toBe(3);
  });

  test('counts as failing if callers give up queries after 2 s', async () => {
    const error = { code: 'TIMEOUT', message: 'The text was not embedded within 2000 ms' };
    for (let time = 0; time < 3; time++) {
      await expect(abandon('query', 2_000)).rejects.toMatchObject(error);
    }
    await expect(embedder.embed(['x'])).rejects.toMatchObject(error);
    expect(calls).toBe(3);
  });
});

describe('these are not failures of the embedder:', () => {
  test.each<[string, TextKind, number]>([
    ['a query that is cancelled within 2 s', 'query', 1_999],
    ['passages, which may be many, that are cancelled', 'passage', 7_000],
  ])('%s', async (_what, kind, afterMs) => {
    for (let time = 0; time < 5; time++) await expect(abandon(kind, afterMs)).rejects.toThrow('left');
    expect(calls).toBe(5);
  });

  test('a single text that fails', async () => {
    behave = () => Promise.resolve([AWAY]);
    for (let time = 0; time < 5; time++) expect(await embedder.embed(['x'])).toEqual([AWAY]);
    expect(calls).toBe(5);
  });
});

test('a cancelled retry does not show that the embedder works', async () => {
  await fail(3);
  now += 2_000;
  behave = () => Promise.reject(new Error('left'));
  await fail(1);
  behave = succeed;
  await fail(1);
  expect(calls).toBe(4);
});
