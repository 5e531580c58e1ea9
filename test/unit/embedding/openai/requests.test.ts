import { describe, expect, test } from '@jest/globals';
import {
  embedInRequests,
  RefusedTextsError,
  type SendRequest,
} from '../../../../src/embedding/openai/requests.js';
import { PublicError } from '../../../../src/errors/errors.js';

/** Embeds a text as its length, and refuses requests with a text of `refused`. */
function lengthSender(refused: string[] = []): [SendRequest, string[][]] {
  const calls: string[][] = [];
  const send: SendRequest = async (texts) => {
    calls.push([...texts]);
    await Promise.resolve();
    if (texts.some((text) => refused.includes(text))) throw new RefusedTextsError('refused');
    return texts.map((text) => Float32Array.of(text.length));
  };
  return [send, calls];
}

function numbered(count: number, padding = ''): string[] {
  return Array.from({ length: count }, (_, at) => `${at}${padding}`);
}

describe('requests for many texts', () => {
  test('make one request within the limits', async () => {
    const [send, calls] = lengthSender();
    const outcomes = await embedInRequests(['a', 'ab'], send);
    expect(calls).toEqual([['a', 'ab']]);
    expect([...outcomes]).toEqual([
      ['a', Float32Array.of(1)],
      ['ab', Float32Array.of(2)],
    ]);
  });

  test('make none for no texts', async () => {
    const [send, calls] = lengthSender();
    expect((await embedInRequests([], send)).size).toBe(0);
    expect(calls).toEqual([]);
  });

  test('have at most 2,048 texts each', async () => {
    const [send, calls] = lengthSender();
    await embedInRequests(numbered(4_097), send);
    expect(calls.map((call) => call.length)).toEqual([1_699, 1_199, 1_199]);
  });

  test('have at most 300,000 tokens each, and about as many', async () => {
    const [send, calls] = lengthSender();
    // A thousand words of one token each.
    await embedInRequests(numbered(700, ' word'.repeat(1_000)), send);
    expect(calls.map((call) => call.length)).toEqual([234, 234, 232]);
  });

  test('say how many tokens they have at most', async () => {
    const told: number[] = [];
    await embedInRequests(['four', ' word'.repeat(10)], (texts, tokens) => {
      told.push(tokens);
      return Promise.resolve(texts.map(() => new Float32Array(1)));
    });
    expect(told).toEqual([54]);
  });

  test('are halved when refused, until the refused text stands alone', async () => {
    const [send, calls] = lengthSender(['c']);
    const outcomes = await embedInRequests(['a', 'b', 'c', 'd', 'e'], send);
    expect(calls).toEqual([['a', 'b', 'c', 'd', 'e'], ['a', 'b', 'c'], ['a', 'b'], ['c'], ['d', 'e']]);
    expect([...outcomes.values()].map((outcome) => outcome instanceof Error)).toEqual([
      false,
      false,
      true,
      false,
      false,
    ]);
  });

  test('give up the search for refused texts when all seem to be', async () => {
    const texts = numbered(2_048);
    const [send, calls] = lengthSender(texts);
    const outcomes = await embedInRequests(texts, send);
    expect(calls.length).toBeLessThan(80);
    expect(outcomes.size).toBe(2_048);
    expect([...outcomes.values()].every((outcome) => outcome instanceof Error)).toBe(true);
  });

  test('that fail fail their texts and no others', async () => {
    const failure = new PublicError('RATE_LIMITED', 'Too many');
    const outcomes = await embedInRequests(numbered(2_049), async (texts) => {
      if (texts.includes('2048')) throw failure;
      return texts.map(() => new Float32Array(1));
    });
    expect(outcomes.get('0')).toEqual(new Float32Array(1));
    expect(outcomes.get('2048')).toBe(failure);
  });

  test('reject the call when all of them fail', async () => {
    const failure = new PublicError('RATE_LIMITED', 'Too many');
    await expect(embedInRequests(numbered(2_049), () => Promise.reject(failure))).rejects.toBe(failure);
  });

  test('keep the embeddings of one half when the other fails', async () => {
    const outcomes = await embedInRequests(['a', 'bad', 'c', 'd'], async (texts) => {
      if (texts.includes('bad')) throw new RefusedTextsError('refused');
      if (texts.includes('c')) throw new PublicError('TIMEOUT', 'Too slow');
      return texts.map(() => new Float32Array(1));
    });
    expect(outcomes.get('a')).toEqual(new Float32Array(1));
    expect(outcomes.get('c')).toMatchObject({ code: 'TIMEOUT' });
  });
});
