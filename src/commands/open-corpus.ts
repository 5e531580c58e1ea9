import { openStore } from './open-parts.js';
import type { Config } from '../config/config.js';
import type { ServingEmbedder } from '../embedding/embedder.js';
import { StartupError } from '../errors/errors.js';
import { toEmbedderId } from './model-name.js';
import { ensureSample, SAMPLE_COLLECTION } from '../ingest/sample.js';
import { withoutRepair } from '../ingest/unrepaired-store.js';
import { checkCollection, checkVectors, requireCosine, toMetadata } from '../store/check-collection.js';
import type { CollectionInfo, PaperStore } from '../store/store.js';

export interface Corpus {
  store: PaperStore;
  info: CollectionInfo;
  isSample: boolean;
  /** Whether another program created it, so that it can only be searched by meaning. */
  isForeign: boolean;
}

/**
 * The papers to serve: the configured collection, or the bundled sample while the collection does not exist.
 *
 * @throws StartupError if the collection does not match the embedder.
 */
export async function openCorpus(config: Config, embedder: ServingEmbedder): Promise<Corpus> {
  const store = await openStore(config, config.collection);
  const configured = await findCorpus(config, embedder, store);
  if (configured) return configured;
  await store.close();

  const sample = await openStore(config, SAMPLE_COLLECTION);
  await ensureSample(sample, embedder);
  const info = await sample.describe();
  if (!info) throw new StartupError('The sample corpus disappeared while it was being loaded');
  return { store: sample, info, isSample: true, isForeign: false };
}

/**
 * The configured collection, ready to be served; null while it does not exist.
 *
 * @throws StartupError if it does not match the embedder.
 */
export async function findCorpus(
  config: Config,
  embedder: ServingEmbedder,
  store: PaperStore,
): Promise<Corpus | null> {
  const existing = await store.describe();
  if (!existing) return null;
  const model = config.store.kind === 'qdrant' ? config.store.collectionModel : undefined;
  if (!existing.metadata && model !== undefined) return openForeign(store, existing, embedder, model);
  checkCollection(existing, embedder);
  return { store, info: existing, isSample: false, isForeign: false };
}

/** Opens a collection whose missing metadata the operator supplies. */
function openForeign(
  store: PaperStore,
  existing: CollectionInfo,
  embedder: ServingEmbedder,
  modelName: string,
): Corpus {
  requireCosine(existing.name, existing.distance);
  const metadata = toMetadata({
    id: toEmbedderId(modelName),
    dimension: existing.dimension,
    prefixes: embedder.prefixes,
  });
  const info = { ...existing, metadata };
  checkVectors(info, embedder);
  return { store: withoutRepair(store, metadata), info, isSample: false, isForeign: true };
}
