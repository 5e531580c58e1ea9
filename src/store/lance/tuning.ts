import path from 'node:path';

import { type LanceStoreOptions, requireWritable, withEngine } from './store.js';
import type { TuningStore } from '../tuning.js';

/**
 * A table of the embedded store under measurement. The engine is loaded here and not before.
 *
 * @throws StartupError when the folder cannot be written or the engine is not installed; PublicError when there is no such
 * table.
 */
export async function openLanceTuning({
  dataDir,
  collection,
}: Pick<LanceStoreOptions, 'dataDir' | 'collection'>): Promise<TuningStore> {
  const folder = path.resolve(dataDir);
  await requireWritable(folder);
  const { openTableTuning } = await withEngine(() => import('./tuning-table.js'));
  return openTableTuning(folder, collection);
}
