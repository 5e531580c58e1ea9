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

/** What servers with OpenAI's API are known to do, and what a load makes of it. */

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

/** The text of the paper as it is embedded. */
function textOf(index: number): string {
  const { title, abstract } = toDumpRecord(index);
  return `${String(title)}. ${String(abstract)}`.replace(/\s+/g, ' ').trim();
}

/** Every one of these papers has the embedding of its own text. */
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

/** The load ends well, with all papers but the rejected ones stored. */
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

/** The load stops before a paper is stored, or rejected, with this sentence. */
async function expectStopped(problem: RegExp) {
  const finished = await load(12);
  expect([finished.code, finished.stderr]).toEqual([3, expect.stringMatching(problem)]);
  expect(JSON.parse(finished.stdout)).toMatchObject({
    status: 'stopped',
    counts: { new: 0, rejected: {} },
    problem: expect.stringMatching(problem),
  });
}

/** A refusal as servers of several makes put it. */
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

describe('an answer whose embeddings are', () => {
  test.each<[string, (items: EmbeddingItem[]) => unknown]>([
    ['as OpenAI gives them', (items) => items],
    ['in reverse, each with its index', (items) => items.reverse()],
    [
      'without the index where it is 0, as Gemini gives them',
      (items) => items.map((item) => (item.index === 0 ? { embedding: item.embedding } : item)),
    ],
    ['without any index', (items) => items.map(({ embedding }) => ({ embedding }))],
    ['with an index of digits', (items) => items.map((item) => ({ ...item, index: String(item.index) }))],
  ])('%s is stored, each paper with its own', async (_name, alter) => {
    loading.openai.alterAll(alter);
    await expectLoaded(12);
    await expectOwnEmbeddings([...Array(12).keys()]);
  });

  test.each<[string, (items: EmbeddingItem[]) => unknown, RegExp]>([
    [
      'counted from 1',
      (items) => items.map((item) => ({ ...item, index: item.index + 1 })),
      /gave an embedding the index 12, expected 0 to 11/,
    ],
    [
      'all with the index 0',
      (items) => items.map((item) => ({ ...item, index: 0 })),
      /several embeddings the same index/,
    ],
    [
      'partly with the index of another',
      (items) => items.map((item) => ({ ...item, index: item.index % 11 })),
      /several embeddings the same index/,
    ],
    [
      'fewer than the texts, without index',
      (items) => items.slice(1).map(({ embedding }) => ({ embedding })),
      /11 embeddings for 12 texts, and no index/,
    ],
    [
      'in base64 that nobody asked for',
      (items) => items.map((item) => ({ ...item, embedding: 'AACAPwAAgD8=' })),
      /base64/,
    ],
    [
      'each a list in a list',
      (items) => items.map((item) => ({ ...item, embedding: [item.embedding] })),
      /a list in a list \(nested\)/,
    ],
    [
      'of zeros',
      (items) => items.map((item) => ({ ...item, embedding: Array<number>(DIMENSION).fill(0) })),
      /vector of zeros/,
    ],
    [
      'not numbers',
      (items) => items.map((item) => ({ ...item, embedding: Array<null>(DIMENSION).fill(null) })),
      /not finite/,
    ],
    [
      'of another size',
      (items) => items.map((item) => ({ ...item, embedding: [1, 2] })),
      /returned 2 dimensions, expected 8.*EMBEDDING_DIMENSIONS/,
    ],
    ['null', (items) => items.map((item) => ({ ...item, embedding: null })), /gave no embedding/],
    ['missing', () => [], /gave 0 embeddings for 12 texts|gave no embedding/],
  ])('%s stops the load, and no paper gets another’s', async (_name, alter, problem) => {
    loading.openai.alterAll(alter);
    await expectStopped(problem);
  });

  test('of zeros for one text rejects that paper', async () => {
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
    ['10 texts in OpenAI’s words', 10, VOICES.openai('Batch of inputs is larger than the allowed 10'), 170],
    ['32 texts in TEI’s words', 32, VOICES.tei('batch size > maximum allowed batch size 32'), 50],
    ['one text in Google’s words', 1, VOICES.google('at most 1 text'), 170, 150],
    ['64 texts on a page', 64, VOICES.plain('Payload too large'), 40],
  ])(
    '%s costs no paper its embedding, and is found once',
    async (_name, most, failure, requests, count = 1_000) => {
      loading.openai.failWhen((request) => (inputsOf(request).length > most ? failure : undefined));
      await expectLoaded(count);
      expect(loading.openai.calls.length).toBeLessThanOrEqual(requests);
      await expectOwnEmbeddings([0, 1, count / 2 - 1, count / 2, count - 2, count - 1]);
    },
  );

  test('on tokens is found where the server speaks of tokens', async () => {
    const failure = VOICES.fastapi('the request has more tokens than the allowed 1000');
    loading.openai.failWhen((request) => (inputsOf(request).join('').length > 4_000 ? failure : undefined));
    await expectLoaded(500);
    expect(loading.openai.calls.length).toBeLessThan(30);
  });

  test.each([
    ['EMBEDDING_MAX_TEXTS', { EMBEDDING_MAX_TEXTS: '10' }],
    ['EMBEDDING_MAX_TOKENS', { EMBEDDING_MAX_TOKENS: '200' }],
  ])('that %s names is kept from the first request on', async (_name, settings) => {
    const failure = VOICES.openai('too many');
    loading.openai.failWhen((request) => (inputsOf(request).length > 10 ? failure : undefined));
    Object.assign(environment, settings);
    await expectLoaded(100);
    // None was refused and sent again.
    expect(loading.openai.calls.flat()).toHaveLength(100);
  });
});

