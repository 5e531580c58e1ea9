import { describe, expect, test } from '@jest/globals';
import type { EmbeddingOutcome } from '../../../../src/embedding/embedder.js';
import { SuspectTextsError } from '../../../../src/embedding/openai/errors.js';
import {
  createRequests,
  OPENAI_LIMITS,
  type RequestLimits,
  type Service,
} from '../../../../src/embedding/openai/requests.js';
import { PublicError } from '../../../../src/errors/errors.js';

const OF_TEXT = new PublicError('EMBEDDING_UNAVAILABLE', 'rejected this text', { lasting: true });
const OF_SERVICE = new PublicError('EMBEDDING_UNAVAILABLE', 'rejects every text', { lasting: true });

function refusal(isAboutTokens = false): SuspectTextsError {
  return new SuspectTextsError(OF_TEXT, OF_SERVICE, 'refused', isAboutTokens);
}

function failure(): SuspectTextsError {
  return new SuspectTextsError(OF_TEXT, new PublicError('EMBEDDING_UNAVAILABLE', 'failed'), 'failed');
}

/** Embeds a text as its length unless there is something wrong; the texts of each request, `PROBE` for the probe. */
function lengthService(toError: (texts: readonly string[]) => Error | undefined = () => undefined) {
  const calls: string[][] = [];
  const ask: Service['ask'] = async ({ texts }) => {
    calls.push([...texts]);
    await Promise.resolve();
    const error = toError(texts);
    if (error) throw error;
    return texts.map((text) => Float32Array.of(text.length));
  };
  const probe = async () => {
    try {
      await ask({ texts: ['PROBE'], tokens: 1 });
    } catch (error) {
      throw error instanceof SuspectTextsError ? error.ofService : error;
    }
  };
  return [{ ask, probe }, calls] as const;
}

function numbered(count: number, padding = ''): string[] {
  return Array.from({ length: count }, (_, at) => `${at}${padding}`);
}

function failed(outcomes: Map<string, EmbeddingOutcome>): string[] {
  return [...outcomes].filter(([, outcome]) => outcome instanceof Error).map(([text]) => text);
}

const isProbe = (texts: readonly string[]) => texts[0] === 'PROBE';
const sizes = (calls: string[][]) => calls.map((call) => (isProbe(call) ? 'probe' : call.length));

describe('requests for many texts', () => {
  const embed = createRequests(OPENAI_LIMITS);

  test('are one request if they are within the limits', async () => {
    const [service, calls] = lengthService();
    const outcomes = await embed(['a', 'ab'], service);
    expect(calls).toEqual([['a', 'ab']]);
    expect([...outcomes]).toEqual([
      ['a', Float32Array.of(1)],
      ['ab', Float32Array.of(2)],
    ]);
  });

  test('are none for no texts', async () => {
    const [service, calls] = lengthService();
    expect((await embed([], service)).size).toBe(0);
    expect(calls).toEqual([]);
  });

  test('have at most 2,048 texts each', async () => {
    const [service, calls] = lengthService();
    await embed(numbered(4_097), service);
    expect(Math.max(...calls.map((call) => call.length))).toBeLessThanOrEqual(2_048);
    expect(calls).toHaveLength(3);
    expect(calls.flat()).toEqual(numbered(4_097));
  });

  test('have at most 300,000 tokens each, and similar sizes', async () => {
    const [service, calls] = lengthService();
    // A thousand words of one token each.
    await embed(numbered(700, ' word'.repeat(1_000)), service);
    expect(calls.map((call) => call.length)).toEqual([234, 234, 232]);
  });

  test('estimate their maximum number of tokens', async () => {
    const told: number[] = [];
    const ask: Service['ask'] = ({ texts, tokens }) => {
      told.push(tokens);
      return Promise.resolve(texts.map(() => new Float32Array(1)));
    };
    await embed(['four', ' word'.repeat(10)], { ask, probe: () => Promise.resolve() });
    expect(told).toEqual([54]);
  });

  test('affect only their own texts if they fail', async () => {
    const error = new PublicError('RATE_LIMITED', 'Too many');
    const [service] = lengthService((texts) => (texts.includes('2048') ? error : undefined));
    const outcomes = await embed(numbered(2_049), service);
    expect(outcomes.get('0')).toEqual(Float32Array.of(1));
    expect(outcomes.get('2048')).toBe(error);
  });

  test('reject the call if all of them fail', async () => {
    const error = new PublicError('RATE_LIMITED', 'Too many');
    const [service] = lengthService(() => error);
    await expect(embed(numbered(2_049), service)).rejects.toBe(error);
  });

  test('reject the call if one fails permanently for a reason other than its texts', async () => {
    const error = new PublicError('EMBEDDING_UNAVAILABLE', 'Refused the key', { lasting: true });
    const [service] = lengthService((texts) => (texts.includes('2048') ? error : undefined));
    await expect(embed(numbered(2_049), service)).rejects.toBe(error);
  });
});

