import DataLoader from 'dataloader';
import { LRUCache } from 'lru-cache';
import type { Embedder } from '../embedding/embedder.js';

/** Most texts in one call of the embedder: what one request of the OpenAI API takes. */
const MAX_BATCH_SIZE = 2_048;

export interface QueryEmbeddingsOptions {
  /** Embeddings kept, the least recently used go first; 0 keeps none. */
  cacheSize: number;
  /** How long a call waits for further texts, counted from its first. */
  windowMs?: number;
}

export type TextKind = 'query' | 'passage';

export interface QueryEmbeddings {
  /**
   * The embedding of the text, white space collapsed. It is shared: not to be written to. Rejects with the error of
   * this text, or of the call it was part of; errors are not kept.
   *
   * @param kind passages go out in calls of their own: hundreds of them may be asked for at once, and nobody's query
   * should have to wait for the last of those.
   */
  embed(text: string, kind?: TextKind): Promise<Float32Array>;
}

/**
 * Embeddings of queries, for the whole process: an embedding depends on its text alone, so all requests share them.
 * What is known is answered at once; equal texts that are under way share a promise; the rest goes out together.
 *
 * The DataLoader only batches. Its own cache would hold a known key back until the batch of an unknown one goes out.
 */
export function createQueryEmbeddings(
  embedder: Pick<Embedder, 'embed'>,
  { cacheSize, windowMs = 3 }: QueryEmbeddingsOptions,
): QueryEmbeddings {
  const known = cacheSize > 0 ? new LRUCache<string, Float32Array>({ max: cacheSize }) : undefined;
  const underWay = new Map<string, Promise<Float32Array>>();
  const createLoader = () =>
    new DataLoader((texts: readonly string[]) => embedder.embed(texts), {
      cache: false,
      maxBatchSize: MAX_BATCH_SIZE,
      batchScheduleFn: (dispatch) => setTimeout(dispatch, windowMs),
    });
  const loaders: Record<TextKind, ReturnType<typeof createLoader>> = {
    query: createLoader(),
    passage: createLoader(),
  };

  async function load(text: string, kind: TextKind): Promise<Float32Array> {
    try {
      const embedding = await loaders[kind].load(text);
      known?.set(text, embedding);
      return embedding;
    } finally {
      underWay.delete(text);
    }
  }

  return {
    embed(text, kind = 'query') {
      const key = text.replace(/\s+/gu, ' ').trim();
      const embedding = known?.get(key);
      if (embedding) return Promise.resolve(embedding);
      const promise = underWay.get(key) ?? load(key, kind);
      underWay.set(key, promise);
      return promise;
    },
  };
}
