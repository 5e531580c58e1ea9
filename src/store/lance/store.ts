import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';

import { StartupError } from '../../errors/errors.js';
import { makeFolder } from '../../make-folder.js';
import type { PaperStore } from '../store.js';

export interface LanceStoreOptions {
  /** Folder of the tables; made when it is missing. */
  dataDir: string;
  collection: string;
  /** Rows from which `optimize` makes an approximate vector index; the default suits ordinary embeddings. */
  approximateFromRows?: number;
  /** Whether papers are loaded, rather than searched: the engine's caches are kept small then. */
  isLoading?: boolean;
  /** Time after which the engine gives a query up; none by default. */
  queryTimeoutMs?: number;
}

/**
 * Opens the embedded store. The engine, an optional dependency, is loaded here and not before.
 *
 * @throws StartupError when the folder cannot be written, the collection's files are damaged, or the engine is not
 * installed.
 */
export async function openLanceStore(options: LanceStoreOptions): Promise<PaperStore> {
  const dataDir = path.resolve(options.dataDir);
  await requireWritable(dataDir);
  const { LanceStore, APPROXIMATE_FROM_ROWS } = await withEngine(loadStore);
  const {
    collection,
    approximateFromRows = APPROXIMATE_FROM_ROWS,
    isLoading = false,
    queryTimeoutMs,
  } = options;
  return LanceStore.open(dataDir, collection, { approximateFromRows, isLoading, queryTimeoutMs });
}

/** @throws StartupError naming the folder and what sets it. */
export async function requireWritable(dataDir: string): Promise<void> {
  try {
    await makeFolder(dataDir);
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason =
      typeof error === 'object' && error !== null && 'code' in error ? ` (${String(error.code)})` : '';
    throw new StartupError(`The data folder ${dataDir} cannot be written${reason}. DATA_DIR names another.`, {
      cause: error,
    });
  }
}

async function loadStore() {
  return { ...(await import('./lance-store.js')), ...(await import('./collection.js')) };
}

/**
 * What `load` imports.
 *
 * @throws StartupError when the engine, an optional dependency, is not installed.
 */
export async function withEngine<Module>(load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    throw new StartupError(
      'The embedded store needs the packages @lancedb/lancedb and apache-arrow, which could not be loaded. ' +
        'Install them (npm install --include=optional), or use a Qdrant server (STORE=qdrant and QDRANT_URL).',
      { cause: error },
    );
  }
}
