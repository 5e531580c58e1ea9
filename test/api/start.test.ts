import { connect } from 'node:net';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { NO_PREFIXES } from '../../src/embedding/embedder.js';
import { toMetadata } from '../../src/store/check-collection.js';
import { openLanceStore } from '../support/lance-store.js';
import { startOpenAiServer } from '../support/openai-server.js';
import { runToExit, startProcess } from '../support/process.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'paperql-start-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function count(url: string): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: '{ corpus { count embeddingModel } search(query: "stars", first: 1) { nodes { rank } } }',
    }),
  });
  return response.json();
}

describe('with nothing configured', () => {
  test('the first start loads the sample and says what it serves; the second reuses the sample', async () => {
    const first = await startProcess({}, directory);
    expect(await count(first.url)).toEqual({
      data: {
        corpus: { count: 252, embeddingModel: 'local:all-MiniLM-L6-v2' },
        search: { nodes: [{ rank: 1 }] },
      },
    });
    expect(first.output()).toMatch(/252 in "arxiv_sample", the bundled sample/);
    expect(first.output()).toMatch(/LanceDB in \.\/data/);
    expect(first.output()).toMatch(/local:all-MiniLM-L6-v2, 384 dimensions/);
    expect(await first.stop('SIGTERM')).toBe(0);
    const versions = () => readdir(path.join(directory, 'data', 'arxiv_sample.lance', '_versions'));
    const written = await versions();

    const second = await startProcess({}, directory);
    expect(await count(second.url)).toMatchObject({ data: { corpus: { count: 252 } } });
    expect(await second.stop('SIGINT')).toBe(0);
    expect(await versions()).toEqual(written);
  });

  test('two servers that start at the same moment load the sample once', async () => {
    const servers = await Promise.all([startProcess({}, directory), startProcess({}, directory)]);
    for (const { url } of servers)
      expect(await count(url)).toMatchObject({ data: { corpus: { count: 252 } } });
    for (const server of servers) expect(await server.stop('SIGTERM')).toBe(0);
  });
});

describe('with OpenAI', () => {
  test('requests in flight are answered before the process ends, which waits only REQUEST_TIMEOUT_MS for a client that never finishes its request', async () => {
    const openai = await startOpenAiServer();
    const keys = { OPENAI_API_KEY: openai.apiKey, OPENAI_BASE_URL: openai.url };
    const server = await startProcess({ ...keys, REQUEST_TIMEOUT_MS: '3000' }, directory);
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n{',
    );
    openai.failNext({ delayMs: 500 });
    const before = openai.received();
    const answer = count(server.url);
    while (openai.received() === before) await setTimeout(5);
    const stoppedAt = performance.now();
    const code = server.stop('SIGTERM');
    expect(await answer).toMatchObject({ data: { corpus: { count: 252 } } });
    expect(await code).toBe(0);
    const tookMs = performance.now() - stoppedAt;
    expect(tookMs).toBeGreaterThan(3_000);
    expect(tookMs).toBeLessThan(7_500);
    socket.destroy();
    await openai.close();
  });

  test('the sample is embedded again in one call, only at the first start', async () => {
    const openai = await startOpenAiServer();
    const environment = { OPENAI_API_KEY: openai.apiKey, OPENAI_BASE_URL: openai.url };
    const server = await startProcess(environment, directory);
    expect(openai.calls.map((texts) => texts.length)).toEqual([252]);
    expect(await count(server.url)).toMatchObject({
      data: { corpus: { count: 252, embeddingModel: 'openai:text-embedding-3-small' } },
    });
    await server.stop('SIGTERM');

    const again = await startProcess(environment, directory);
    await again.stop('SIGTERM');
    expect(openai.calls.map((texts) => texts.length)).toEqual([252, 1]);
    await openai.close();
  });
});

test('the server rejects a collection of another model, and names both models', async () => {
  const store = await openLanceStore({ dataDir: path.join(directory, 'data'), collection: 'arxiv_papers' });
  await store.create(
    toMetadata({ id: 'openai:text-embedding-ada-002', dimension: 1536, prefixes: NO_PREFIXES }),
  );
  await store.close();
  const { code, output } = await runToExit({}, directory);
  expect(output).toContain(
    'Collection "arxiv_papers" contains embeddings of openai:text-embedding-ada-002 (1536 dimensions), but the configured ' +
      'embedder is local:all-MiniLM-L6-v2 (384 dimensions)',
  );
  expect(code).toBe(1);
});

test.each([
  ['none', {}, 'nothing before documents and nothing before queries'],
  [
    'another',
    { EMBEDDING_DOCUMENT_PREFIX: 'search_document: ' },
    '"search_document: " before documents and nothing',
  ],
])(
  'a server with %s rejects a collection made with other prefixes, and names both',
  async (_what, settings, ours) => {
    const store = await openLanceStore({ dataDir: path.join(directory, 'data'), collection: 'arxiv_papers' });
    const prefixes = { passage: 'passage: ', query: 'query: ' };
    await store.create(toMetadata({ id: 'openai:e5', dimension: 8, prefixes }));
    await store.close();
    const environment = { OPENAI_API_KEY: 'key', OPENAI_EMBEDDING_MODEL: 'e5', EMBEDDING_DIMENSIONS: '8' };
    const { code, output } = await runToExit({ ...environment, ...settings }, directory);
    expect(output).toContain(
      'made with "passage: " before documents and "query: " before queries, but the configured',
    );
    expect(output).toContain(`embedder has ${ours}`);
    expect(output).toContain('Set EMBEDDING_DOCUMENT_PREFIX and EMBEDDING_QUERY_PREFIX');
    expect(code).toBe(1);
  },
);

describe('a server that cannot serve ends with code 1 and a message without a stack trace', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    [
      'mistakes in the configuration, all reported at once',
      { PORT: 'http', STORE: 'redis' },
      /PORT: expected a whole number[\s\S]*STORE: expected one of lance, qdrant/,
    ],
    ['no Qdrant at the configured address', { QDRANT_URL: 'http://127.0.0.1:9' }, /127\.0\.0\.1:9/],
    ['a data folder that cannot be created', { DATA_DIR: '/dev/null/data' }, /\/dev\/null\/data/],
    [
      'a host that is not an address of this machine',
      { HOST: '192.0.2.1' },
      /Cannot listen on 192\.0\.2\.1:0/,
    ],
  ])('%s', async (_name, environment, message) => {
    const { code, output } = await runToExit(environment, directory);
    expect(output).toMatch(message);
    expect(output).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
  });

  test('.env is read, and environment variables override it', async () => {
    await writeFile(path.join(directory, '.env'), 'REQUEST_TIMEOUT_MS=soon\nPORT=http\n');
    const { output } = await runToExit({ PORT: '0' }, directory);
    expect(output).toContain('REQUEST_TIMEOUT_MS: expected a whole number');
    expect(output).not.toContain('PORT:');
  });
});
