import { afterEach, describe, expect, test } from '@jest/globals';
import {
  startRerankServer,
  type Dialect,
  type Fault,
  type RerankServer,
} from '../../support/rerank-server.js';
import { createHttpReranker } from '../../../src/reranking/http-reranker.js';
import { createReranking } from '../../../src/reranking/reranking.js';

let server: RerankServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const TEXTS = ['one', 'three', 'seven'];
const byLength = (query: string, text: string) => text.length - query.length;
const never = new AbortController().signal;

async function start(dialect: Dialect): Promise<RerankServer> {
  return (server = await startRerankServer(dialect, byLength));
}

function open({ url }: RerankServer, model: string | null = 'ranker') {
  return createHttpReranker({ baseUrl: url, model: model ?? undefined, apiKey: 'key-1' });
}

describe('scores are returned in the order of the texts by', () => {
  test.each<Dialect>(['vllm', 'jina', 'cohere', 'voyage'])('%s', async (dialect) => {
    const { calls, refusals, ...started } = await start(dialect);
    const reranker = open({ ...started, calls, refusals });
    expect(await reranker.rerank('q', ['seven', 'one', 'three'], never)).toEqual([4, 2, 4]);
    expect([calls.length, refusals]).toEqual([1, []]);
  });

  test('text-embeddings-inference, which has one model', async () => {
    const started = await start('tei');
    const reranker = createHttpReranker({ baseUrl: `${started.url}/`, model: undefined, apiKey: undefined });
    expect(await reranker.rerank('query', TEXTS, never)).toEqual([-2, 0, 0]);
    expect(started.refusals).toEqual([]);
  });

  test('text-embeddings-inference even if a model is configured, after one rejected request', async () => {
    const started = await start('tei');
    const reranker = open(started);
    expect(await reranker.rerank('q', TEXTS, never)).toEqual([2, 4, 4]);
    expect(await reranker.rerank('q', TEXTS, never)).toEqual([2, 4, 4]);
    expect(started.refusals).toHaveLength(1);
  });

  test('text-embeddings-inference, which accepts 32 texts per request', async () => {
    const started = await start('tei');
    const texts = Array.from({ length: 50 }, (_, at) => 'x'.repeat(1 + ((at * 7) % 50)));
    const scores = await open(started, null).rerank('q', texts, never);
    expect(scores).toEqual(texts.map((text) => byLength('q', text)));
    expect([started.calls.map((call) => call.texts.length).sort(), started.refusals]).toEqual([[18, 32], []]);
  });

  test.each<[Dialect, string | null]>([
    ['tei', 'ranker'],
    ['tei', null],
    ['vllm', 'ranker'],
    ['vllm', null],
  ])('%s if the first requests are concurrent and the configured model is %s', async (dialect, model) => {
    const started = await start(dialect);
    const reranker = open(started, model);
    const ask = () => reranker.rerank('q', TEXTS, never);
    const scores = await Promise.all([ask(), ask(), ask()]);
    expect([...scores, await ask(), await ask()]).toEqual(Array.from({ length: 5 }, () => [2, 4, 4]));
    expect(started.calls).toHaveLength(5);
  });

  test('an address that already ends with /rerank', async () => {
    const started = await start('jina');
    const reranker = createHttpReranker({
      baseUrl: `${started.url}/rerank`,
      model: 'ranker',
      apiKey: 'key-1',
    });
    expect(await reranker.rerank('q', ['a'], never)).toEqual([0]);
  });
});

describe.each<Dialect>(['tei', 'jina', 'voyage'])('an answer of %s is rejected with', (dialect) => {
  const key = dialect === 'tei' ? 'score' : 'relevance_score';
  test.each<[string, Fault, RegExp]>([
    ['a missing index', { change: (items) => items.slice(1) }, /has 2 scores for 3 texts/],
    ['more than there are', { change: (items) => [...items, { index: 3, [key]: 1 }] }, /has 4 scores for 3/],
    [
      'a repeated index',
      { change: ([first, second, third]) => [first, second, { ...third, index: first?.index }] },
      /has two scores for text/,
    ],
    [
      'an index out of range',
      { change: ([first, ...others]) => [{ ...first, index: 3 }, ...others] },
      /has the index 3, but there are 3 texts/,
    ],
    [
      'a negative index',
      { change: ([first, ...others]) => [{ ...first, index: -1 }, ...others] },
      /not a list/,
    ],
    [
      'a fractional index',
      { change: ([first, ...others]) => [{ ...first, index: 0.5 }, ...others] },
      /not a list/,
    ],
    [
      'no score',
      { change: ([first, ...others]) => [{ index: first?.index }, ...others] },
      /has no score for text/,
    ],
    [
      'a score that is text',
      { change: ([first, ...others]) => [{ ...first, [key]: '1' }, ...others] },
      /not a list/,
    ],
    ['no list', { change: () => ({}) }, /it is not a list of scores/],
    ['NaN', { text: `[{"index":0,"${key}":NaN}]` }, /it is not a list of scores/],
    [
      'an infinite number',
      { text: `{"results":[{"index":0,"${key}":1e999}]}` },
      /it is not a list of scores/,
    ],
    ['a page', { text: '<html>' }, /it is not a list of scores/],
    ['nothing', { text: '' }, /it is not a list of scores/],
    ['500', { status: 500, body: 'out of\n memory' }, /answered 500: out of memory/],
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, /could not be reached/],
    ['a cut connection', 'reset', /could not be reached/],
  ])('%s', async (_what, fault, sentence) => {
    const started = await start(dialect);
    started.faults.push(fault);
    const reranker = open(started, dialect === 'tei' ? null : 'ranker');
    await expect(reranker.rerank('q', TEXTS, never)).rejects.toMatchObject({
      name: 'RerankError',
      message: expect.stringMatching(sentence),
    });
    expect(await reranker.rerank('q', TEXTS, never)).toEqual([2, 4, 4]);
  });
});

