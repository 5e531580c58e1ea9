import { existsSync } from 'node:fs';
import path from 'node:path';
import { openStore, storeInWords } from './open-parts.js';
import type { Config } from '../config/config.js';
import type { Embedder } from '../embedding/embedder.js';
import { createProgress } from '../ingest/progress.js';
import type { LoadDisplay, LoadTarget } from '../ingest/run-load.js';
import { checkVectors } from '../store/check-collection.js';
import type { PaperReader, PaperStore, StoreAdmin } from '../store/store.js';

/** What the commands that load papers have in common. */

/** Texts of a batch that are embedded before anything of it is stored. */
const MAX_TO_EMBED = { local: 512, openai: 2_048 };
/** Batches under way at once: with the API several requests are; the local model needs but one more in reserve. */
const MAX_IN_FLIGHT = { local: 2, openai: 6 };

/** The caller knows the code of a load that a signal stopped. */
export const EXIT_CODES = { finished: 0, rejected: 1, stopped: 3 } as const;

export function maxToEmbed({ embedder }: Pick<Config, 'embedder'>): number {
  return MAX_TO_EMBED[embedder.kind];
}

export function toLoadTarget(config: Config, store: PaperStore, embedder: Embedder): LoadTarget {
  return {
    store,
    embedder,
    storeName: storeInWords(config.store),
    stateFolder: path.resolve(config.dataDir, 'ingest'),
    maxInFlight: MAX_IN_FLIGHT[config.embedder.kind],
  };
}

/** Shows a load on standard error. */
export function displayOf({ store }: LoadTarget): LoadDisplay {
  return {
    waitingFor: (pid) =>
      console.error(`Waiting for another load into "${store.collection}" to end (process ${pid}).`),
    begin: (start) => createProgress({ stream: process.stderr, ...start }),
  };
}

/** The collection to compare with; null, and nothing is made on the way, while there is none. */
export async function openExisting(
  config: Config,
  embedder: Embedder,
): Promise<(PaperReader & StoreAdmin) | null> {
  if (config.store.kind === 'lance' && !existsSync(config.store.dataDir)) return null;
  const store = await openStore(config, config.collection, 'loading');
  const existing = await store.describe();
  if (!existing) {
    await store.close();
    return null;
  }
  checkVectors(existing, embedder);
  return store;
}
