import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

import type { QdrantClient, Schemas } from '@qdrant/js-client-rest';

import { toServer } from './address.js';
import { isCount, isRanking } from './answers.js';
import { checkVersion, createClient, describeIndexing } from './collection.js';
import { isMissingCollection, toPublicError, type ErrorContext } from './errors.js';
import { createPointsHttp, type PointsHttp } from './http.js';
import { patiently } from './patience.js';
import type { QdrantStoreOptions } from './store.js';
import { copyPoints, createCopy, samplePoints } from './tuning-copy.js';
import {
  changeIndex,
  describeSearched,
  readDenseVector,
  readIndexSettings,
  toVectorIndex,
  waitUntilBuilt,
  type IndexSettings,
} from './tuning-index.js';
import { readMemory } from './tuning-memory.js';
import { PublicError } from '../../errors/errors.js';
import type { QueryParams, ScratchCopy, TuningStore, VectorIndex } from '../tuning.js';

/** As PaperQL's own searches, see `search.ts`. */
const DEFAULT_EF = 100;

/** What the parts of one measured collection share. */
export interface Measured {
  client: QdrantClient;
  http: PointsHttp;
  collection: string;
  /** `/collections/<name>` */
  path: string;
  context: ErrorContext;
}

/**
 * A collection of a Qdrant server under measurement.
 *
 * @throws PublicError when the server cannot be reached, is too old, or has no such collection.
 */
export async function openQdrantTuning({ collection, ...options }: QdrantStoreOptions): Promise<TuningStore> {
  const server = toServer(options);
  const client = createClient(server);
  // Whoever measures is the collection's operator: the address helps.
  const context: ErrorContext = {
    server: `Qdrant at ${server.host}`,
    collection,
    timeoutMs: server.timeoutMs,
  };
  try {
    await checkVersion(client, context.server);
    await client.getCollection(collection);
  } catch (error) {
    throw isMissingCollection(error) ? missing(context) : toPublicError(error, context);
  }
  return createTuning(toMeasured(client, createPointsHttp(server), context));
}

function missing({ server, collection }: ErrorContext): PublicError {
  return new PublicError('STORE_UNAVAILABLE', `${server} has no collection "${collection}".`, {
    lasting: true,
  });
}

function toMeasured(client: QdrantClient, http: PointsHttp, context: ErrorContext): Measured {
  const { collection } = context;
  return { client, http, collection, path: `/collections/${encodeURIComponent(collection)}`, context };
}

