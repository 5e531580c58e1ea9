import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { toPointId } from '../../src/papers/point-id.js';
import { toDumpRecord, toDumpRecords, writeDump } from '../support/kaggle-records.js';
import { DIMENSION, startLoading, type Loading } from '../support/loading.js';
import { runPaperql, type Finished } from '../support/process.js';
import type { EmbeddingsRequest } from '../support/openai-rules.js';
import {
  startOpenAiServer,
  toTestEmbedding,
  type EmbeddingItem,
  type Failure,
} from '../support/openai-server.js';

/** Known behaviour of servers with OpenAI's API, and how a load handles it. */

const MODEL = 'small';

let loading: Loading;
let environment: Record<string, string>;
beforeAll(async () => {
  loading = await startLoading();
});
beforeEach(() => {
  environment = { ...loading.environment };
});
afterEach(async () => {
  loading.openai.alterAll((items) => items);
  loading.openai.failWhen(() => undefined);
  loading.openai.forgetFailures();
  loading.openai.calls.length = 0;
  loading.openai.requests.length = 0;
  await rm(path.join(loading.directory, 'data'), { recursive: true, force: true });
});
afterAll(() => loading.close());

/** The text that is embedded for the paper. */
function textOf(index: number): string {
  const { title, abstract } = toDumpRecord(index);
  return `${String(title)}. ${String(abstract)}`.replace(/\s+/g, ' ').trim();
}

/** Expects each of these papers to have the embedding of its own text. */
async function expectOwnEmbeddings(indexes: readonly number[]): Promise<void> {
  const ids = new Map(indexes.map((index) => [index, toPointId(toDumpRecord(index).id)]));
  const vectors = await loading.withStore((store) => store.vectors([...ids.values()]));
  for (const [index, id] of ids) {
    const expected = toTestEmbedding(MODEL, textOf(index), DIMENSION);
    expect([...(vectors.get(id) ?? [])]).toEqual([...expected].map((number) => expect.closeTo(number, 5)));
  }
}

type Fields = (index: number) => Record<string, unknown>;

async function load(count: number, fields?: Fields, maxWait = '1'): Promise<Finished> {
  const dump = await writeDump(loading.directory, 'dump.json', toDumpRecords(count, fields));
  return runPaperql(['ingest', '--json', '--max-wait', maxWait, dump], environment, loading.directory);
}

/** Expects the load to succeed and to store all papers except the rejected ones. */
async function expectLoaded(
  count: number,
  rejected: Record<string, number> = {},
  fields?: Fields,
  maxWait?: string,
) {
  const finished = await load(count, fields, maxWait);
  expect(`${finished.code}: ${finished.stderr}`).toMatch(/^0: /);
  const left = Object.values(rejected).reduce((sum, number) => sum + number, 0);
  expect(JSON.parse(finished.stdout)).toMatchObject({
    status: 'finished',
    counts: { read: count, new: count - left, rejected },
  });
}

/** Expects the load to stop with this message before it stores or rejects a paper. */
async function expectStopped(problem: RegExp) {
  const finished = await load(12);
  expect([finished.code, finished.stderr]).toEqual([3, expect.stringMatching(problem)]);
  expect(JSON.parse(finished.stdout)).toMatchObject({
    status: 'stopped',
    counts: { new: 0, rejected: {} },
    problem: expect.stringMatching(problem),
  });
}

/** An error in the formats of several servers. */
const VOICES = {
  openai: (message: string): Failure => ({ error: { message } }),
  fastapi: (msg: string): Failure => ({
    status: 422,
    body: { detail: [{ type: 'value_error', loc: ['body', 'input'], msg }] },
  }),
  google: (message: string): Failure => ({
    body: [{ error: { code: 400, message, status: 'INVALID_ARGUMENT' } }],
  }),
  tei: (message: string): Failure => ({ status: 413, body: { message, code: 413, type: 'Validation' } }),
  plain: (message: string): Failure => ({ body: `<html><body>${message}</body></html>` }),
};

function inputsOf({ input }: EmbeddingsRequest): string[] {
  return [input].flat();
}

