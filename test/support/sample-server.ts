import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { countEmbedding, countStoreCalls } from './counting.js';
import { parseConfig } from '../../src/config/config.js';
import type { Embedder } from '../../src/embedding/embedder.js';
import { createLocalEmbedder } from '../../src/embedding/local/embedder.js';
import { ensureSample, SAMPLE_COLLECTION } from '../../src/ingest/sample.js';
import { openReranking } from '../../src/commands/open-parts.js';
import { createQueryEmbeddings } from '../../src/loaders/query-embeddings.js';
import type { PageFolders } from '../../src/server/built-page.js';
import { createServer } from '../../src/server/server.js';
import { openLanceStore } from '../../src/store/lance/store.js';
import { toPlainStore } from '../../src/store/plain-store.js';
import type { PaperStore } from '../../src/store/store.js';

/** A GraphQL response; tests declare the type of `data` that they expect. */
export interface Answer<Data> {
  data: Data;
  errors?: {
    message: string;
    path?: (string | number)[];
    extensions: { code: string; argumentPath?: unknown; isRetryable?: unknown };
  }[];
}

export interface TestServer {
  url: string;
  /** Posts an operation as a client does. */
  ask<Data>(query: string, variables?: Record<string, unknown>): Promise<Answer<Data>>;
  /** Calls to the embedder since `forgetCalls`. */
  embedCalls: string[][];
  /** Calls to the store since `forgetCalls`. */
  storeCalls: [string, number][];
  forgetCalls(): void;
  close(): Promise<void>;
}

export interface TestServerOptions {
  environment?: Record<string, string>;
  /** Wrap the server's real parts, for example to make them fail. */
  wrapEmbedder?: (embedder: Embedder) => Embedder;
  wrapStore?: (store: PaperStore) => PaperStore;
  /** How long searches wait for the embeddings of their siblings; long enough for a busy machine. */
  maxHoldMs?: number;
  /** Pages to serve instead of the built ones, if any. */
  pages?: PageFolders;
}

interface Sample {
  store: PaperStore;
  embedder: Embedder;
}

let sample: Promise<Sample> | undefined;

/** The bundled sample in its own LanceDB, and the local model. Servers in one process share them. */
async function openSample(): Promise<Sample> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'paperql-test-'));
  process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }));
  const embedder = await createLocalEmbedder();
  const store = toPlainStore(await openLanceStore({ dataDir, collection: SAMPLE_COLLECTION }));
  await ensureSample(store, embedder);
  return { store, embedder };
}

/** A server on a free port that serves the bundled sample. It has its own caches. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const config = parseConfig({ PORT: '0', LOG_LEVEL: 'silent', ...options.environment });
  const shared = await (sample ??= openSample());
  const [embedder, embedCalls] = countEmbedding(options.wrapEmbedder?.(shared.embedder) ?? shared.embedder);
  const [store, storeCalls] = countStoreCalls(options.wrapStore?.(shared.store) ?? shared.store);
  const parts = {
    store,
    embeddings: createQueryEmbeddings(embedder, {
      cacheSize: config.embeddingCacheSize,
      windowMs: config.embeddingBatchWindowMs,
      timeoutMs: config.embeddingTimeoutMs,
    }),
    reranking: openReranking(config),
    requestTimeoutMs: config.requestTimeoutMs,
    maxHoldMs: options.maxHoldMs ?? 10_000,
    checkEmbedder: () => embedder.check(),
  };
  const app = await createServer(config, parts, options.pages);
  const url = await app.listen({ host: config.host, port: config.port });

  return {
    url,
    ask: async <Data>(query: string, variables: Record<string, unknown> = {}) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as Answer<Data>;
    },
    embedCalls,
    storeCalls,
    forgetCalls: () => {
      embedCalls.length = 0;
      storeCalls.length = 0;
    },
    close: () => app.close(),
  };
}
