import { openStore } from './open-parts.js';
import type { Config } from '../config/config.js';
import type { Embedder } from '../embedding/embedder.js';
import { StartupError } from '../errors/errors.js';
import { ensureSample, SAMPLE_COLLECTION } from '../ingest/sample.js';
import { checkCollection } from '../store/check-collection.js';
import type { CollectionInfo, PaperStore } from '../store/store.js';

export interface Corpus {
  store: PaperStore;
  info: CollectionInfo;
  isSample: boolean;
}

/**
 * The papers to serve: the configured collection, or the bundled sample while that does not exist.
 *
 * @throws StartupError when the collection does not go with the embedder.
 */
export async function openCorpus(config: Config, embedder: Embedder): Promise<Corpus> {
  const store = await openStore(config, config.collection);
  const existing = await store.describe();
  if (existing) {
    checkCollection(existing, embedder);
    return { store, info: existing, isSample: false };
  }
  await store.close();

  const sample = await openStore(config, SAMPLE_COLLECTION);
  await ensureSample(sample, embedder);
  const info = await sample.describe();
  if (!info) throw new StartupError('The sample corpus vanished while it was loaded');
  return { store: sample, info, isSample: true };
}