describe('embeddings in an answer', () => {
  test.each<[string, (items: EmbeddingItem[]) => unknown]>([
    ['as OpenAI sends them', (items) => items],
    ['in reverse order, each with its index', (items) => items.reverse()],
    [
      'without the index if it is 0, as Gemini sends them',
      (items) => items.map((item) => (item.index === 0 ? { embedding: item.embedding } : item)),
    ],
    ['without any index', (items) => items.map(({ embedding }) => ({ embedding }))],
    ['with the index as a string', (items) => items.map((item) => ({ ...item, index: String(item.index) }))],
  ])('%s: each paper gets its own', async (_name, alter) => {
    loading.openai.alterAll(alter);
    await expectLoaded(12);
    await expectOwnEmbeddings([...Array(12).keys()]);
  });

  test.each<[string, (items: EmbeddingItem[]) => unknown, RegExp]>([
    [
      'with indexes from 1',
      (items) => items.map((item) => ({ ...item, index: item.index + 1 })),
      /gave an embedding the index 12, expected 0 to 11/,
    ],
    [
      'all with index 0',
      (items) => items.map((item) => ({ ...item, index: 0 })),
      /several embeddings the same index/,
    ],
    [
      'some with the index of another',
      (items) => items.map((item) => ({ ...item, index: item.index % 11 })),
      /several embeddings the same index/,
    ],
    [
      'fewer than the texts, without indexes',
      (items) => items.slice(1).map(({ embedding }) => ({ embedding })),
      /11 embeddings for 12 texts, and no index/,
    ],
    [
      'in base64, which was not requested',
      (items) => items.map((item) => ({ ...item, embedding: 'AACAPwAAgD8=' })),
      /base64/,
    ],
    [
      'each as a list in a list',
      (items) => items.map((item) => ({ ...item, embedding: [item.embedding] })),
      /a list in a list \(nested\)/,
    ],
    [
      'of zeros',
      (items) => items.map((item) => ({ ...item, embedding: Array<number>(DIMENSION).fill(0) })),
      /vector of zeros/,
    ],
    [
      'that are not numbers',
      (items) => items.map((item) => ({ ...item, embedding: Array<null>(DIMENSION).fill(null) })),
      /not finite/,
    ],
    [
      'of the wrong dimension',
      (items) => items.map((item) => ({ ...item, embedding: [1, 2] })),
      /returned 2 dimensions, expected 8.*EMBEDDING_DIMENSIONS/,
    ],
    ['null', (items) => items.map((item) => ({ ...item, embedding: null })), /gave no embedding/],
    ['missing', () => [], /gave 0 embeddings for 12 texts|gave no embedding/],
  ])('%s: the load stops, and no paper gets another’s', async (_name, alter, problem) => {
    loading.openai.alterAll(alter);
    await expectStopped(problem);
  });

  test('of zeros for one text: only that paper is rejected', async () => {
    loading.openai.alterNext((items) =>
      items.map((item) =>
        item.index === 4 ? { ...item, embedding: Array<number>(DIMENSION).fill(0) } : item,
      ),
    );
    await expectLoaded(12, { embedding_refused: 1 });
  });
});

describe('a limit of the server', () => {
  test.each<[string, number, Failure, number, number?]>([
    [
      'of 10 texts, in OpenAI’s format',
      10,
      VOICES.openai('Batch of inputs is larger than the allowed 10'),
      170,
    ],
    ['of 32 texts, in TEI’s format', 32, VOICES.tei('batch size > maximum allowed batch size 32'), 50],
    ['of one text, in Google’s format', 1, VOICES.google('at most 1 text'), 170, 150],
    ['of 64 texts, as an HTML page', 64, VOICES.plain('Payload too large'), 40],
  ])(
    '%s: it is found once, and every paper gets its embedding',
    async (_name, most, failure, requests, count = 1_000) => {
      loading.openai.failWhen((request) => (inputsOf(request).length > most ? failure : undefined));
      await expectLoaded(count);
      expect(loading.openai.calls.length).toBeLessThanOrEqual(requests);
      await expectOwnEmbeddings([0, 1, count / 2 - 1, count / 2, count - 2, count - 1]);
    },
  );

  test('on tokens is found if the error mentions tokens', async () => {
    const failure = VOICES.fastapi('the request has more tokens than the allowed 1000');
    loading.openai.failWhen((request) => (inputsOf(request).join('').length > 4_000 ? failure : undefined));
    await expectLoaded(500);
    expect(loading.openai.calls.length).toBeLessThan(30);
  });

  test.each([
    ['EMBEDDING_MAX_TEXTS', { EMBEDDING_MAX_TEXTS: '10' }],
    ['EMBEDDING_MAX_TOKENS', { EMBEDDING_MAX_TOKENS: '200' }],
  ])('set in %s applies from the first request', async (_name, settings) => {
    const failure = VOICES.openai('too many');
    loading.openai.failWhen((request) => (inputsOf(request).length > 10 ? failure : undefined));
    Object.assign(environment, settings);
    await expectLoaded(100);
    // No text was rejected and sent again.
    expect(loading.openai.calls.flat()).toHaveLength(100);
  });
});

