import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  createOpenAiEmbedder,
  type OpenAiEmbedderOptions,
} from '../../../../src/embedding/openai/embedder.js';
import type { Embedder } from '../../../../src/embedding/embedder.js';
import { toError, toOperatorMessage } from '../../../../src/errors/errors.js';
import {
  startOpenAiServer,
  toTestEmbedding,
  type EmbeddingItem,
  type OpenAiServer,
} from '../../../support/openai-server.js';
import type { EmbeddingsRequest } from '../../../support/openai-rules.js';

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
    timeoutMs: 60_000, // long enough for a slow machine
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

  test('sends a repeated text once', async () => {
    expect(await embedder.embed(['a\nb', 'c', 'a b'])).toEqual(expected('a b', 'c', 'a b'));
    expect(openAi.calls).toEqual([['a b', 'c']]);
  });

  test('sends no request for no texts, for blank texts, or to check itself', async () => {
    await embedder.embed([]);
    await embedder.embed([' ']);
    await embedder.check();
    expect(openAi.calls).toEqual([]);
  });

  test('splits more texts than a request may have', async () => {
    const texts = Array.from({ length: 2_050 }, (_, at) => `text ${at}`);
    const embeddings = await createEmbedder({ dimensions: 8 }).embed(texts);
    expect(openAi.calls.length).toBe(2);
    expect(embeddings.at(-1)).toEqual(toTestEmbedding(SMALL, 'text 2049', 8));
  });

  test('splits more tokens than a request may have', async () => {
    const texts = Array.from({ length: 45 }, (_, at) => `${at}${' word'.repeat(8_000)}`);
    const embeddings = await embedder.embed(texts);
    expect(openAi.calls.length).toBe(2);
    expect(embeddings).toEqual(Array(texts.length).fill(expect.any(Float32Array)));
  });

  test('requests plain numbers from servers other than OpenAI’s', async () => {
    await embedder.embed(['a']);
    expect(openAi.requests).toEqual([{ model: SMALL, input: ['a'], encoding_format: 'float' }]);
  });

  test('requests base64 from OpenAI', async () => {
    await redirectingFetch('https://api.openai.com/v1', openAi.url, async () => {
      const [embedding] = await createEmbedder({ baseUrl: undefined }).embed(['a']);
      expect(embedding).toEqual(expected('a')[0]);
    });
    expect(openAi.requests).toEqual([{ model: SMALL, input: ['a'], encoding_format: 'base64' }]);
  });

  test('requests shorter embeddings if configured', async () => {
    const large = createEmbedder({ model: 'text-embedding-3-large', dimensions: 256 });
    const [embedding] = await large.embed(['a']);
    expect([large.id, large.dimension]).toEqual(['openai:text-embedding-3-large@256', 256]);
    expect(embedding).toHaveLength(256);
    expect(openAi.requests[0]).toMatchObject({ dimensions: 256 });
  });

  test('continues after a temporary failure', async () => {
    openAi.failNext({ status: 429 });
    openAi.failNext({ status: 503, headers: { 'retry-after': '0' } });
    expect(await embedder.embed(['a'])).toEqual(expected('a'));
    expect(openAi.calls).toEqual([['a'], ['a'], ['a']]);
  });

  test('adds the exact prefix for queries or documents to the texts', async () => {
    const prefixes = { query: 'Instruct: find\nQuery:', passage: 'passage: ' };
    const prefixed = createEmbedder({ prefixes });
    await prefixed.embed(['dark\nmatter'], { kind: 'query' });
    await prefixed.embed(['a paper', ' ']);
    expect(openAi.calls).toEqual([['Instruct: find\nQuery:dark matter'], ['passage: a paper']]);
    expect(prefixed.prefixes).toBe(prefixes);
  });
});

