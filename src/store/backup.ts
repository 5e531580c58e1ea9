import type { CollectionInfo } from './store.js';

/** Copies of a collection as files. Each store has its own format. */
export interface StoreBackup {
  /**
   * Writes a copy into an empty folder, while others may read and write the collection. The copy contains everything
   * stored before, and perhaps papers that are stored during the copy.
   *
   * @returns the minimum that the copy contains.
   * @throws PublicError if the store does not have the collection, or fails.
   */
  save(folder: string, signal: AbortSignal): Promise<CollectionInfo>;
  /** The collection that prevents a restore; null if there is none. */
  findExisting(signal: AbortSignal): Promise<CollectionInfo | null>;
  /**
   * Creates the collection from files that `save` wrote. The collection must not exist, except an unfinished one.
   */
  restore(folder: string, signal: AbortSignal): Promise<void>;
  close(): void;
}