describe('a text that is at fault', () => {
  const special = (index: number) =>
    index === 7 ? { abstract: `On the neutrino. ${'x'.repeat(3_000)}` } : {};
  const isSpecial = (request: EmbeddingsRequest) =>
    inputsOf(request).some((text) => text.includes('neutrino'));

  test.each<[string, Failure, RegExp]>([
    ['refused with 400', VOICES.openai('An input is too long'), /rejected this text.*An input is too long/],
    ['refused with 413', VOICES.tei('An input has more than 2000 characters'), /rejected this text/],
    ['refused with 422', VOICES.fastapi('too long'), /rejected this text/],
    ['answered with 500', { status: 500, error: { message: 'NaN' } }, /failed on this text \(500\).*NaN/],
    ['answered with 502', { status: 502, body: 'Bad Gateway' }, /failed on this text \(502\)/],
  ])('and %s is rejected, and costs no other paper anything', async (_name, failure, detail) => {
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

describe('a server that gives no embedding to anybody', () => {
  test.each<[string, Failure, RegExp]>([
    [
      'refuses all with 400',
      VOICES.openai('The model makes no embeddings'),
      /makes no embeddings.*OPENAI_EMBEDDING_MODEL/,
    ],
    ['refuses all with 422', VOICES.fastapi('makes no embeddings'), /makes no embeddings/],
    [
      'refuses the key',
      { status: 401, error: { message: 'Who are you?' } },
      /rejected the key.*Who are you\?.*OPENAI_API_KEY/,
    ],
    [
      'does not know the model',
      { status: 404, body: { error: 'model "small" not found, try pulling it' } },
      /try pulling it/,
    ],
    ['fails at all', { status: 500 }, /failed \(500\)/],
    ['asks to come back tomorrow', { status: 429, headers: { 'retry-after': '86400' } }, /too many requests/],
    [
      'has an error in a successful answer',
      { status: 200, body: { error: { message: 'The provider has no answer' } } },
      /provider has no answer/,
    ],
    [
      'shows a page to log in',
      { status: 200, body: '<html>Please log in</html>', headers: { 'content-type': 'text/html' } },
      /something other than embeddings.*OPENAI_BASE_URL/,
    ],
  ])('%s: the load stops with its words', async (_name, failure, problem) => {
    loading.openai.failWhen(() => failure);
    await expectStopped(problem);
  });
});

describe('a parameter', () => {
  test.each(['encoding_format', 'dimensions'] as const)(
    '%s that the server refuses is left out',
    async (name) => {
      loading.openai.failWhen((request) =>
        request[name] === undefined ? undefined : VOICES.fastapi(`Extra inputs are not permitted: ${name}`),
      );
      await expectLoaded(12);
      await expectOwnEmbeddings([...Array(12).keys()]);
    },
  );

  test('dimensions is sent to a model of any name', async () => {
    await expectLoaded(12);
    expect(loading.openai.requests[0]).toMatchObject({ model: 'small', dimensions: DIMENSION });
  });
});

test('a server that is busy at first is waited for', async () => {
  loading.openai.failNext({ status: 503, headers: { 'retry-after': '1' } }, 2);
  await expectLoaded(12, {}, undefined, '4');
});

test('a server that expects its version in the query string, as Azure does, gets it', async () => {
  const azure = await startOpenAiServer({
    address: '/openai/deployments/d/embeddings?api-version=2023-05-15',
    compatibleModels: { small: DIMENSION },
  });
  environment['OPENAI_BASE_URL'] = azure.url;
  await expectLoaded(12);
  expect(azure.calls).toHaveLength(1);
  await azure.close();
});