describe('answers of the API', () => {
  test('are matched to texts by index, in any order', async () => {
    openAi.alterNext((items) => items.reverse());
    expect(await embedder.embed(['a', 'b', 'c'])).toEqual(expected('a', 'b', 'c'));
  });

  test('without an embedding for one text fail only that text', async () => {
    openAi.alterNext((items) => items.filter(({ index }) => index !== 1));
    const [a, b, c] = await embedder.embed(['a', 'b', 'c']);
    expect([a, c]).toEqual(expected('a', 'c'));
    expect(b).toMatchObject({
      code: 'EMBEDDING_UNAVAILABLE',
      message: expect.stringContaining('no embedding'),
    });
  });

  const BAD_EMBEDDINGS: [string, unknown, RegExp][] = [
    ['of another dimension', [0.6, 0.8], /2 dimensions, expected 1536/],
    ['with a null', [null, ...Array<number>(1535).fill(0.1)], /numbers that are not finite/],
    ['with a number too large', [1e39, ...Array<number>(1535).fill(0.1)], /numbers that are not finite/],
    ['of zeros', Array<number>(1536).fill(0), /vector of zeros/],
    ['in base64, which was not requested', 'AAAA', /base64/],
    ['that are a list in a list', [Array<number>(1536).fill(0.1)], /nested/],
    ['that are an object', { values: [1] }, /something else than a list/],
    ['that are null', null, /no embedding/],
  ];

  test.each(BAD_EMBEDDINGS)('%s fail only their text', async (_name, embedding, words) => {
    openAi.alterNext((items) => items.map((item) => (item.index === 0 ? { ...item, embedding } : item)));
    const [a, b] = await embedder.embed(['a', 'b']);
    expect(a).toMatchObject({ code: 'EMBEDDING_UNAVAILABLE' });
    expect(toOperatorMessage(toError(a))).toMatch(words);
    expect(b).toEqual(expected('b')[0]);
  });

  test.each(BAD_EMBEDDINGS)(
    '%s for all texts are a failure of the service',
    async (_name, embedding, words) => {
      openAi.alterAll((items) => items.map((item) => ({ ...item, embedding })));
      const patient = createEmbedder({ isPatient: true });
      const error = await patient.embed(['a', 'b']).catch(toError);
      expect(error).toMatchObject({ code: 'EMBEDDING_UNAVAILABLE' });
      expect(toOperatorMessage(toError(error))).toMatch(words);
    },
  );

  test.each<[string, (items: EmbeddingItem[]) => unknown]>([
    ['without any index, by place', (items) => items.map(({ embedding }) => ({ embedding }))],
    [
      'without the index if it is 0',
      (items) => items.map(({ index, embedding }) => (index === 0 ? { embedding } : { index, embedding })),
    ],
    [
      'with the index as a string of digits',
      (items) => items.map((item) => ({ ...item, index: String(item.index) })).reverse(),
    ],
  ])('%s are read', async (_name, alter) => {
    openAi.alterNext(alter);
    expect(await embedder.embed(['a', 'b', 'c'])).toEqual(expected('a', 'b', 'c'));
  });

  test.each<[string, (items: EmbeddingItem[]) => unknown]>([
    ['counted from 1', (items) => items.map((item) => ({ ...item, index: item.index + 1 }))],
    ['always 0', (items) => items.map((item) => ({ ...item, index: 0 }))],
    ['of the first at the last', (items) => items.map((item) => ({ ...item, index: item.index % 2 }))],
    ['below 0', (items) => items.map((item) => ({ ...item, index: item.index - 1 }))],
    ['that is not a whole number', (items) => items.map((item) => ({ ...item, index: item.index / 2 }))],
    [
      'missing twice',
      (items) => items.map(({ index, embedding }) => (index < 2 ? { embedding } : { index, embedding })),
    ],
    [
      'missing in all, with one embedding too few',
      (items) => items.slice(1).map(({ embedding }) => ({ embedding })),
    ],
  ])('with an index %s are rejected as a whole', async (_name, alter) => {
    openAi.alterNext(alter);
    await expect(embedder.embed(['a', 'b', 'c'])).rejects.toMatchObject({
      code: 'EMBEDDING_UNAVAILABLE',
      lasting: true,
      message: 'Texts cannot be embedded at the moment',
      hint: expect.stringMatching(/did not say which embedding belongs to which text\. .*index/),
    });
    expect(openAi.calls).toHaveLength(1);
  });

  test('of another kind fail the call', async () => {
    openAi.alterAll(() => undefined);
    await expect(embedder.embed(['a'])).rejects.toMatchObject({
      code: 'EMBEDDING_UNAVAILABLE',
      hint: expect.stringContaining('something other than embeddings'),
    });
  });

  const answerWith = (texts: readonly string[], more: object = {}) =>
    JSON.stringify({
      data: expected(...texts).map((embedding, index) => ({ index, embedding: [...embedding] })),
      ...more,
    });
  const inputOf = ({ input }: EmbeddingsRequest) => [input].flat();

  test.each([null, '', false, {}])('together with an error of %j are read', async (error) => {
    openAi.failNext({ status: 200, body: answerWith(['a', 'b'], { error }) });
    expect(await createEmbedder({ baseUrl: openAi.url }).embed(['a', 'b'])).toEqual(expected('a', 'b'));
  });

  test.each([
    ['with an index', (items: EmbeddingItem[]) => items.map((item) => (item.index === 1 ? null : item))],
    [
      'without one',
      (items: EmbeddingItem[]) => items.map(({ index, embedding }) => (index === 1 ? null : { embedding })),
    ],
  ])('with null for one text, and the others %s, fail only that text', async (_how, alter) => {
    openAi.alterNext(alter);
    const [a, b, c] = await embedder.embed(['a', 'b', 'c']);
    expect([a, c]).toEqual(expected('a', 'c'));
    expect(b).toMatchObject({ message: 'The embedding API gave no embedding for this text' });
  });

  test('that are not JSON because of one text, for example NaN, fail only that text', async () => {
    openAi.failWhen((request) =>
      inputOf(request).includes('bad') ? { status: 200, body: '{"data":[{"embedding":[NaN]}]}' } : undefined,
    );
    const [a, bad, b] = await embedder.embed(['a', 'bad', 'b']);
    expect([a, b]).toEqual(expected('a', 'b'));
    expect(bad).toMatchObject({
      lasting: true,
      hint: expect.stringContaining('something other than embeddings'),
    });
  });

  test('that are truncated because they are long are requested in smaller parts', async () => {
    const texts = Array.from({ length: 40 }, (_, at) => `text ${at}`);
    openAi.failWhen((request) =>
      inputOf(request).length > 10 ? { status: 200, body: answerWith(texts).slice(0, 5_000) } : undefined,
    );
    const patient = createEmbedder({ isPatient: true });
    expect(await patient.embed(texts)).toEqual(expected(...texts));
    openAi.calls.length = 0;
    await patient.embed(texts.map((text) => `${text} again`));
    expect(openAi.calls.map(({ length }) => length)).toEqual([10, 10, 10, 10]);
  });

  test.each([
    ['detail', { detail: 'Pay first' }],
    ['message', { message: 'Pay first' }],
    ['a list of errors', { success: false, errors: [{ code: 7, message: 'Pay first' }] }],
  ])('that are replaced by a message in %s fail the call with that message', async (_where, body) => {
    openAi.failWhen(() => ({ status: 200, body }));
    await expect(createEmbedder({ isPatient: true }).embed(['a'])).rejects.toMatchObject({
      hint: expect.stringContaining('Pay first'),
    });
  });

  test('are read up to a limit, and then the connection is closed', async () => {
    openAi.alterNext((items) => [...items, { padding: 'x'.repeat(20_000_000) }]);
    await expect(embedder.embed(['a'])).rejects.toMatchObject({
      code: 'EMBEDDING_UNAVAILABLE',
      lasting: true,
      hint: expect.stringContaining('larger than the embeddings'),
    });
    await until(() => openAi.openRequests() === 0);
  });
});

