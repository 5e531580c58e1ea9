import { availableParallelism } from 'node:os';
import type { Config } from '../config/config.js';
import type { Embedder, ServingEmbedder } from '../embedding/embedder.js';
import { withBreaker } from '../embedding/with-breaker.js';
import { createQueryEmbeddings } from '../loaders/query-embeddings.js';
import type { Services } from '../loaders/sources.js';
import { createHttpReranker } from '../reranking/http-reranker.js';
import { createReranking, type Reranking } from '../reranking/reranking.js';
import { withSearchDefaults } from '../store/search-defaults.js';
import type { PaperStore } from '../store/store.js';
import { readLastSync } from '../sync/state.js';

/**
 * Opens the adapters that the configuration selects. They are loaded here, because a slim installation may lack the
 * embedded ones.
 */

/**
 * Serving needs quick answers and must leave cores to others. A load is not in a hurry, retries by itself and needs
 * throughput.
 */
export type Purpose = 'serving' | 'loading';

type Timeouts = Pick<Config, 'requestTimeoutMs' | 'loadTimeoutMs'>;

export async function openEmbedder(
  config: Pick<Config, 'embedder'> & Timeouts,
  purpose: Purpose = 'serving',
): Promise<Embedder> {
  const { embedder } = config;
  const isLoading = purpose === 'loading';
  switch (embedder.kind) {
    case 'local': {
      const { createLocalEmbedder } = await import('../embedding/local/embedder.js');
      return createLocalEmbedder({
        workers: isLoading ? availableParallelism() : 1,
        model: embedder.model,
      });
    }
    case 'openai': {
      const { createOpenAiEmbedder } = await import('../embedding/openai/embedder.js');
      // A caller that waits for an answer has less time, and passes its own limit with each call.
      return createOpenAiEmbedder({ ...embedder, timeoutMs: config.loadTimeoutMs, isPatient: isLoading });
    }
  }
}

export async function openStore(
  config: Pick<Config, 'store' | 'searchParams'> & Timeouts,
  collection: string,
  purpose: Purpose = 'serving',
): Promise<PaperStore> {
  const store = await openAdapter(config, collection, purpose);
  return withSearchDefaults(store, config.searchParams);
}

async function openAdapter(
  config: Pick<Config, 'store'> & Timeouts,
  collection: string,
  purpose: Purpose,
): Promise<PaperStore> {
  const { store } = config;
  switch (store.kind) {
    case 'lance': {
      const { openLanceStore } = await import('../store/lance/store.js');
      const { dataDir } = store;
      if (purpose === 'loading') return openLanceStore({ dataDir, collection, isLoading: true });
      const queryTimeoutMs = config.requestTimeoutMs;
      return openLanceStore({ dataDir, collection, queryTimeoutMs, isServing: true });
    }
    case 'qdrant': {
      const { openQdrantStore } = await import('../store/qdrant/store.js');
      // A load retries by itself, and reports that.
      const isPatient = purpose === 'loading';
      const timeoutMs = isPatient ? config.loadTimeoutMs : config.requestTimeoutMs;
      return openQdrantStore({ ...store, collection, timeoutMs, isPatient });
    }
  }
}

/**
 * The services that operations use, based on the opened parts.
 *
 * @param corpus each request reads its store, because the store may be replaced.
 */
export function createServices(
  config: Pick<
    Config,
    | 'dataDir'
    | 'embeddingBatchWindowMs'
    | 'embeddingCacheSize'
    | 'embeddingTimeoutMs'
    | 'requestTimeoutMs'
    | 'rerank'
  >,
  corpus: { readonly store: PaperStore },
  embedder: ServingEmbedder,
): Services {
  return {
    get store() {
      return corpus.store;
    },
    embeddings: createQueryEmbeddings(withBreaker(embedder), {
      cacheSize: config.embeddingCacheSize,
      windowMs: config.embeddingBatchWindowMs,
      timeoutMs: config.embeddingTimeoutMs,
    }),
    reranking: openReranking(config),
    requestTimeoutMs: config.requestTimeoutMs,
    lastSync: () => readLastSync(config.dataDir, corpus.store.collection),
  };
}

/** Undefined if none is configured. */
export function openReranking({
  rerank,
  requestTimeoutMs,
}: Pick<Config, 'rerank' | 'requestTimeoutMs'>): Reranking | undefined {
  if (!rerank) return undefined;
  // If no request can wait for the whole limit, a model that hangs must still be recognised.
  const fairMs = Math.min(rerank.timeoutMs, requestTimeoutMs / 4);
  return createReranking(createHttpReranker(rerank), { timeoutMs: rerank.timeoutMs, fairMs });
}

/** Describes where the papers are stored, for people. */
export function storeInWords(store: Config['store']): string {
  return store.kind === 'lance'
    ? `LanceDB in ${store.dataDir}`
    : `Qdrant at ${store.url.replaceAll(',', ', ')}`;
}