test('if one of several requests fails, there are no scores', async () => {
  const started = await start('tei');
  started.faults.push({ status: 500 });
  const texts = Array.from({ length: 33 }, () => 'text');
  await expect(open(started, null).rerank('q', texts, never)).rejects.toThrow(/answered 500/);
});

test('an endless answer is rejected', async () => {
  const started = await start('tei');
  started.faults.push({ text: '['.repeat(5 * 1024 * 1024) });
  await expect(open(started, null).rerank('q', TEXTS, never)).rejects.toThrow(/more than 4194304 bytes/);
});

describe('reranking', () => {
  test('caches the model’s scores', async () => {
    const started = await start('jina');
    const reranking = createReranking(open(started), { timeoutMs: 5_000 });
    const [first, again] = [await reranking.score('q', TEXTS), await reranking.score('q', TEXTS)];
    expect([first, again]).toEqual([
      { kind: 'scored', scores: [2, 4, 4] },
      { kind: 'scored', scores: [2, 4, 4] },
    ]);
    expect(started.calls).toHaveLength(1);
  });

  test('stops waiting for a model that hangs, and says how long it waited', async () => {
    const started = await start('jina');
    started.faults.push('hang');
    const reranking = createReranking(open(started), { timeoutMs: 5_000 });
    expect(await reranking.score('q', TEXTS, { timeoutMs: 30 })).toMatchObject({
      kind: 'failed',
      problem: 'The reranking model did not answer within 30 ms',
    });
  });

  test('does not call a model that has failed three times, and hides its messages from clients', async () => {
    const started = await start('jina');
    started.faults.push({ status: 500 }, { status: 429, headers: { 'retry-after': '20' } }, 'reset');
    const reranking = createReranking(open(started), { timeoutMs: 5_000 });
    for (const query of ['a', 'b', 'c']) {
      expect(await reranking.score(query, TEXTS)).toMatchObject({ problem: 'The reranking model failed' });
    }
    expect(await reranking.score('d', TEXTS)).toMatchObject({
      problem: 'The reranking model has failed several times in a row and is not used for now',
    });
    expect(started.calls).toHaveLength(3);
  });

  test('does not call a model that has hung three times for the whole time limit', async () => {
    const started = await start('jina');
    started.faults.push('hang', 'hang', 'hang');
    const reranking = createReranking(open(started), { timeoutMs: 30 });
    for (const query of ['a', 'b', 'c']) {
      expect(await reranking.score(query, TEXTS, { timeoutMs: 5_000 })).toMatchObject({
        problem: 'The reranking model did not answer within 30 ms',
      });
    }
    await reranking.score('d', TEXTS);
    expect(started.calls).toHaveLength(3);
  });

  test('still calls a model that requests with little remaining time did not wait for', async () => {
    const started = await start('jina');
    started.faults.push('hang', 'hang', 'hang');
    const reranking = createReranking(open(started), { timeoutMs: 5_000, fairMs: 2_000 });
    for (const query of ['a', 'b', 'c']) {
      expect(await reranking.score(query, TEXTS, { timeoutMs: 30 })).toMatchObject({ kind: 'failed' });
    }
    expect(await reranking.score('d', TEXTS)).toMatchObject({ kind: 'scored' });
  });

  test('does not call a model that has hung three times for most of the time that requests have', async () => {
    const started = await start('jina');
    started.faults.push('hang', 'hang', 'hang');
    const reranking = createReranking(open(started), { timeoutMs: 5_000, fairMs: 20 });
    for (const query of ['a', 'b', 'c']) await reranking.score(query, TEXTS, { timeoutMs: 30 });
    await reranking.score('d', TEXTS);
    expect(started.calls).toHaveLength(3);
  });

  test('cancels a call that no request waits for, without counting it as a failure', async () => {
    const started = await start('jina');
    const reranking = createReranking(open(started), { timeoutMs: 5_000 });
    for (let turn = 0; turn < 4; turn++) {
      started.faults.push('hang');
      const controller = new AbortController();
      const reason = new Error('gone');
      const asked = reranking.score('q', TEXTS, { signal: controller.signal });
      controller.abort(reason);
      await expect(asked).rejects.toBe(reason);
      started.faults.length = 0;
    }
    expect(await reranking.score('q', TEXTS)).toMatchObject({ kind: 'scored' });
  });
});
