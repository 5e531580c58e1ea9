import { availableParallelism } from 'node:os';
import type { Config } from '../config/config.js';
import type { Embedder } from '../embedding/embedder.js';
import { withSearchDefaults } from '../store/search-defaults.js';
import type { PaperStore } from '../store/store.js';

/** The adapters that the configuration chooses, loaded only now: a slim installation may lack the embedded ones. */

/** Loading has time, and tries again by itself; it takes what the machine and the API give. */
const LOADING = { timeoutMs: 60_000, isPatient: true };

/** @param purpose queries must be answered soon, and leave the cores to others; a load wants throughput. */
export async function openEmbedder(
  config: Pick<Config, 'embedder' | 'requestTimeoutMs'>,
  purpose: 'serving' | 'loading' = 'serving',
): Promise<Embedder> {
  const { embedder } = config;
  const isLoading = purpose === 'loading';
  switch (embedder.kind) {
    case 'local': {
      const { createLocalEmbedder } = await import('../embedding/local/embedder.js');
      return createLocalEmbedder({ workers: isLoading ? availableParallelism() : 1 });
    }
    case 'openai': {
      const { createOpenAiEmbedder } = await import('../embedding/openai/embedder.js');
      return createOpenAiEmbedder({
        ...embedder,
        ...(isLoading ? LOADING : { timeoutMs: config.requestTimeoutMs }),
      });
    }
  }
}

export async function openStore(
  config: Pick<Config, 'store' | 'requestTimeoutMs' | 'searchParams'>,
  collection: string,
): Promise<PaperStore> {
  return withSearchDefaults(await openAdapter(config, collection), config.searchParams);
}

async function openAdapter(
  { store, requestTimeoutMs }: Pick<Config, 'store' | 'requestTimeoutMs'>,
  collection: string,
): Promise<PaperStore> {
  switch (store.kind) {
    case 'lance': {
      const { openLanceStore } = await import('../store/lance/store.js');
      return openLanceStore({ dataDir: store.dataDir, collection });
    }
    case 'qdrant': {
      const { openQdrantStore } = await import('../store/qdrant/store.js');
      return openQdrantStore({ ...store, collection, timeoutMs: requestTimeoutMs });
    }
  }
}

/** Where the papers are kept, for people. */
export function describeStore(store: Config['store']): string {
  return store.kind === 'lance' ? `LanceDB in ${store.dataDir}` : `Qdrant at ${store.url}`;
}
