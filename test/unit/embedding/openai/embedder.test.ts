import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  createOpenAiEmbedder,
  type OpenAiEmbedderOptions,
} from '../../../../src/embedding/openai/embedder.js';
import type { Embedder } from '../../../../src/embedding/embedder.js';
import { startOpenAiServer, toTestEmbedding, type OpenAiServer } from '../../../support/openai-server.js';

const SMALL = 'text-embedding-3-small';

let openAi: OpenAiServer;
let embedder: Embedder;

beforeEach(async () => {
  openAi = await startOpenAiServer({ apiKey: 'sk-very-secret' });
  embedder = createEmbedder();
});

afterEach(() => openAi.close());

function createEmbedder(options: Partial<OpenAiEmbedderOptions> = {}): Embedder {
  return createOpenAiEmbedder({
    apiKey: openAi.apiKey,
    baseUrl: openAi.url,
    model: SMALL,
    timeoutMs: 60_000, // a slow machine is no failure here
    ...options,
  });
}

function expected(...texts: string[]): Float32Array[] {
  return texts.map((text) => toTestEmbedding(SMALL, text, 1536));
}

describe('a call of the OpenAI embedder', () => {
  test('is one request with all texts', async () => {
    expect(await embedder.embed(['a', 'b'])).toEqual(expected('a', 'b'));
    expect(openAi.calls).toEqual([['a', 'b']]);
  });

  test('sends a text once that it is given twice', async () => {
    expect(await embedder.embed(['a\nb', 'c', 'a b'])).toEqual(expected('a b', 'c', 'a b'));
    expect(openAi.calls).toEqual([['a b', 'c']]);
  });

  test('makes no request for no texts, for blank texts, or to check', async () => {
    await embedder.embed([]);
    await embedder.embed([' ']);
    await embedder.check();
    expect(openAi.calls).toEqual([]);
  });

  test('splits more texts than a request takes', async () => {
    const texts = Array.from({ length: 2_050 }, (_, at) => `text ${at}`);
    const embeddings = await createEmbedder({ dimensions: 8 }).embed(texts);
    expect(openAi.calls.length).toBe(2);
    expect(embeddings.at(-1)).toEqual(toTestEmbedding(SMALL, 'text 2049', 8));
  });

  test('splits more tokens than a request takes', async () => {
    const texts = Array.from({ length: 45 }, (_, at) => `${at}${' word'.repeat(8_000)}`);
    const embeddings = await embedder.embed(texts);
    expect(openAi.calls.length).toBe(2);
    expect(embeddings.every((embedding) => embedding instanceof Float32Array)).toBe(true);
  });

  test('asks for plain numbers from a server of its own address', async () => {
    await embedder.embed(['a']);
    expect(openAi.requests).toEqual([{ model: SMALL, input: ['a'], encoding_format: 'float' }]);
  });

  test('asks OpenAI itself for base64', async () => {
    await redirectingFetch('https://api.openai.com/v1', openAi.url, async () => {
      const [embedding] = await createEmbedder({ baseUrl: undefined }).embed(['a']);
      expect(embedding).toEqual(expected('a')[0]);
    });
    expect(openAi.requests).toEqual([{ model: SMALL, input: ['a'], encoding_format: 'base64' }]);
  });

  test('asks for shorter embeddings when configured', async () => {
    const large = createEmbedder({ model: 'text-embedding-3-large', dimensions: 256 });
    const [embedding] = await large.embed(['a']);
    expect([large.id, large.dimension]).toEqual(['openai:text-embedding-3-large@256', 256]);
    expect(embedding).toHaveLength(256);
    expect(openAi.requests[0]).toMatchObject({ dimensions: 256 });
  });

  test('goes on after a failure that passes', async () => {
    openAi.failNext({ status: 429 });
    openAi.failNext({ status: 503 });
    expect(await embedder.embed(['a'])).toEqual(expected('a'));
    expect(openAi.calls).toEqual([['a'], ['a'], ['a']]);
  });
});

describe('answers of the API', () => {
  test('belong to the text of their index, in whatever order they come', async () => {
    openAi.alterNext((items) => items.reverse());
    expect(await embedder.embed(['a', 'b', 'c'])).toEqual(expected('a', 'b', 'c'));
  });

  test('that lack an index fail its text alone', async () => {
    openAi.alterNext((items) => items.filter(({ index }) => index !== 1));
    const [a, b, c] = await embedder.embed(['a', 'b', 'c']);
    expect([a, c]).toEqual(expected('a', 'c'));
    expect(b).toMatchObject({
      code: 'EMBEDDING_UNAVAILABLE',
      message: expect.stringContaining('no embedding'),
    });
  });

  test.each([
    ['of another dimension', [0.6, 0.8], /2 dimensions, expected 1536/],
    ['with a null', [null, ...Array<number>(1535).fill(0.1)], /numbers that are none/],
    ['with a number too large', [1e39, ...Array<number>(1535).fill(0.1)], /numbers that are none/],
    ['that are no list', 'AAAA', /no embedding/],
  ])('%s fail their text alone', async (_name, embedding, message) => {
    openAi.alterNext((items) => items.map((item) => (item.index === 0 ? { ...item, embedding } : item)));
    const [a, b] = await embedder.embed(['a', 'b']);
    expect(a).toMatchObject({ code: 'EMBEDDING_UNAVAILABLE', message: expect.stringMatching(message) });
    expect(b).toEqual(expected('b')[0]);
  });

  test('that are something else fail the call', async () => {
    openAi.alterNext(() => undefined);
    await expect(embedder.embed(['a'])).rejects.toMatchObject({ code: 'EMBEDDING_UNAVAILABLE' });
  });
});

