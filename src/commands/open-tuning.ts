import type { Config } from '../config/config.js';
import type { TuningStore } from '../store/tuning.js';

/** Changing indexes and filling copies takes longer than a search may. */
const TIMEOUT_MS = 120_000;

/** Opens the configured collection for measurements; its adapter is loaded only now. */
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