describe('failures of the API', () => {
  test('a rejected text does not affect others', async () => {
    openAi.refuseText('bad');
    const [a, bad, b] = await embedder.embed(['a', 'bad', 'b']);
    expect([a, b]).toEqual(expected('a', 'b'));
    expect(bad).toMatchObject({
      code: 'EMBEDDING_UNAVAILABLE',
      message: 'The embedding API rejected this text',
      hint: 'It says: "Invalid input."',
    });
    expect(openAi.calls).toEqual([['a', 'bad', 'b'], ['test'], ['a', 'bad'], ['a'], ['bad'], ['b']]);
  });

  test.each([500, 503, 424])(
    'a text that makes the service fail with %d does not affect others',
    async (status) => {
      openAi.refuseText('bad', status);
      const [a, bad, b] = await embedder.embed(['a', 'bad', 'b']);
      expect([a, b]).toEqual(expected('a', 'b'));
      expect(bad).toMatchObject({
        message: `The embedding API failed on this text (${status})`,
        lasting: true,
      });
    },
  );

  test.each([
    ['in param', { error: { param: 'dimensions' } }],
    ['among its words', { error: { message: 'cannot change its dimensions' } }],
    ['as FastAPI does', { body: { detail: [{ loc: ['body', 'dimensions'], msg: 'not permitted' }] } }],
    ['as TEI does', { status: 422, body: { message: 'unknown field `dimensions`', code: 422 } }],
    ['in a list', { body: [{ error: { code: 400, message: 'Unknown name "dimensions"' } }] }],
    ['in the singular', { error: { message: 'This model does not support specifying a dimension.' } }],
    ['as a Python function does', { status: 500, error: { message: "unexpected keyword 'dimensions'" } }],
  ])('a parameter that a server rejects, %s, is omitted from then on', async (_how, failure) => {
    openAi.failWhen(({ dimensions }) => (dimensions === undefined ? undefined : { status: 400, ...failure }));
    const other = createEmbedder({ model: 'text-embedding-3-small', dimensions: 8 });
    openAi.alterAll((items) => items.map((item) => ({ ...item, embedding: Array<number>(8).fill(0.5) })));
    for (const text of ['a', 'b']) {
      expect(await other.embed([text])).toEqual([new Float32Array(8).fill(0.5)]);
    }
    expect(openAi.requests.map(({ dimensions }) => dimensions)).toEqual([8, undefined, undefined]);
  });

  const UNAVAILABLE = /^Texts cannot be embedded at the moment$/;

  test.each([
    [429, 'RATE_LIMITED', /too many requests/, /It says: "Failed with 429"/],
    [401, 'EMBEDDING_UNAVAILABLE', UNAVAILABLE, /rejected the key \(401\).*Check OPENAI_API_KEY/],
    [403, 'EMBEDDING_UNAVAILABLE', UNAVAILABLE, /rejected the key \(403\).*Check OPENAI_API_KEY/],
    [
      404,
      'EMBEDDING_UNAVAILABLE',
      UNAVAILABLE,
      /does not know the model.*OPENAI_EMBEDDING_MODEL \("text-embedding-3-small"\)/,
    ],
    [402, 'EMBEDDING_UNAVAILABLE', UNAVAILABLE, /rejected the request \(402\).*Failed with 402/],
    [
      400,
      'EMBEDDING_UNAVAILABLE',
      UNAVAILABLE,
      /rejects every text \(400\).*Failed with 400.*OPENAI_EMBEDDING_MODEL/,
    ],
    [500, 'EMBEDDING_UNAVAILABLE', /failed \(500\)/, /Failed with 500/],
    [503, 'EMBEDDING_UNAVAILABLE', /failed \(503\)/, /Failed with 503/],
  ])('status %d becomes %s; only the operator learns what to check', async (status, code, message, hint) => {
    openAi.failNext({ status }, 4);
    const error = await embedder.embed(['a', 'b']).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: 'PublicError',
      code,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
      cause: { message: expect.stringContaining(String(status)) },
    });
    expect(error).not.toMatchObject({ message: expect.stringMatching(/OPENAI_|EMBEDDING_|Failed/) });
  });

  test.each([
    { code: 'insufficient_quota' },
    { type: 'insufficient_quota', code: null },
    { code: 'billing_not_active' },
  ])('a used-up quota is reported as such: %j', async (error) => {
    openAi.failNext({ status: 429, error }, 3);
    await expect(embedder.embed(['a'])).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      message: 'Texts cannot be embedded at the moment',
      hint: expect.stringContaining('quota is used up'),
    });
  });

  test('a broken connection becomes EMBEDDING_UNAVAILABLE', async () => {
    openAi.failNext({ reset: true }, 3);
    await expect(embedder.embed(['a'])).rejects.toMatchObject({
      code: 'EMBEDDING_UNAVAILABLE',
      message: expect.stringContaining('cannot be reached'),
    });
  });

  test('an unreachable server becomes EMBEDDING_UNAVAILABLE, with the reason for the log', async () => {
    await openAi.close();
    await expect(embedder.embed(['a'])).rejects.toMatchObject({
      code: 'EMBEDDING_UNAVAILABLE',
      cause: { message: expect.stringContaining('ECONNREFUSED') },
    });
  });

  test('a slow answer becomes TIMEOUT', async () => {
    openAi.failNext({ delayMs: 2_000 });
    await expect(createEmbedder({ timeoutMs: 100 }).embed(['a'])).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining('100 ms'),
    });
  });

  test.each([
    ['milliseconds', { 'retry-after-ms': '90000' }],
    ['seconds', { 'retry-after': '90' }],
    ['a date', { 'retry-after': new Date(Date.now() + 86_400_000).toUTCString() }],
  ])(
    'a wait in %s that is longer than the remaining time becomes RATE_LIMITED at once',
    async (_unit, headers) => {
      openAi.failNext({ status: 429, headers });
      await expect(embedder.embed(['a'], { timeoutMs: 30_000 })).rejects.toMatchObject({
        code: 'RATE_LIMITED',
        retryAfterMs: expect.any(Number),
      });
      expect(openAi.calls).toEqual([['a']]);
    },
  );

  test('the shorter time limit of a caller applies', async () => {
    openAi.failNext({ hang: true });
    await expect(embedder.embed(['a'], { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: 'The embedding API did not answer within 100 ms',
    });
    await until(() => openAi.openRequests() === 0);
  });

  test('a rejected key is never shown, not even in the log', async () => {
    const error = await createEmbedder({ apiKey: 'sk-also-secret' })
      .embed(['a'])
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'EMBEDDING_UNAVAILABLE',
      cause: { message: expect.stringContaining('Incorrect API key provided: [OPENAI_API_KEY]') },
    });
    expect(everythingIn(error)).not.toContain('sk-also-secret');
  });

  test('a key that is too short to be a secret is not masked in messages of the service', async () => {
    const error = await createEmbedder({ apiKey: 'e' })
      .embed(['a'])
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      cause: { message: expect.stringContaining('Incorrect API key provided: e') },
    });
  });
});

