import { createRetries, EXIT_CODES } from './loading.js';
import { openStore, storeInWords } from './open-parts.js';
import type { RepairOptions } from './repair-options.js';
import type { Config } from '../config/config.js';
import { NO_PREFIXES } from '../embedding/embedder.js';
import { StartupError, toOperatorMessage } from '../errors/errors.js';
import { toEmbedderId } from './model-name.js';
import { sayNowAndThen } from './say-now-and-then.js';
import { stepInWords } from '../ingest/progress.js';
import { repairCollection, type RepairCounts } from '../ingest/repair.js';
import { retryStore } from '../ingest/retry.js';
import { requireCosine, toMetadata, toPrefixes } from '../store/check-collection.js';
import type { CollectionMetadata } from '../store/layout.js';
import type { CollectionInfo, StoreAdmin } from '../store/store.js';

/**
 * Adds what the configured collection lacks, in place: payload indexes and the current layout. For a collection that
 * another program created, also the cleaned payload with its derived keys, the `bm25` vector, and at the end the
 * metadata. Can be stopped and repeated at any time.
 *
 * @returns the exit code. The caller handles a signal that stops it.
 * @throws StartupError if there is no such collection, or the model of its vectors is unknown.
 */
export async function repair(config: Config, options: RepairOptions, signal: AbortSignal): Promise<number> {
  const store = await openStore(config, config.collection, 'loading');
  try {
    const info = await store.describe();
    if (!info) {
      throw new StartupError(
        `The collection "${config.collection}" does not exist in ${storeInWords(config.store)}`,
      );
    }
    const metadata = toRepairedMetadata(info, options.embeddingModel, config);
    const display = {
      onStep: sayNowAndThen(stepInWords),
      onPapers: sayNowAndThen(toPapers(info)),
      note: console.error,
    };
    const problem = await repairCollection({
      // Indexing many points takes longer than a request may. On a retry, the server has the index or still builds it.
      store: retryStore(store, createRetries(options.maxWait * 1_000, signal)),
      info,
      metadata,
      display,
      signal,
    });
    if (problem) return await stop(store, signal.aborted ? '.' : `: ${toOperatorMessage(problem)}`);
    const { missingIndexes = [], count } = (await store.describe()) ?? {};
    if (missingIndexes.length > 0) {
      throw new StartupError(
        `"${info.name}" still lacks the indexes ${missingIndexes.join(', ')}; load the papers into another collection.`,
      );
    }
    console.log(`"${info.name}" is complete: ${count} points with vectors of ${metadata.embedder}.`);
    return EXIT_CODES.finished;
  } finally {
    await store.close();
  }
}

async function stop(store: StoreAdmin, why: string): Promise<number> {
  // Restores the earlier setting. If the server is unavailable, the next repair does it.
  await store.setVectorIndexing('on').catch(() => undefined);
  console.error(`Stopped${why}\nRun the same command again to resume; everything that was stored is kept.`);
  return EXIT_CODES.stopped;
}

function toPapers({ count }: CollectionInfo) {
  return ({ completed }: RepairCounts) => `${completed} of at most ${count} papers completed`;
}

function toRepairedMetadata(
  info: CollectionInfo,
  modelName: string | undefined,
  { store, embedder: configuredEmbedder }: Config,
): CollectionMetadata {
  const collectionModel = store.kind === 'qdrant' ? store.collectionModel : undefined;
  const [named, configured] = [modelName, collectionModel].map((name) => name && toEmbedderId(name));
  const embedder = info.metadata?.embedder ?? named ?? configured;
  if (embedder === undefined) {
    throw new StartupError(
      `"${info.name}" does not record the model of its vectors, which have ${info.dimension} dimensions. Name it: ` +
        '--embedding-model text-embedding-ada-002 (or all-MiniLM-L6-v2, …).',
    );
  }
  if (named !== undefined && named !== embedder) {
    throw new StartupError(
      `--embedding-model: expected ${embedder}, which "${info.name}" records as its model`,
    );
  }
  requireCosine(info.name, info.distance);
  const configuredPrefixes = configuredEmbedder.kind === 'openai' ? configuredEmbedder.prefixes : NO_PREFIXES;
  const prefixes = info.metadata ? toPrefixes(info.metadata) : configuredPrefixes;
  return toMetadata({ id: embedder, dimension: info.dimension, prefixes });
}
