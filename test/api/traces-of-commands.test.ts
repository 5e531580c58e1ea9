import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { connectAgent } from '../support/agent.js';
import { eventually } from '../support/eventually.js';
import { toDumpRecords, writeDump } from '../support/kaggle-records.js';
import { finish, runPaperql, spawnPaperql } from '../support/process.js';
import { startSyncing, toArxivPaper, type Syncing } from '../support/syncing.js';
import {
  CLIENT,
  FAILED,
  INTERNAL,
  SERVER,
  startTraceCollector,
  type CollectedSpan,
  type TraceCollector,
} from '../support/trace-collector.js';
import { packagePath } from '../../src/package-root.js';

/** Commands with the embedded store and an embedding service, which send their spans to a collector. */

const RECORDS = 6;

let syncing: Syncing;
let collector: TraceCollector;
let environment: Record<string, string>;

beforeAll(async () => {
  collector = await startTraceCollector();
  const papers = Array.from({ length: 4 }, (_, index) => toArxivPaper(index + 100, 1));
  syncing = await startSyncing({ papers, pageSize: 2 });
  environment = {
    ...syncing.environment,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  };
  await writeDump(syncing.directory, 'papers.jsonl', toDumpRecords(RECORDS));
}, 60_000);
afterAll(async () => {
  await Promise.all([syncing.close(), collector.close()]);
});

/** Runs a command, which must exit with the code, and returns the spans that it sent. */
async function trace(code: number, ...args: string[]): Promise<CollectedSpan[]> {
  const before = collector.spans.length;
  const ended = await runPaperql(args, environment, syncing.directory);
  expect(`${ended.code}: ${ended.stderr}`).toMatch(new RegExp(`^${code}: `));
  return collector.spans.slice(before);
}

function rootOf(spans: readonly CollectedSpan[], name: string): CollectedSpan {
  const [root, ...others] = spans.filter((span) => span.name === name && span.parentSpanId === undefined);
  if (!root || others.length > 0) throw new Error(`Expected one trace "${name}"`);
  return root;
}

function partsOf(spans: readonly CollectedSpan[], { traceId, spanId }: CollectedSpan): CollectedSpan[] {
  return spans.filter((span) => span.traceId === traceId && span.parentSpanId === spanId);
}

function namesOf(spans: readonly CollectedSpan[]): string[] {
  return spans.map(({ name }) => name).sort();
}

test('a load has a trace for what is done once, and a linked trace for each batch', async () => {
  const spans = await trace(0, 'ingest', '--json', '--batch-size', '4', 'papers.jsonl');
  const load = rootOf(spans, 'load arxiv_papers');
  expect(load).toMatchObject({
    kind: INTERNAL,
    attributes: { 'paperql.load.status': 'finished', 'paperql.papers.new': RECORDS },
  });
  expect(namesOf(partsOf(spans, load))).toEqual([
    'create arxiv_papers',
    'optimize arxiv_papers',
    'replaceDirectory arxiv_papers',
    'setVectorIndexing arxiv_papers',
    'setVectorIndexing arxiv_papers',
  ]);
  const batches = spans.filter(({ name }) => name === 'batch arxiv_papers');
  const sizes = batches.map(({ attributes }) => [
    attributes['paperql.batch.records'],
    attributes['paperql.papers.new'],
  ]);
  // Batches are stored concurrently; the one that ends first is sent first.
  expect(sizes.sort()).toEqual([
    [2, 2],
    [4, 4],
  ]);
  expect(new Set(batches.map(({ traceId }) => traceId)).size).toBe(2);
  for (const batch of batches) {
    expect(batch.traceId).not.toBe(load.traceId);
    expect(batch.links).toMatchObject([{ traceId: load.traceId, spanId: load.spanId }]);
    expect(namesOf(partsOf(spans, batch))).toEqual([
      'embeddings small',
      'parse',
      'retrieve arxiv_papers',
      'upsert arxiv_papers',
    ]);
  }
});

