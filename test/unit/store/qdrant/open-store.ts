import { afterEach } from '@jest/globals';

import { openQdrantStore, type QdrantStoreOptions } from '../../../../src/store/qdrant/store.js';
import type { PaperStore } from '../../../../src/store/store.js';
import { startQdrantServer, type QdrantRequest, type React } from '../../../support/qdrant-server.js';

export const VERSION = { status: 200, body: { title: 'qdrant - vector search engine', version: '1.18.3' } };

export interface Opened {
  store: PaperStore;
  /** Requests of the store once it was open. */
  requests: QdrantRequest[];
  /** Requests that it no longer waited for. */
  abandoned: QdrantRequest[];
}

/** Opens stores for the collection `papers` on stand-ins that react as configured; they are closed after each test. */
export function useStores(): (react: React, options?: Partial<QdrantStoreOptions>) => Promise<Opened> {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });
  return async (react, options) => {
    const server = await startQdrantServer((request) => (request.path === '/' ? VERSION : react(request)));
    closers.push(server.close);
    const store = await openQdrantStore({
      url: server.url,
      collection: 'papers',
      timeoutMs: 5_000,
      compression: false,
      ...options,
    });
    closers.unshift(() => store.close());
    server.requests.length = 0;
    return { store, requests: server.requests, abandoned: server.abandoned };
  };
}
