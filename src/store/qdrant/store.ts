import { checkVersion } from './collection.js';
import { createHttp, hostsOf, toServers, type ServerOptions } from './http.js';
import { QdrantStore, withPublicErrors } from './qdrant-store.js';
import type { PaperStore } from '../store.js';

export interface QdrantStoreOptions extends ServerOptions {
  collection: string;
}

/**
 * Opens papers in a collection of a Qdrant server or cluster, 1.18 or newer. The collection itself may be missing.
 *
 * @throws PublicError when no server can be reached, or the first that answers refuses the key or is too old.
 */
export async function openQdrantStore({ collection, ...options }: QdrantStoreOptions): Promise<PaperStore> {
  const servers = toServers(options);
  const { timeoutMs } = options;
  const http = createHttp(servers);
  // Only the operator opens a store: the address helps here, while later messages reach the API's users.
  const name = `Qdrant at ${hostsOf(servers)}`;
  try {
    await withPublicErrors({ server: name, collection, timeoutMs }, () => checkVersion(http, name));
  } catch (error) {
    http.close();
    throw error;
  }
  return new QdrantStore(http, { server: 'Qdrant', collection, timeoutMs });
}
