import DataLoader from 'dataloader';
import type { CallOptions } from '../store/store.js';
import type { Directory, DirectoryEntry, DirectoryQuery } from '../store/directory.js';

/** What one operation asks of the directory at the same moment, in one call; equal queries are asked once. */
export function createDirectoryLoader(
  directory: Directory,
  options?: CallOptions,
): DataLoader<DirectoryQuery, DirectoryEntry[], string> {
  return new DataLoader((queries) => directory.find(queries, options), {
    cacheKeyFn: (query) => JSON.stringify(query),
  });
}
