import { createQdrantBackup } from './backup.js';
import { checkVersion } from './collection.js';
import type { ErrorContext } from './errors.js';
import { createHttp, hostsOf, toServers, type QdrantHttp, type ServerOptions } from './http.js';
import type { Server } from './node.js';
import { QdrantStore, withPublicErrors } from './qdrant-store.js';
import type { StoreBackup } from '../backup.js';
import type { PaperStore } from '../store.js';

export interface QdrantStoreOptions extends ServerOptions {
  collection: string;
}

/**
 * Opens the papers in a collection of a Qdrant server or cluster, 1.18 or newer. The collection itself may not exist.
 *
 * @throws PublicError if no server can be reached, or if the first one that answers rejects the key or is too old.
 */
export async function openQdrantStore(options: QdrantStoreOptions): Promise<PaperStore> {
  const { http, context } = await open(options);
  return new QdrantStore(http, context);
}

/**
 * Opens a collection of a Qdrant server or cluster for copying.
 *
 * @throws PublicError as `openQdrantStore` does.
 */
export async function openQdrantBackup(options: QdrantStoreOptions): Promise<StoreBackup> {
  const { http, servers, context } = await open(options);
  return createQdrantBackup(http, servers, context);
}

interface Opened {
  http: QdrantHttp;
  servers: Server[];
  context: ErrorContext;
}

async function open({ collection, ...options }: QdrantStoreOptions): Promise<Opened> {
  const servers = toServers(options);
  const { timeoutMs } = options;
  const http = createHttp(servers);
  // Only the operator opens a store, so the address is useful here. Later messages reach users of the API.
  const name = `Qdrant at ${hostsOf(servers)}`;
  try {
    await withPublicErrors({ server: name, collection, timeoutMs }, () => checkVersion(http, name));
  } catch (error) {
    http.close();
    throw error;
  }
  return { http, servers, context: { server: 'Qdrant', collection, timeoutMs } };
}