describe('a cancelled call', () => {
  const leaves = new Error('The caller left');

  test.each([[true], [false]])('cancels the request to the service (patient: %s)', async (isPatient) => {
    openAi.failNext({ hang: true });
    const controller = new AbortController();
    const embedding = createEmbedder({ isPatient }).embed(['a'], { signal: controller.signal });
    await until(() => openAi.calls.length === 1);
    controller.abort(leaves);
    await expect(embedding).rejects.toBe(leaves);
    await until(() => openAi.openRequests() === 0);
  });

  test('ends the wait before a retry, and sends nothing after it', async () => {
    openAi.failNext({ status: 429, headers: { 'retry-after': '30' } });
    const controller = new AbortController();
    const embedding = embedder.embed(['a'], { signal: controller.signal });
    await until(() => openAi.calls.length === 1 && openAi.openRequests() === 0);
    controller.abort(leaves);
    await expect(embedding).rejects.toBe(leaves);
    expect(openAi.calls).toEqual([['a']]);
  });

  test('that was cancelled before it began sends nothing', async () => {
    await expect(embedder.embed(['a'], { signal: AbortSignal.abort(leaves) })).rejects.toBe(leaves);
    expect(openAi.calls).toEqual([]);
  });
});

test('every request has the query string of the address, and the key also in Azure’s header', async () => {
  const azure = await startOpenAiServer({
    address: '/openai/deployments/d/embeddings?api-version=2023-05-15',
    compatibleModels: { d: 4 },
  });
  const options = { apiKey: azure.apiKey, baseUrl: azure.url, model: 'd', dimensions: 4 };
  expect(await createEmbedder(options).embed(['a'])).toEqual([toTestEmbedding('d', 'a', 4)]);
  await azure.close();
});

test.each([
  [{ apiKey: 'sk-secret\nsecond line' }, /OPENAI_API_KEY/],
  [{ baseUrl: 'http://user:secret@localhost/v1' }, /OPENAI_BASE_URL/],
])('a key that cannot be sent is rejected at once, without being quoted (%#)', (options, message) => {
  expect(() => createEmbedder(options)).toThrow(
    expect.objectContaining({ name: 'StartupError', message: expect.stringMatching(message) }),
  );
  expect(() => createEmbedder(options)).not.toThrow(/secret/);
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

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

/** Messages, stacks and properties of an error and its causes. */
function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.message, error.stack, JSON.stringify(error), everythingIn(error.cause)].join('\n');
}
