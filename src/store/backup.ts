import type { CollectionInfo } from './store.js';

/** Copies of a collection as files, which each store makes and reads in its own way. */
export interface StoreBackup {
  /**
   * Writes a copy into an empty folder: the collection as it was at one moment, while others read and write it.
   *
   * @returns what the copy holds.
   * @throws PublicError when the store has no such collection, or fails.
   */
  save(folder: string, signal: AbortSignal): Promise<CollectionInfo>;
  /** Makes the collection of files that `save` wrote, all of it or none. It must not exist. */
  restore(folder: string, signal: AbortSignal): Promise<void>;
}