describe('a rejected request', () => {
  test('is halved until only the rejected text is left, if the service accepts other texts', async () => {
    const [service, calls] = lengthService((texts) => (texts.includes('c') ? refusal() : undefined));
    const outcomes = await createRequests(OPENAI_LIMITS)(['a', 'b', 'c', 'd', 'e'], service);
    expect(calls).toEqual([
      ['a', 'b', 'c', 'd', 'e'],
      ['PROBE'],
      ['a', 'b', 'c'],
      ['a', 'b'],
      ['c'],
      ['d', 'e'],
    ]);
    expect(failed(outcomes)).toEqual(['c']);
    expect(outcomes.get('c')).toBe(OF_TEXT);
  });

  test('rejects the call if the service rejects every text', async () => {
    const [service, calls] = lengthService(() => refusal());
    await expect(createRequests(OPENAI_LIMITS)(numbered(1_000), service)).rejects.toBe(OF_SERVICE);
    expect(sizes(calls)).toEqual([1_000, 'probe']);
  });

  test('does not affect good texts, however many are bad', async () => {
    const isBad = (text: string) => Number(text) % 3 === 0;
    const [service] = lengthService((texts) => (texts.some(isBad) ? refusal() : undefined));
    const outcomes = await createRequests(OPENAI_LIMITS)(numbered(600), service);
    expect(failed(outcomes)).toEqual(numbered(600).filter(isBad));
  });

  test('keeps the embeddings of one half if the other fails', async () => {
    const [service] = lengthService((texts) => {
      if (texts.includes('bad')) return refusal();
      return texts.includes('c') ? new PublicError('TIMEOUT', 'Too slow') : undefined;
    });
    const outcomes = await createRequests(OPENAI_LIMITS)(['a', 'bad', 'c', 'd'], service);
    expect(outcomes.get('a')).toEqual(Float32Array.of(1));
    expect(outcomes.get('c')).toMatchObject({ code: 'TIMEOUT' });
  });
});

describe('a limit of the service', () => {
  const LIMITS: [string, (texts: readonly string[]) => Error | undefined][] = [
    ['texts', (texts) => (texts.length > 10 ? refusal() : undefined)],
    ['tokens', (texts) => (texts.join('').length > 100 ? refusal(true) : undefined)],
    ['texts that it fails on', (texts) => (texts.length > 10 ? failure() : undefined)],
  ];

  test.each(LIMITS)('on %s rejects no text', async (_what, toError) => {
    const [service] = lengthService(toError);
    const outcomes = await createRequests(OPENAI_LIMITS)(numbered(1_000, ' words'), service);
    expect([outcomes.size, failed(outcomes)]).toEqual([1_000, []]);
  });

  test.each(LIMITS)('on %s is discovered once', async (_what, toError) => {
    const embed = createRequests(OPENAI_LIMITS);
    const [first] = lengthService(toError);
    await embed(numbered(1_000, ' words'), first);
    const [second, calls] = lengthService(toError);
    await embed(numbered(200, ' others'), second);
    expect(calls.filter((call) => toError(call) !== undefined)).toEqual([]);
    expect(calls.length).toBeLessThan(60);
  });

  test('is discovered by one of the requests in flight, for all of them', async () => {
    const embed = createRequests(OPENAI_LIMITS);
    const [service, calls] = lengthService((texts) => (texts.length > 10 ? refusal() : undefined));
    await Promise.all([0, 1, 2].map((call) => embed(numbered(160, `of ${call}`), service)));
    // 160, 80, 40, 20 for one of them, 160 for each of the others.
    expect(sizes(calls).filter((size) => size === 'probe' || size > 10)).toEqual([
      160,
      160,
      160,
      'probe',
      80,
      40,
      20,
    ]);
  });

  test('is not inferred from a temporary failure', async () => {
    let isFirst = true;
    const embed = createRequests(OPENAI_LIMITS);
    const [service, calls] = lengthService(() => {
      const error = isFirst ? failure() : undefined;
      isFirst = false;
      return error;
    });
    await embed(numbered(100), service);
    await embed(numbered(100), service);
    expect(sizes(calls)).toEqual([100, 'probe', 50, 50, 100]);
  });

  test.each<[string, RequestLimits, number[]]>([
    ['texts', { maxTexts: 10, maxTokens: 300_000 }, [10, 10, 10]],
    ['tokens', { maxTexts: 2_048, maxTokens: 10 }, [10, 10, 10]],
  ])('on %s is respected if it is configured', async (_what, limits, expected) => {
    const [service, calls] = lengthService();
    await createRequests(limits)(
      Array.from({ length: 30 }, (_, at) => `${at + 10}`),
      service,
    );
    expect(sizes(calls)).toEqual(expected);
  });
});

describe('a request that fails', () => {
  test('because of one text does not affect the others, and that text is retried alone five times', async () => {
    const [service, calls] = lengthService((texts) => (texts.includes('c') ? failure() : undefined));
    const outcomes = await createRequests(OPENAI_LIMITS)(['a', 'b', 'c', 'd'], service);
    expect(failed(outcomes)).toEqual(['c']);
    expect(calls.filter((call) => call.length === 1 && call[0] === 'c')).toHaveLength(6);
  });

  test('every other time does not affect any text', async () => {
    let asked = 0;
    const [service] = lengthService(() => (asked++ % 2 === 0 ? failure() : undefined));
    expect(failed(await createRequests(OPENAI_LIMITS)(['a', 'b', 'c', 'd'], service))).toEqual([]);
  });

  test('whatever its texts is a failure of the service, reported after one more request', async () => {
    const [service, calls] = lengthService(() => failure());
    await expect(createRequests(OPENAI_LIMITS)(numbered(1_000), service)).rejects.toMatchObject({
      message: 'failed',
      lasting: false,
    });
    expect(sizes(calls)).toEqual([1_000, 'probe']);
  });
});
