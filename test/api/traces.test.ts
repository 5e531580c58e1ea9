import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { startFragileQdrant, type FragileQdrant } from '../support/fragile-qdrant.js';
import { toDumpRecord, writeDump } from '../support/kaggle-records.js';
import { startLoading, toVector, type Loading } from '../support/loading.js';
import { finish, spawnPaperql, startProcess, type ServerProcess } from '../support/process.js';
import { startRerankServer, type RerankServer } from '../support/rerank-server.js';
import {
  CLIENT,
  FAILED,
  INTERNAL,
  SERVER,
  startTraceCollector,
  type CollectedSpan,
  type TraceCollector,
} from '../support/trace-collector.js';

/** A server with Qdrant and an embedding service, which sends its spans to a collector as they end. */

const SECRET = 'gravitational lenses';
const SEARCH = `query Lenses($query: String!, $mode: SearchMode) {
  search(query: $query, mode: $mode, interpret: false, first: 2) { nodes { rank paper { title } } }
}`;

let loading: Loading;
let qdrant: FragileQdrant;
let reranker: RerankServer;
let collector: TraceCollector;
let settings: Record<string, string>;
let server: ServerProcess;
const started: ServerProcess[] = [];

async function start(environment: Record<string, string>): Promise<ServerProcess> {
  const process = await startProcess(environment, loading.directory);
  started.push(process);
  return process;
}

beforeAll(async () => {
  qdrant = await startFragileQdrant();
  await qdrant.drop('traced_papers');
  loading = await startLoading({ QDRANT_URL: qdrant.url, QDRANT_COLLECTION: 'traced_papers' });
  const records = Array.from({ length: 5 }, (_, at) => toDumpRecord(at, { embedding: toVector(at) }));
  await writeDump(loading.directory, 'papers.jsonl', records);
  await loading.summaryOf(0, '--embedding-model', 'small', 'papers.jsonl');
  [collector, reranker] = await Promise.all([
    startTraceCollector(),
    startRerankServer('jina', (_query, text) => text.length),
  ]);
  settings = {
    ...loading.environment,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: '20',
    RERANK_BASE_URL: reranker.url,
    RERANK_MODEL: 'ranker',
    RERANK_API_KEY: 'key-1',
  };
  server = await start({ ...settings, EMBEDDING_BATCH_WINDOW_MS: '200' });
}, 60_000);
afterAll(async () => {
  for (const { child } of started) child.kill('SIGKILL');
  await qdrant.drop('traced_papers');
  await Promise.all([qdrant.close(), reranker.close(), collector.close(), loading.close()]);
});

let traces = 0;