describe('a text that the server cannot embed', () => {
  const special = (index: number) =>
    index === 7 ? { abstract: `On the neutrino. ${'x'.repeat(3_000)}` } : {};
  const isSpecial = (request: EmbeddingsRequest) =>
    inputsOf(request).some((text) => text.includes('neutrino'));

  test.each<[string, Failure, RegExp]>([
    ['rejected with 400', VOICES.openai('An input is too long'), /rejected this text.*An input is too long/],
    ['rejected with 413', VOICES.tei('An input has more than 2000 characters'), /rejected this text/],
    ['rejected with 422', VOICES.fastapi('too long'), /rejected this text/],
    ['answered with 500', { status: 500, error: { message: 'NaN' } }, /failed on this text \(500\).*NaN/],
    ['answered with 502', { status: 502, body: 'Bad Gateway' }, /failed on this text \(502\)/],
  ])('%s: only its paper is rejected', async (_name, failure, detail) => {
    loading.openai.failWhen((request) => (isSpecial(request) ? failure : undefined));
    await expectLoaded(60, { embedding_refused: 1 }, special);
    expect(await loading.readRejects()).toEqual([
      expect.objectContaining({
        line: 8,
        reason: 'embedding_refused',
        detail: expect.stringMatching(detail),
      }),
    ]);
    await expectOwnEmbeddings([0, 6, 8, 59]);
  });
});

describe('a server that embeds nothing', () => {
  test.each<[string, Failure, RegExp]>([
    [
      'rejects everything with 400',
      VOICES.openai('The model makes no embeddings'),
      /makes no embeddings.*OPENAI_EMBEDDING_MODEL/,
    ],
    ['rejects everything with 422', VOICES.fastapi('makes no embeddings'), /makes no embeddings/],
    [
      'rejects the key',
      { status: 401, error: { message: 'Who are you?' } },
      /rejected the key.*Who are you\?.*OPENAI_API_KEY/,
    ],
    [
      'does not know the model',
      { status: 404, body: { error: 'model "small" not found, try pulling it' } },
      /try pulling it/,
    ],
    ['fails every time', { status: 500 }, /failed \(500\)/],
    ['asks for a retry tomorrow', { status: 429, headers: { 'retry-after': '86400' } }, /too many requests/],
    [
      'reports an error in a successful answer',
      { status: 200, body: { error: { message: 'The provider has no answer' } } },
      /provider has no answer/,
    ],
    [
      'returns a login page',
      { status: 200, body: '<html>Please log in</html>', headers: { 'content-type': 'text/html' } },
      /something other than embeddings.*OPENAI_BASE_URL/,
    ],
  ])('%s: the load stops with its message', async (_name, failure, problem) => {
    loading.openai.failWhen(() => failure);
    await expectStopped(problem);
  });
});

describe('a parameter', () => {
  test.each(['encoding_format', 'dimensions'] as const)(
    '%s is left out if the server rejects it',
    async (name) => {
      loading.openai.failWhen((request) =>
        request[name] === undefined ? undefined : VOICES.fastapi(`Extra inputs are not permitted: ${name}`),
      );
      await expectLoaded(12);
      await expectOwnEmbeddings([...Array(12).keys()]);
    },
  );

  test('dimensions is sent to a model with any name', async () => {
    await expectLoaded(12);
    expect(loading.openai.requests[0]).toMatchObject({ model: 'small', dimensions: DIMENSION });
  });
});

test('a load waits for a server that is busy at first', async () => {
  loading.openai.failNext({ status: 503, headers: { 'retry-after': '1' } }, 2);
  await expectLoaded(12, {}, undefined, '4');
});

test('a server that expects its version in the query string, such as Azure, receives it', async () => {
  const azure = await startOpenAiServer({
    address: '/openai/deployments/d/embeddings?api-version=2023-05-15',
    compatibleModels: { small: DIMENSION },
  });
  environment['OPENAI_BASE_URL'] = azure.url;
  await expectLoaded(12);
  expect(azure.calls).toHaveLength(1);
  await azure.close();
});
