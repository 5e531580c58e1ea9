import { openTuning } from './open-tuning.js';
import type { Config } from '../config/config.js';

/** Deletes scratch copies of the configured collection. Do not call it during a measurement. */
export async function clean(config: Config): Promise<void> {
  const store = await openTuning(config);
  try {
    const copies = await store.copies();
    for (const copy of copies) {
      await store.dropCopy(copy);
      console.log(`Deleted "${copy}".`);
    }
    if (copies.length === 0) console.log(`There are no scratch copies of "${store.collection}".`);
  } finally {
    await store.close();
  }
}