describe('failures of the API', () => {
  test('a refused text fails alone', async () => {
    openAi.refuseText('bad');
    const [a, bad, b] = await embedder.embed(['a', 'bad', 'b']);
    expect([a, b]).toEqual(expected('a', 'b'));
    expect(bad).toMatchObject({
      code: 'EMBEDDING_UNAVAILABLE',
      message: 'The embedding API refused this text',
    });
    expect(openAi.calls).toEqual([['a', 'bad', 'b'], ['a', 'bad'], ['a'], ['bad'], ['b']]);
  });

  test('a refused parameter is not taken for a bad text', async () => {
    openAi.failNext({ status: 400, error: { param: 'dimensions' } });
    await expect(embedder.embed(['a', 'b'])).rejects.toMatchObject({
      code: 'EMBEDDING_UNAVAILABLE',
      message: expect.stringContaining('"dimensions"'),
    });
    expect(openAi.calls).toHaveLength(1);
  });

  test.each([
    [429, 'RATE_LIMITED', /too many requests/],
    [401, 'EMBEDDING_UNAVAILABLE', /OPENAI_API_KEY/],
    [403, 'EMBEDDING_UNAVAILABLE', /OPENAI_API_KEY/],
    [404, 'EMBEDDING_UNAVAILABLE', /"text-embedding-3-small"; check OPENAI_EMBEDDING_MODEL/],
    [500, 'EMBEDDING_UNAVAILABLE', /failed \(500\)/],
    [503, 'EMBEDDING_UNAVAILABLE', /failed \(503\)/],
  ])('status %d is %s', async (status, code, message) => {
    openAi.failNext({ status }, 3);
    await expect(embedder.embed(['a', 'b'])).rejects.toMatchObject({
      name: 'PublicError',
      code,
      message: expect.stringMatching(message),
      cause: { message: expect.stringContaining(String(status)) },
    });
  });

  test('a used-up quota is named as such', async () => {
    openAi.failNext({ status: 429, error: { code: 'insufficient_quota' } }, 3);
    await expect(embedder.embed(['a'])).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      message: expect.stringContaining('quota'),
    });
  });

  test('a cut connection is EMBEDDING_UNAVAILABLE', async () => {
    openAi.failNext({ reset: true }, 3);
    await expect(embedder.embed(['a'])).rejects.toMatchObject({
      code: 'EMBEDDING_UNAVAILABLE',
      message: expect.stringContaining('cannot be reached'),
    });
  });

  test('a server that is not there is EMBEDDING_UNAVAILABLE, with the reason for the log', async () => {
    await openAi.close();
    await expect(embedder.embed(['a'])).rejects.toMatchObject({
      code: 'EMBEDDING_UNAVAILABLE',
      cause: { message: expect.stringContaining('ECONNREFUSED') },
    });
  });

  test('a slow answer is TIMEOUT', async () => {
    openAi.failNext({ delayMs: 2_000 });
    await expect(createEmbedder({ timeoutMs: 100 }).embed(['a'])).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining('100 ms'),
    });
  });

  test('a wait of an hour that the API asks for is cut short by the time-out', async () => {
    openAi.failNext({ status: 429, headers: { 'retry-after-ms': '3600000' } });
    await expect(createEmbedder({ timeoutMs: 100 }).embed(['a'])).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  test('after the time-out nothing is sent, though the wait that the API asked for is over', async () => {
    openAi.failNext({ status: 429, headers: { 'retry-after-ms': '300' } });
    await expect(createEmbedder({ timeoutMs: 100 }).embed(['a'])).rejects.toMatchObject({ code: 'TIMEOUT' });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(openAi.calls).toEqual([['a']]);
  });

  test('a refused key is told nobody, not even the log', async () => {
    const error = await createEmbedder({ apiKey: 'sk-also-secret' })
      .embed(['a'])
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'EMBEDDING_UNAVAILABLE',
      cause: { message: expect.stringContaining('Incorrect API key provided: [OPENAI_API_KEY]') },
    });
    expect(everythingIn(error)).not.toContain('sk-also-secret');
  });
});

test.each([
  [{ apiKey: 'sk-secret\nsecond line' }, /OPENAI_API_KEY/],
  [{ baseUrl: 'http://user:secret@localhost/v1' }, /OPENAI_BASE_URL/],
])('what cannot be sent is refused at once, without being quoted (%#)', (options, message) => {
  expect(() => createEmbedder(options)).toThrow(
    expect.objectContaining({ name: 'StartupError', message: expect.stringMatching(message) }),
  );
  expect(() => createEmbedder(options)).not.toThrow(/secret/);
});

/** Sends requests for one address to another while `run` runs. */
async function redirectingFetch(from: string, to: string, run: () => Promise<void>): Promise<void> {
  const original = globalThis.fetch;
  globalThis.fetch = (input, init) =>
    original(typeof input === 'string' ? input.replace(from, to) : input, init);
  try {
    await run();
  } finally {
    globalThis.fetch = original;
  }
}

/** An error's messages, stacks and properties, those of its causes included. */
function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.message, error.stack, JSON.stringify(error), everythingIn(error.cause)].join('\n');
}