function createTuning(measured: Measured, isScratch = false): TuningStore {
  const { client, http, collection, path, context } = measured;
  let before: IndexSettings | null = null;

  const ask = <Result>(call: () => Promise<Result>) => patiently(context, call);

  /** For what is done in steps, each of which is patient where it can be. */
  async function guard<Result>(signal: AbortSignal, call: () => Promise<Result>): Promise<Result> {
    try {
      return await call();
    } catch (error) {
      if (signal.aborted) throw error;
      throw toPublicError(error, context);
    }
  }

  const dropCopy = (name: string) =>
    ask(async () => {
      await client.deleteCollection(name);
    });

  return {
    kind: 'qdrant',
    collection,
    describe: () =>
      ask(async () => {
        const [{ version }, info, { count }] = await Promise.all([
          client.versionInfo(),
          client.getCollection(collection),
          client.count(collection, { exact: true }),
        ]);
        const { size: dimension, distance } = readDenseVector(info.config);
        const index = toVectorIndex(readIndexSettings(info.config));
        const indexing = await describeSearched(measured, info);
        return {
          engine: 'Qdrant',
          version,
          points: count,
          dimension,
          distance,
          index,
          defaultEf: DEFAULT_EF,
          partitions: null,
          indexing,
        };
      }),

    query: ({ vector, limit, params, filter }) =>
      ask(async () => {
        const body = JSON.stringify({
          query: Array.from(vector),
          limit,
          params: toSearchParams(params, limit),
          ...(filter && { filter }),
          with_payload: false,
        } satisfies Schemas['QueryRequest']);
        const startedAt = performance.now();
        const { result, serverMs } = await http.sendTimed('POST', `${path}/points/query`, body, isRanking);
        const clientMs = performance.now() - startedAt;
        const hits = result.points.map(({ id, score }) => ({ id: String(id), score }));
        return { hits, clientMs, serverMs };
      }),

    sample: (count, random) => ask(() => samplePoints(measured, count, random)),

    count: (filter) =>
      ask(async () => {
        const body = { filter, exact: true };
        return (await http.send('POST', `${path}/points/count`, body, isCount)).count;
      }),

    refuses: refusal,

    reindex: (index, options) =>
      guard(options.signal, async () => {
        if (index.engine !== 'qdrant') throw new Error('An index of another engine');
        const { config } = await ask(() => client.getCollection(collection));
        const present = readIndexSettings(config);
        const { indexed, total } = await ask(() => describeIndexing(http, collection));
        if (indexed >= total && isDeepStrictEqual(toVectorIndex(present), index)) return null;
        if (!isScratch) {
          before = options.keep ? null : (before ?? present);
          // Whoever measures next puts it back, should this process be killed.
          await ask(() => remember(client, collection, before));
        }
        const startedAt = performance.now();
        await ask(() => changeIndex(measured, index, { always: isScratch }));
        await waitUntilBuilt(measured, options);
        return performance.now() - startedAt;
      }),

    restore: (options) =>
      guard(options.signal, async () => {
        const { config } = await ask(() => client.getCollection(collection));
        const settings = before ?? recall(config);
        if (settings === null) return false;
        await ask(() => changeIndex(measured, settings, { always: false }));
        await ask(() => remember(client, collection, null));
        before = null;
        await waitUntilBuilt(measured, options);
        return true;
      }),

    memory: () => ask(() => readMemory(measured)),

    copies: () =>
      ask(async () => {
        const { collections } = await client.getCollections();
        return collections.map(({ name }) => name).filter((name) => name.startsWith(copyPrefix(collection)));
      }),

    dropCopy,

    copy: ({ signal, onProgress }) =>
      guard(signal, async () => {
        const name = `${copyPrefix(collection)}${randomBytes(4).toString('hex')}`;
        const scratch = toMeasured(client, http, { ...context, collection: name });
        const drop = () => dropCopy(name);
        await createCopy(measured, scratch);
        try {
          await copyPoints(measured, scratch, { signal, onProgress });
        } catch (error) {
          await drop().catch(() => undefined);
          throw error;
        }
        const tuning = createTuning(scratch, true);
        return { ...tuning, drop, close: () => Promise.resolve() } satisfies ScratchCopy;
      }),

    close() {
      http.close();
      return Promise.resolve();
    },
  };
}

function copyPrefix(collection: string): string {
  return `${collection}_tune_`;
}

function toSearchParams(params: QueryParams, limit: number): Schemas['SearchParams'] {
  const { exact, ef, rescore, oversampling } = params;
  // An exact answer is what others are measured by: of the vectors themselves, not of their compressed copies.
  if (exact) return { exact: true, quantization: { ignore: true } };
  const quantization = {
    ...(rescore !== undefined && { rescore }),
    ...(oversampling !== undefined && { oversampling }),
  };
  return {
    hnsw_ef: ef ?? Math.max(limit, DEFAULT_EF),
    ...(Object.keys(quantization).length > 0 && { quantization }),
  };
}

function refusal(index: VectorIndex): string | null {
  if (index.engine === 'qdrant') return null;
  return `Qdrant has no index of the kind ${index.kind}`;
}

const REMEMBERED = 'index_settings_before_tuning';

async function remember(
  client: QdrantClient,
  collection: string,
  settings: IndexSettings | null,
): Promise<void> {
  await client.api().updateCollection({ collection_name: collection, metadata: { [REMEMBERED]: settings } });
}

/** What `remember` has kept with the collection. */
function recall({ metadata }: Schemas['CollectionConfig']): IndexSettings | null {
  return (metadata?.[REMEMBERED] ?? null) as IndexSettings | null; // written by `remember` alone
}