test('the embedding service gets the trace of the batch that its texts belong to', async () => {
  await writeDump(syncing.directory, 'more.jsonl', toDumpRecords(RECORDS + 1));
  const spans = await trace(0, 'ingest', '--json', 'more.jsonl');
  const [call, ...others] = spans.filter(({ name }) => name === 'embeddings small');
  expect(others).toEqual([]);
  expect(call).toMatchObject({ kind: CLIENT, attributes: { 'paperql.embedding.texts': 1 } });
  const traceparent = `00-${call?.traceId}-${call?.spanId}-01`;
  expect(syncing.openai.headers.at(-1)).toMatchObject({ traceparent });
});

test('a failed batch has an error code, and so does its load', async () => {
  await writeDump(syncing.directory, 'refused.jsonl', toDumpRecords(RECORDS + 2));
  syncing.openai.failNext({ status: 401 });
  const spans = await trace(3, 'ingest', '--json', 'refused.jsonl');
  for (const name of ['embeddings small', 'batch arxiv_papers']) {
    expect(spans.find((span) => span.name === name)).toMatchObject({
      attributes: { 'error.type': 'EMBEDDING_UNAVAILABLE' },
      status: { code: FAILED },
    });
  }
  expect(rootOf(spans, 'load arxiv_papers')).toMatchObject({
    attributes: { 'error.type': 'stopped', 'paperql.load.status': 'stopped' },
    status: { code: FAILED },
  });
});

test('a sync has a trace with its received pages and its loads', async () => {
  const spans = await trace(0, 'sync', '--json');
  const sync = rootOf(spans, 'sync arxiv_papers');
  const parts = partsOf(spans, sync);
  expect(namesOf(parts)).toEqual(['load arxiv_papers', 'receive ListRecords', 'receive ListRecords']);
  const load = parts.find(({ name }) => name.startsWith('load'));
  const batches = spans.filter(({ name }) => name === 'batch arxiv_papers');
  expect(batches.length).toBeGreaterThan(0);
  for (const { links } of batches) {
    expect(links).toMatchObject([{ traceId: sync.traceId, spanId: load?.spanId }]);
  }
});

test('a tool that an agent calls over standard input has its own trace, or joins the agent’s', async () => {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [packagePath('dist', 'main.js'), 'mcp'],
    cwd: syncing.directory,
    env: { PATH: process.env['PATH'] ?? '', LOG_LEVEL: 'warn', ...environment },
    stderr: 'ignore',
  });
  const agent = await connectAgent(transport);
  const before = collector.spans.length;
  try {
    await agent.call('search_papers', { query: 'subject 3', first: 1 });
    await agent.call('get_papers', { ids: ['nonsense'] });
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    await agent.client.callTool({ name: 'corpus_info', arguments: {}, _meta: { traceparent } });
  } finally {
    await agent.client.close();
  }
  const spansOf = (name: string) => collector.spans.slice(before).filter((span) => span.name === name);
  await eventually(() => spansOf('tools/call corpus_info').length > 0);

  const spans = collector.spans.slice(before);
  const search = rootOf(spans, 'tools/call search_papers');
  expect(search).toMatchObject({ kind: SERVER, attributes: { 'gen_ai.tool.name': 'search_papers' } });
  const [operation] = partsOf(spans, search);
  expect(operation).toMatchObject({
    name: 'query',
    attributes: { 'graphql.operation.name': 'search_papers' },
  });
  expect(namesOf(operation ? partsOf(spans, operation) : [])).toEqual(
    expect.arrayContaining(['embeddings small', 'search arxiv_papers']),
  );
  expect(rootOf(spans, 'tools/call get_papers')).toMatchObject({
    attributes: { 'error.type': 'tool_error' },
    status: { code: FAILED },
  });
  expect(spansOf('tools/call corpus_info')).toMatchObject([
    { traceId: 'a'.repeat(32), parentSpanId: 'b'.repeat(16) },
  ]);
}, 60_000);

test('spans for the console go to standard error, not to standard output with the summary', async () => {
  const printing = { ...environment, OTEL_TRACES_EXPORTER: 'console' };
  const { code, stdout, stderr } = await finish(
    spawnPaperql(['ingest', '--json', 'papers.jsonl'], printing, syncing.directory),
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ status: 'finished' });
  expect(stderr).toMatch(/name: 'batch arxiv_papers',\n {2}kind: 'INTERNAL',\n {2}traceId: '[0-9a-f]{32}'/);
});
