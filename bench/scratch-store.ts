import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { withRetries, type RetryOptions } from '../src/ingest/retry.js';
import type { PaperPayload } from '../src/papers/payload.js';
import { toMetadata, type EmbedderIdentity } from '../src/store/check-collection.js';
import { openLanceStore } from '../src/store/lance/store.js';
import { openQdrantStore } from '../src/store/qdrant/store.js';
import type { PaperPoint, PaperStore } from '../src/store/store.js';
import type { BenchCorpus } from './corpus.js';
import { makeScratchFolder, onInterrupt } from './on-interrupt.js';

const COLLECTION = `paperql_bench_${process.pid}`;
const BATCH_SIZE = 1_000;
const TIMEOUT_MS = 600_000;
const RETRIES: RetryOptions = {
  signal: new AbortController().signal,
  maxWaitMs: TIMEOUT_MS,
  onWait: ({ message }) => console.log(`${message}; trying again`),
};

/** A store that is made for one measurement and then deleted. */
export interface ScratchStore {
  name: string;
  store: PaperStore;
  /** Environment variables with which a server serves it. */
  environment: Record<string, string>;
  /** Waits until the indexes are built. */
  settle(): Promise<void>;
  remove(): Promise<void>;
}

/** An embedded store in a temporary folder. */
export async function openScratchLance(): Promise<ScratchStore> {
  const { folder: dataDir, remove } = await makeScratchFolder('store');
  const store = await openLanceStore({ dataDir, collection: COLLECTION });
  return {
    name: 'embedded LanceDB',
    store,
    environment: { STORE: 'lance', DATA_DIR: dataDir, QDRANT_COLLECTION: COLLECTION },
    settle: () => Promise.resolve(),
    async remove() {
      await store.close();
      await remove();
    },
  };
}

export interface QdrantAddress {
  url: string;
  apiKey: string | undefined;
}

/** A separate collection on a Qdrant server. */
export async function openScratchQdrant({ url, apiKey }: QdrantAddress): Promise<ScratchStore> {
  const store = await openQdrantStore({
    url,
    apiKey,
    collection: COLLECTION,
    timeoutMs: TIMEOUT_MS,
    compression: false,
  });
  const forget = onInterrupt(() => store.drop());
  return {
    name: 'Qdrant',
    store,
    environment: {
      STORE: 'qdrant',
      QDRANT_URL: url,
      QDRANT_COLLECTION: COLLECTION,
      ...(apiKey !== undefined && { QDRANT_API_KEY: apiKey }),
    },
    settle: () => waitUntilGreen({ url, apiKey }),
    async remove() {
      forget();
      await store.drop();
      await store.close();
    },
  };
}

/**
 * Fills the store through its port.
 *
 * @returns `count` of the papers, evenly distributed.
 */
export async function fillStore(
  scratch: ScratchStore,
  corpus: BenchCorpus,
  embedder: EmbedderIdentity,
  count: number,
): Promise<PaperPayload[]> {
  const { store } = scratch;
  await store.create(toMetadata(embedder));
  const stride = Math.floor(corpus.size / count);
  const chosen: PaperPayload[] = [];
  let at = 0;
  for await (const batch of batchesOf(corpus.points(), BATCH_SIZE)) {
    // A server may close a connection that was idle while a batch was read.
    await withRetries(() => store.upsert(batch), RETRIES);
    for (const { payload } of batch) {
      if (at++ % stride === 0 && chosen.length < count) chosen.push(payload);
    }
  }
  await store.optimize();
  await store.setVectorIndexing('on');
  await scratch.settle();
  return chosen;
}

async function* batchesOf(points: AsyncIterable<PaperPoint>, size: number): AsyncGenerator<PaperPoint[]> {
  let batch: PaperPoint[] = [];
  for await (const point of points) {
    batch.push(point);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

const CollectionStatus = z.object({ result: z.object({ status: z.string() }) });

/**
 * Waits until the status is green three times in a row, because it is briefly green between two steps of indexing.
 */
async function waitUntilGreen({ url, apiKey }: QdrantAddress): Promise<void> {
  const deadline = performance.now() + TIMEOUT_MS;
  for (let green = 0; green < 3;) {
    if (performance.now() > deadline)
      throw new Error(`Qdrant had not built its indexes after ${TIMEOUT_MS} ms`);
    await wait(500);
    const answer = await fetch(`${url.replace(/\/+$/, '')}/collections/${COLLECTION}`, {
      headers: apiKey === undefined ? {} : { 'api-key': apiKey },
    });
    green = CollectionStatus.parse(await answer.json()).result.status === 'green' ? green + 1 : 0;
  }
}
