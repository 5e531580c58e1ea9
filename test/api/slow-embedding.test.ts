import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { importOnce } from '../support/import-once.js';
import { startOpenAiServer, type Failure, type OpenAiServer } from '../support/openai-server.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

/** Imported this way so that its errors are instances of the server's classes. */
const { createOpenAiEmbedder } = await importOnce<typeof import('../../src/embedding/openai/embedder.js')>(
  '../../src/embedding/openai/embedder.js',
);

/** The sample, with a stand-in for OpenAI's API that embeds the texts. */

const PREFIXES = { query: 'query: ', passage: 'passage: ' };

let openai: OpenAiServer;
let server: TestServer;
beforeEach(async () => {
  openai = await startOpenAiServer({ compatibleModels: { other: 384 } });
});
afterEach(async () => {
  await Promise.all([openai.close(), server.close()]);
});

async function start(environment: Record<string, string> = {}): Promise<void> {
  const embedder = createOpenAiEmbedder({
    apiKey: openai.apiKey,
    baseUrl: openai.url,
    model: 'other',
    dimensions: 384,
    prefixes: PREFIXES,
    timeoutMs: 60_000,
  });
  server = await startTestServer({ environment, wrapEmbedder: () => embedder, maxHoldMs: 50 });
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const NEEDS_NO_EMBEDDING = `
  words: search(query: "attention", mode: KEYWORD, first: 1) { nodes { paper { similar(first: 1) { rank } } } }
  listing: search(first: 1) { nodes { rank } facets(field: YEAR, first: 1) { count } }
  recommend(like: ["1706.03762"], first: 1) { nodes { rank } }
  paper(id: "1706.03762") { id }`;

const ANSWERED = {
  words: { nodes: [{ paper: { similar: [{ rank: 1 }] } }] },
  listing: { nodes: [{ rank: 1 }], facets: [{ count: expect.any(Number) }] },
  recommend: { nodes: [{ rank: 1 }] },
  paper: { id: '1706.03762' },
};

describe('an embedding service that', () => {
  test('hangs fails only the fields that need it, after its own time limit', async () => {
    await start({ EMBEDDING_TIMEOUT_MS: '3000' });
    openai.failNext({ hang: true });
    let isAnswered = false;
    const answer = server.ask<object>(
      `{ meaning: search(query: "stars", mode: SEMANTIC, first: 1) { totalCount } ${NEEDS_NO_EMBEDDING} }`,
    );
    void answer.then(() => (isAnswered = true));
    // The search by words, the listing, the recommendations, and then the papers similar to those found.
    await until(() => server.storeCalls.filter(([method]) => method === 'search').length >= 2);
    expect([isAnswered, openai.openRequests()]).toEqual([false, 1]);
    const { data, errors } = await answer;
    expect(data).toEqual({ meaning: null, ...ANSWERED });
    expect(errors).toEqual([
      expect.objectContaining({
        path: ['meaning'],
        message: 'The text was not embedded within 3000 ms; try again later',
        extensions: expect.objectContaining({ code: 'TIMEOUT' }),
      }),
    ]);
    await until(() => openai.openRequests() === 0);
  });

  test('hangs fails before the request times out, however short its time limit', async () => {
    await start({ EMBEDDING_TIMEOUT_MS: '60000', REQUEST_TIMEOUT_MS: '2000' });
    openai.failNext({ hang: true });
    const { data, errors } = await server.ask<object>(
      `{ meaning: search(query: "stars", mode: SEMANTIC, first: 1) { totalCount } ${NEEDS_NO_EMBEDDING} }`,
    );
    expect(data).toEqual({ meaning: null, ...ANSWERED });
    expect(errors).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(/^The text was not embedded within 1\d\d\d ms/),
      }),
    ]);
  });

  test.each([
    ['in seconds', { 'retry-after': '3600' }],
    ['in milliseconds', { 'retry-after-ms': '3600000' }],
    ['by a date', { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() }],
  ])('asks to retry in an hour, %s, causes RATE_LIMITED at once', async (_how, headers) => {
    // No time limit applies here.
    await start({ EMBEDDING_TIMEOUT_MS: '600000', REQUEST_TIMEOUT_MS: '600000' });
    openai.failNext({ status: 429, headers });
    const { data, errors } = await server.ask<object>(
      `{ meaning: search(query: "stars", mode: SEMANTIC, first: 1) { totalCount } ${NEEDS_NO_EMBEDDING} }`,
    );
    expect(data).toEqual({ meaning: null, ...ANSWERED });
    expect(errors).toEqual([
      expect.objectContaining({
        path: ['meaning'],
        extensions: expect.objectContaining({ code: 'RATE_LIMITED' }),
      }),
    ]);
    expect(openai.calls).toHaveLength(1);
  });

  test('returns a vector of zeros causes EMBEDDING_UNAVAILABLE, because it ranks nothing', async () => {
    await start();
    openai.alterAll((items) => items.map((item) => ({ ...item, embedding: Array<number>(384).fill(0) })));
    const { errors } = await server.ask(
      '{ search(query: "stars", mode: SEMANTIC, first: 1) { nodes { rank } } }',
    );
    expect(errors?.map(({ extensions: { code } }) => code)).toEqual(['EMBEDDING_UNAVAILABLE']);
  });

  test.each<[string, Failure]>([
    ['refuses the key', { status: 401, error: { message: 'Who are you?' } }],
    ['does not know the model', { status: 404, error: { message: 'There is no model "other"' } }],
    ['refuses every text', { status: 400, error: { message: 'No embeddings here' } }],
    ['expects to be paid', { status: 402, error: { message: 'Credit card declined' } }],
    ['has no quota left', { status: 429, error: { code: 'insufficient_quota', message: 'Pay first' } }],
    ['shows a page to log in', { status: 200, body: '<html>Please log in</html>' }],
    ['counts otherwise', { status: 200, body: { data: [{ index: 7, embedding: [1] }] } }],
    ['has another dimension', { status: 200, body: { data: [{ index: 0, embedding: [1, 2] }] } }],
  ])('%s is reported to the operator, not to the client', async (_what, failure) => {
    await start();
    openai.failWhen(() => failure);
    const { errors } = await server.ask(
      '{ search(query: "stars", mode: SEMANTIC, first: 1) { totalCount nodes { rank } } }',
    );
    expect(errors?.map(({ message }) => message)).toEqual(['Texts cannot be embedded at the moment']);
    expect(JSON.stringify(errors)).not.toMatch(/OPENAI_|[45]\d\d|dimension|who are|model|pay|card|log in/i);
  });
});

test('a client that hangs up cancels the request to the embedding service', async () => {
  await start();
  openai.failNext({ hang: true });
  const controller = new AbortController();
  const answer = fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ search(query: "stars", first: 1) { nodes { rank } } }' }),
    signal: controller.signal,
  });
  await until(() => openai.calls.length === 1);
  controller.abort();
  await expect(answer).rejects.toThrow();
  await until(() => openai.openRequests() === 0);
});

test('queries are embedded with the query prefix, sentences of papers with the document prefix', async () => {
  await start();
  await server.ask('{ search(query: "stars", mode: SEMANTIC, first: 1) { nodes { highlights { kind } } } }');
  const [queries, sentences] = openai.calls;
  expect(queries).toEqual(['query: stars']);
  expect(sentences?.every((text) => text.startsWith('passage: '))).toBe(true);
});
