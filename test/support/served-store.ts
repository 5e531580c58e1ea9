import { countStoreCalls } from './counting.js';
import type { Answer } from './test-server.js';
import { parseConfig } from '../../src/config/config.js';
import { createQueryEmbeddings } from '../../src/loaders/query-embeddings.js';
import { createServer } from '../../src/server/server.js';
import { toPlainStore } from '../../src/store/plain-store.js';
import type { PaperStore } from '../../src/store/store.js';

export interface ServedStore {
  url: string;
  /** Posts an operation as a client does. */
  ask<Data>(query: string, variables?: Record<string, unknown>): Promise<Answer<Data>>;
  /** Calls to the store since `forgetCalls`. */
  storeCalls: [string, number][];
  forgetCalls(): void;
  /** Closes the server; the store stays open. */
  close(): Promise<void>;
}

/**
 * A server for a store whose vectors have four dimensions. Every text has the same embedding, the first axis, because the tests
 * are about how the server uses the store's answers.
 */
export async function serveStore(opened: PaperStore, requestTimeoutMs = 20_000): Promise<ServedStore> {
  const [store, storeCalls] = countStoreCalls(toPlainStore(opened));
  const embed = (texts: readonly string[]) => Promise.resolve(texts.map(() => Float32Array.of(1, 0, 0, 0)));
  const app = await createServer(parseConfig({ LOG_LEVEL: 'silent' }), {
    store,
    embeddings: createQueryEmbeddings({ embed }, { cacheSize: 0 }),
    requestTimeoutMs,
    checkEmbedder: () => Promise.resolve(),
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    ask: async <Data>(query: string, variables: Record<string, unknown> = {}) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as Answer<Data>;
    },
    storeCalls,
    forgetCalls: () => (storeCalls.length = 0),
    close: () => app.close(),
  };
}