/** Searches within a new trace, and returns its spans; the caller's span has the second id. */
async function search(variables: Record<string, unknown>, to = server) {
  const traceId = (++traces).toString(16).padStart(32, '0');
  const callerId = 'c'.repeat(16);
  const response = await fetch(`${to.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent: `00-${traceId}-${callerId}-01` },
    body: JSON.stringify({ query: SEARCH, variables }),
  });
  const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  return { traceId, callerId, code: errors?.[0]?.extensions.code, spans: await collector.waitFor(traceId) };
}

function find(spans: readonly CollectedSpan[], name: string): CollectedSpan {
  const [found, ...others] = spans.filter((span) => span.name === name);
  if (!found || others.length > 0)
    throw new Error(`Expected one span "${name}", and not ${found ? others.length + 1 : 0}`);
  return found;
}

function traceparentOf({ traceId, spanId }: CollectedSpan): string {
  return `00-${traceId}-${spanId}-01`;
}

describe('a search', () => {
  test('has a span for each part, below the part that caused it, and passes the trace on to the services', async () => {
    const { callerId, spans } = await search({ query: 'first words' });
    const request = find(spans, 'POST /graphql');
    expect(request).toMatchObject({
      parentSpanId: callerId,
      kind: SERVER,
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/graphql',
        'http.response.status_code': 200,
      },
    });
    const operation = find(spans, 'query');
    expect(operation).toMatchObject({
      parentSpanId: request.spanId,
      kind: INTERNAL,
      attributes: { 'graphql.operation.type': 'query', 'graphql.operation.name': 'Lenses' },
      events: [{ name: 'execution' }],
    });
    const embeddings = find(spans, 'embeddings small');
    expect(embeddings).toMatchObject({
      parentSpanId: operation.spanId,
      kind: CLIENT,
      attributes: { 'paperql.embedding.texts': 1 },
    });
    const stored = find(spans, 'search traced_papers');
    expect(stored).toMatchObject({
      parentSpanId: operation.spanId,
      kind: CLIENT,
      // Both rankings of a hybrid search.
      attributes: { 'db.system.name': 'qdrant', 'db.operation.batch.size': 2 },
    });
    expect(loading.openai.headers.at(-1)).toMatchObject({ traceparent: traceparentOf(embeddings) });
    const ranked = qdrant.requests.findLast(({ path: asked }) => asked.includes('/points/query/batch'));
    expect(ranked?.headers).toMatchObject({ traceparent: traceparentOf(stored) });
    const reranked = find(spans, 'rerank ranker');
    expect(reranked).toMatchObject({
      parentSpanId: operation.spanId,
      kind: CLIENT,
      attributes: { 'gen_ai.operation.name': 'rerank', 'paperql.reranking.texts': 5 },
    });
    expect(reranker.headers.at(-1)).toMatchObject({ traceparent: traceparentOf(reranked) });
  });

  test('that shares an embedder call with another one is linked with that call', async () => {
    const [one, other] = await Promise.all([
      search({ query: 'shared one' }),
      search({ query: 'shared two' }),
    ]);
    const isCall = ({ name }: CollectedSpan) => name === 'embeddings small';
    const [asking, joining] = one.spans.some(isCall) ? [one, other] : [other, one];
    const call = find(asking.spans, 'embeddings small');
    const joined = find(joining.spans, 'query');
    expect(joining.spans.filter(isCall)).toEqual([]);
    expect(call.attributes).toMatchObject({ 'paperql.embedding.texts': 2 });
    expect(call.links).toMatchObject([{ traceId: joining.traceId, spanId: joined.spanId }]);
    expect(joined.links).toMatchObject([{ traceId: asking.traceId, spanId: call.spanId }]);
  });

  test('that fails has an error code at each failed part', async () => {
    loading.openai.failNext({ status: 401 });
    const { code, spans } = await search({ query: 'no answer', mode: 'SEMANTIC' });
    expect(code).toBe('EMBEDDING_UNAVAILABLE');
    for (const name of ['embeddings small', 'query']) {
      expect(find(spans, name)).toMatchObject({
        attributes: { 'error.type': 'EMBEDDING_UNAVAILABLE' },
        status: { code: FAILED },
      });
    }
    expect(find(spans, 'POST /graphql').status.code).not.toBe(FAILED);
  });

  test('whose reranking fails has an error only at that part', async () => {
    reranker.faults.push({ status: 500 });
    const { code, spans } = await search({ query: 'ranked once' });
    expect(code).toBeUndefined();
    expect(find(spans, 'rerank ranker')).toMatchObject({
      attributes: { 'error.type': 'RerankError' },
      status: { code: FAILED },
    });
    expect(find(spans, 'query').status.code).not.toBe(FAILED);
  });

  test('that is rejected is a failed operation in a request that did not fail', async () => {
    const { spans } = await search({ query: 'any', mode: 'NONE' });
    expect(find(spans, 'query')).toMatchObject({
      attributes: { 'error.type': 'BAD_USER_INPUT' },
      status: { code: FAILED },
    });
    expect(find(spans, 'POST /graphql').status.code).not.toBe(FAILED);
  });

  test('does not reveal what was searched for', async () => {
    await search({ query: SECRET });
    await search({ query: SECRET, mode: SECRET });
    await fetch(`${server.url}/feed.atom?q=${encodeURIComponent(SECRET)}`);
    const sent = collector.requests.map(({ text }) => decodeURIComponent(text)).join('');
    expect(sent).not.toContain(SECRET);
  });
});

/** An operation that belongs to no caller's trace. */
async function ask({ url }: ServerProcess): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  const body = '{"query":"{ __typename }"}';
  return (await fetch(`${url}/graphql`, { method: 'POST', headers, body })).status;
}

test('OTEL_SERVICE_NAME, samplers and TRACE_QUERIES have effect', async () => {
  const traced = await start({
    ...settings,
    OTEL_SERVICE_NAME: 'papers-eu',
    OTEL_TRACES_SAMPLER: 'parentbased_always_off',
    TRACE_QUERIES: 'true',
  });
  expect(await ask(traced)).toBe(200);
  const { traceId, spans } = await search({ query: SECRET }, traced);
  expect(find(spans, 'query').attributes).toMatchObject({
    'graphql.document': SEARCH,
    'paperql.variables': JSON.stringify({ query: SECRET }),
  });
  // The server sends remaining spans when it stops.
  expect(await traced.stop('SIGTERM')).toBe(0);
  const sent = collector.spans.filter(({ service }) => service === 'papers-eu');
  expect(new Set(sent.map((span) => span.traceId))).toEqual(new Set([traceId]));
}, 30_000);

test('spans are protobuf unless JSON is configured, and an unavailable collector is logged once', async () => {
  const away = await startTraceCollector();
  await away.close();
  const environment = { ...settings, OTEL_EXPORTER_OTLP_PROTOCOL: '' };
  const [sending, failing] = await Promise.all([
    start(environment),
    start({ ...environment, OTEL_EXPORTER_OTLP_ENDPOINT: away.url, OTEL_EXPORTER_OTLP_TIMEOUT: '100' }),
  ]);
  expect(await ask(sending)).toBe(200);
  await eventually(() =>
    collector.requests.some(
      ({ path: asked, type }) => asked === '/v1/traces' && type === 'application/x-protobuf',
    ),
  );
  const outages = () => failing.output().split('traces cannot be sent').length - 1;
  expect(await ask(failing)).toBe(200);
  await eventually(() => outages() > 0);
  expect(await ask(failing)).toBe(200);
  expect(await failing.stop('SIGTERM')).toBe(0);
  expect(outages()).toBe(1);
}, 60_000);

describe('without tracing', () => {
  /** Makes a process fail if it loads any OpenTelemetry package. */
  const REFUSE = `export async function resolve(name, context, next) {
    if (/^@opentelemetry\\/(sdk|core|resources|exporter)/.test(name)) throw new Error('loaded ' + name);
    return next(name, context);
  }`;

  test('no tracing package is loaded', async () => {
    await writeFile(path.join(loading.directory, 'refuse.mjs'), REFUSE);
    await writeFile(
      path.join(loading.directory, 'hook.mjs'),
      "import { register } from 'node:module'; register('./refuse.mjs', import.meta.url);",
    );
    const hooked = { ...settings, NODE_OPTIONS: '--import=./hook.mjs' };
    const off = await start({ ...hooked, OTEL_SDK_DISABLED: 'TRUE' });
    expect(await ask(off)).toBe(200);
    expect(await off.stop('SIGTERM')).toBe(0);
    const load = (environment: Record<string, string>) =>
      finish(
        spawnPaperql(
          ['ingest', '--json', '--embedding-model', 'small', 'papers.jsonl'],
          environment,
          loading.directory,
        ),
      );
    expect(await load({ ...hooked, OTEL_SDK_DISABLED: 'TRUE' })).toMatchObject({ code: 0 });
    const on = await load(hooked);
    expect(`${on.code}: ${on.stderr}`).toMatch(/^1: .*loaded @opentelemetry\//s);
    await expect(start(hooked)).rejects.toThrow(/^exited with 1: [^]*loaded @opentelemetry\//);
  }, 120_000);
});
