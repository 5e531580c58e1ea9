import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';

import type { LanceStoreOptions } from './lance-store.js';
import { StartupError } from '../../errors/errors.js';
import { makeFolder } from '../../make-folder.js';
import { systemCodeOf } from '../../system-error.js';
import type { StoreBackup } from '../backup.js';
import type { PaperStore } from '../store.js';
import type { TuningStore } from '../tuning.js';

/**
 * Opens the embedded store. Only this loads the engine, an optional dependency.
 *
 * @throws StartupError if the folder is not writable, the collection's files are damaged, or the engine is not
 * installed.
 */
export async function openLanceStore(options: LanceStoreOptions): Promise<PaperStore> {
  const dataDir = await openFolder(options.dataDir);
  const { LanceStore } = await withEngine(() => import('./lance-store.js'));
  return LanceStore.open({ ...options, dataDir });
}

/**
 * Opens a table of the embedded store for measurements.
 *
 * @throws StartupError as `openLanceStore` does; PublicError if there is no such table.
 */
export async function openLanceTuning({
  dataDir,
  collection,
}: Pick<LanceStoreOptions, 'dataDir' | 'collection'>): Promise<TuningStore> {
  const folder = await openFolder(dataDir);
  const { LanceTuning } = await withEngine(() => import('./tuning.js'));
  return LanceTuning.open(folder, collection);
}

/**
 * Opens a table of the embedded store for copying.
 *
 * @throws StartupError as `openLanceStore` does.
 */
export async function openLanceBackup({
  dataDir,
  collection,
}: Pick<LanceStoreOptions, 'dataDir' | 'collection'>): Promise<StoreBackup> {
  const folder = await openFolder(dataDir);
  const { createLanceBackup } = await withEngine(() => import('./backup.js'));
  return createLanceBackup(folder, collection);
}

/**
 * The folder's absolute path.
 *
 * @throws StartupError that names the folder and the variable that sets it.
 */
async function openFolder(folder: string): Promise<string> {
  const dataDir = path.resolve(folder);
  try {
    await makeFolder(dataDir);
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = systemCodeOf(error);
    const reason = code === undefined ? '' : ` (${code})`;
    throw new StartupError(
      `Cannot write to the data folder ${dataDir}${reason}. Set DATA_DIR to another folder.`,
      {
        cause: error,
      },
    );
  }
  return dataDir;
}

/**
 * The module that `load` imports.
 *
 * @throws StartupError if the engine, an optional dependency, is not installed.
 */
async function withEngine<Module>(load: () => Promise<Module>): Promise<Module> {
  /* eslint-disable no-restricted-properties -- The engine reads these from the environment alone. They are set, not read. */
  // If this is not set, it prints a warning on standard error.
  process.env['LANCE_INCLUDE_VECTOR_CENTROIDS'] ??= 'false';
  // Distinct texts of a page up to which they are numbered: with its own 100,000, it writes each word of an abstract in full.
  process.env['LANCE_ENCODING_DICT_MAX_CARDINALITY'] ??= '1000000';
  /* eslint-enable no-restricted-properties */
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
