import type { Config } from '../config/config.js';
import type { TuningStore } from '../store/tuning.js';

/** Indexes are changed and copies filled: that takes longer than a search may. */
const TIMEOUT_MS = 120_000;

/** The configured collection, to be measured; its adapter is loaded only now. */
export async function openTuning({
  store,
  collection,
}: Pick<Config, 'store' | 'collection'>): Promise<TuningStore> {
  switch (store.kind) {
    case 'lance': {
      const { openLanceTuning } = await import('../store/lance/store.js');
      return openLanceTuning({ dataDir: store.dataDir, collection });
    }
    case 'qdrant': {
      const { openQdrantTuning } = await import('../store/qdrant/tuning.js');
      return openQdrantTuning({ ...store, collection, timeoutMs: TIMEOUT_MS });
    }
  }
}
