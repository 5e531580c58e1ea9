import { describeStore, openStore } from './open-parts.js';
import type { Config } from '../config/config.js';
import { completeDirectory } from '../directory/complete-directory.js';
import { StartupError } from '../errors/errors.js';
import { toEmbedderId } from '../ingest/model-name.js';
import { toDuration } from '../ingest/progress.js';
import { adoptPapers, withRetriesOf } from '../ingest/repair.js';
import { withRetries, type RetryOptions } from '../ingest/retry.js';
import { requireCosine, toMetadata } from '../store/check-collection.js';
import type { CollectionMetadata } from '../store/layout.js';
import type { CollectionInfo, OptimizeProgress, PaperStore } from '../store/store.js';

const SAY_EVERY_MS = 5_000;

/** Of many points an index takes longer than a request may: asked for again, the server has it or goes on with it. */
const RETRIES: RetryOptions = {
  signal: new AbortController().signal,
  maxWaitMs: 600_000,
  onWait: ({ message }, waitMs) => console.error(`${message}; trying again in ${toDuration(waitMs)}`),
};

/**
 * Gives the configured collection what it lacks, in place: payload indexes; for one that others made, the cleaned payload
 * with its derived keys, the `bm25` vector, and at the end the metadata. May be stopped and repeated at any time.
 *
 * @param modelName the model of its vectors, where neither the collection nor the configuration says it.
 * @throws StartupError when there is no such collection, or nobody says what its vectors are.
 */
export async function repair(config: Config, modelName: string | undefined): Promise<void> {
  const store = await openStore(config, config.collection, 'loading');
  try {
    const info = await store.describe();
    if (!info) {
      throw new StartupError(
        `There is no collection "${config.collection}" in ${describeStore(config.store)}`,
      );
    }
    const metadata = toRepairedMetadata(info, modelName, config.collectionModel);
    await complete(store, info, metadata);
    await withRetries(() => completeDirectory(store, { isChanged: true, onProgress: sayStep }), RETRIES);
    const { missingIndexes = [] } = (await store.describe()) ?? {};
    if (missingIndexes.length > 0) {
      throw new StartupError(
        `"${info.name}" still lacks ${missingIndexes.join(', ')}; load the papers anew into another collection.`,
      );
    }
    console.log(`"${info.name}" is in shape: ${info.count} points, vectors of ${metadata.embedder}.`);
  } finally {
    await store.close();
  }
}

async function complete(
  store: PaperStore,
  info: CollectionInfo,
  metadata: CollectionMetadata,
): Promise<void> {
  const adoption = store.adoption && withRetriesOf(store.adoption, RETRIES);
  if (adoption) await adoption.addKeywordVector();
  // Also makes the payload indexes, before the payloads that they are of are written.
  await withRetries(() => store.optimize(sayStep), RETRIES);
  await withRetries(() => store.setVectorIndexing('on'), RETRIES);
  if (!adoption) return;
  const { completed, left } = await adoptPapers(adoption, sayNowAndThen(info.count));
  if (left > 0) console.error(`${left} points are no arXiv papers, and were left as they are.`);
  console.error(`${completed} papers completed.`);
  // Last: a collection that says what it is is a whole one.
  await adoption.setMetadata(metadata);
}

const sayStep: OptimizeProgress = ({ name, done, total }) => console.error(`${name} ${done}/${total}`);

function sayNowAndThen(total: number): (counts: { completed: number }) => void {
  let saidAt = performance.now();
  return ({ completed }) => {
    if (performance.now() - saidAt < SAY_EVERY_MS) return;
    saidAt = performance.now();
    console.error(`${completed} of at most ${total} papers completed`);
  };
}

function toRepairedMetadata(
  info: CollectionInfo,
  modelName: string | undefined,
  configuredModel: string | undefined,
): CollectionMetadata {
  const [named, configured] = [modelName, configuredModel].map((name) => name && toEmbedderId(name));
  const embedder = info.metadata?.embedder ?? named ?? configured;
  if (embedder === undefined) {
    throw new StartupError(
      `"${info.name}" does not say which model its ${info.dimension}-number vectors are of. Name it: ` +
        '--embedding-model text-embedding-ada-002 (or all-MiniLM-L6-v2, …).',
    );
  }
  if (named !== undefined && named !== embedder) {
    throw new StartupError(`--embedding-model: "${info.name}" says that its vectors are of ${embedder}`);
  }
  requireCosine(info.name, info.distance);
  return toMetadata({ id: embedder, dimension: info.dimension });
}
