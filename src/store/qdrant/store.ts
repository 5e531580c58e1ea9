import { checkVersion } from './collection.js';
import { createHttp, toServer, type ServerOptions } from './http.js';
import { QdrantStore, withPublicErrors } from './qdrant-store.js';
import type { PaperStore } from '../store.js';

export interface QdrantStoreOptions extends ServerOptions {
  collection: string;
}

/**
 * Opens papers in a collection of a Qdrant server, 1.18 or newer. The collection itself may be missing.
 *
 * @throws PublicError when the server cannot be reached, refuses the key or is too old.
 */
export async function openQdrantStore({ collection, ...options }: QdrantStoreOptions): Promise<PaperStore> {
  const server = toServer(options);
  const { timeoutMs } = server;
  const http = createHttp(server);
  // Only the operator opens a store: the address helps here, while later messages reach the API's users.
  const name = `Qdrant at ${server.host}`;
  try {
    await withPublicErrors({ server: name, collection, timeoutMs }, () => checkVersion(http, name));
  } catch (error) {
    http.close();
    throw error;
  }
  return new QdrantStore(http, { server: 'Qdrant', collection, timeoutMs });
}
