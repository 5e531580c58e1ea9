import type { CollectionInfo } from './store.js';

/** Copies of a collection as files, which each store makes and reads in its own way. */
export interface StoreBackup {
  /**
   * Writes a copy into an empty folder, while others read and write the collection. All that was stored before is in it; of what
   * is stored meanwhile, some may be.
   *
   * @returns what the copy holds at least.
   * @throws PublicError when the store has no such collection, or fails.
   */
  save(folder: string, signal: AbortSignal): Promise<CollectionInfo>;
  /** What stands in the way of a restore; null when nothing does. */
  findExisting(signal: AbortSignal): Promise<CollectionInfo | null>;
  /** Makes the collection of files that `save` wrote. Nothing may stand in the way. One that is not finished does not. */
  restore(folder: string, signal: AbortSignal): Promise<void>;
  close(): void;
}
