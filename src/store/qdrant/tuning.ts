import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

import type { Schemas } from '@qdrant/js-client-rest';

import { isCollections, isRanking } from './answers.js';
import {
  checkVersion,
  countPoints,
  deleteCollection,
  describeIndexing,
  readCollection,
  updateCollection,
} from './collection.js';
import { isMissingCollection, toPublicError, type ErrorContext } from './errors.js';
import { createHttp, hostsOf, toServers } from './http.js';
import { patiently, toMeasuredCollection, type MeasuredCollection } from './measured.js';
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
import type { Filter } from '../filter.js';
import {
  copyPrefix,
  type BuildOptions,
  type LongWork,
  type MemoryFigures,
  type QueryParams,
  type ReindexOptions,
  type SampledPaper,
  type ScratchCopy,
  type TimedAnswer,
  type TuningStore,
  type TuningTarget,
  type VectorIndex,
  type VectorQuery,
} from '../tuning.js';

/** The value of PaperQL's own searches, see `search.ts`. */
const DEFAULT_EF = 100;

/**
 * Opens a collection of a Qdrant server for measurements.
 *
 * @throws PublicError if the server cannot be reached, is too old, or has no such collection.
 */
export async function openQdrantTuning({ collection, ...options }: QdrantStoreOptions): Promise<TuningStore> {
  const servers = toServers(options);
  const http = createHttp(servers);
  // Only the operator measures, so the address is useful here.
  const context: ErrorContext = {
    server: `Qdrant at ${hostsOf(servers)}`,
    collection,
    timeoutMs: options.timeoutMs,
  };
  try {
    await checkVersion(http, context.server);
    await readCollection(http, collection);
  } catch (error) {
    http.close();
    throw isMissingCollection(error) ? missing(context) : toPublicError(error, context);
  }
  return new QdrantTuning(toMeasuredCollection(http, context), { isScratch: false });
}

function missing({ server, collection }: ErrorContext): PublicError {
  return new PublicError('STORE_UNAVAILABLE', `${server} has no collection "${collection}".`, {
    lasting: true,
  });
}

class QdrantTuning implements ScratchCopy {
  readonly kind = 'qdrant';
  readonly collection: string;
  readonly #measured: MeasuredCollection;
  readonly #isScratch: boolean;
  /** The settings that `restore` restores after `reindex` has changed them. */
  #before: IndexSettings | null = null;

  constructor(measured: MeasuredCollection, { isScratch }: { isScratch: boolean }) {
    this.collection = measured.collection;
    this.#measured = measured;
    this.#isScratch = isScratch;
  }

  describe(): Promise<TuningTarget> {
    return this.#ask(async ({ http, collection }) => {
      const [version, info, points] = await Promise.all([
        http.readVersion(),
        readCollection(http, collection),
        countPoints(http, collection),
      ]);
      const { size: dimension, distance } = readDenseVector(info.config);
      return {
        engine: 'Qdrant',
        version: version ?? 'unknown',
        points,
        dimension,
        distance,
        index: toVectorIndex(readIndexSettings(info.config)),
        defaultEf: DEFAULT_EF,
        partitions: null,
        indexing: await describeSearched(this.#measured, info),
      };
    });
  }

  query({ vector, limit, params, filter }: VectorQuery): Promise<TimedAnswer> {
    return this.#ask(async ({ http, path }) => {
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
    });
  }

  sample(count: number, random: () => number): Promise<SampledPaper[]> {
    return this.#ask((measured) => samplePoints(measured, count, random));
  }

  count(filter?: Filter): Promise<number> {
    return this.#ask(({ http, collection }) => countPoints(http, collection, filter));
  }

  refuses(index: VectorIndex): string | null {
    return index.engine === 'qdrant' ? null : `Qdrant has no index of the kind ${index.kind}`;
  }

  reindex(index: VectorIndex, options: ReindexOptions): Promise<number | null> {
    return this.#inSteps(options.signal, async () => {
      if (index.engine !== 'qdrant') throw new Error('An index of another engine');
      const present = readIndexSettings((await this.#readInfo()).config);
      const { indexed, total } = await this.#ask(({ http, collection }) =>
        describeIndexing(http, collection),
      );
      if (indexed >= total && isDeepStrictEqual(toVectorIndex(present), index)) return null;
      if (!this.#isScratch) {
        this.#before = options.keep ? null : (this.#before ?? present);
        // If this process is killed, the next run restores them.
        await this.#remember(this.#before);
      }
      const startedAt = performance.now();
      await this.#ask((measured) => changeIndex(measured, index, { always: this.#isScratch }));
      await waitUntilBuilt(this.#measured, options);
      return performance.now() - startedAt;
    });
  }

  restore(options: BuildOptions): Promise<boolean> {
    return this.#inSteps(options.signal, async () => {
      const { config, status } = await this.#readInfo();
      const settings = this.#before ?? recall(config);
      if (settings !== null) {
        await this.#ask((measured) => changeIndex(measured, settings, { always: false }));
        await this.#remember(null);
        this.#before = null;
      }
      // A server that has paused after a restart continues, so that the whole index is measured.
      if (settings !== null || status === 'grey') await waitUntilBuilt(this.#measured, options);
      return settings !== null;
    });
  }

  memory(): Promise<MemoryFigures> {
    return this.#ask(readMemory);
  }

  copies(): Promise<string[]> {
    return this.#ask(async ({ http, collection }) => {
      const { collections } = await http.send('GET', '/collections', undefined, isCollections);
      return collections.map(({ name }) => name).filter((name) => name.startsWith(copyPrefix(collection)));
    });
  }

  dropCopy(name: string): Promise<void> {
    return this.#ask(({ http }) => deleteCollection(http, name));
  }

  copy({ signal, onProgress }: LongWork): Promise<ScratchCopy> {
    return this.#inSteps(signal, async () => {
      const { http, context } = this.#measured;
      const name = `${copyPrefix(this.collection)}${randomBytes(4).toString('hex')}`;
      const scratch = toMeasuredCollection(http, { ...context, collection: name });
      await createCopy(this.#measured, scratch);
      try {
        await copyPoints(this.#measured, scratch, { signal, onProgress });
      } catch (error) {
        await this.dropCopy(name).catch(() => undefined);
        throw error;
      }
      return new QdrantTuning(scratch, { isScratch: true });
    });
  }

  /** Deletes the collection. Called only for scratch copies. */
  drop(): Promise<void> {
    return this.dropCopy(this.collection);
  }

  /** A scratch copy shares its connections with the collection that it was made from. */
  close(): Promise<void> {
    if (!this.#isScratch) this.#measured.http.close();
    return Promise.resolve();
  }

  #ask<Result>(call: (measured: MeasuredCollection) => Promise<Result>): Promise<Result> {
    return patiently(this.#measured.context, () => call(this.#measured));
  }

  /** For work in steps, each of which retries if it can. */
  async #inSteps<Result>(signal: AbortSignal, call: () => Promise<Result>): Promise<Result> {
    try {
      return await call();
    } catch (error) {
      if (signal.aborted) throw error;
      throw toPublicError(error, this.#measured.context);
    }
  }

  #readInfo(): Promise<Schemas['CollectionInfo']> {
    return this.#ask(({ http, collection }) => readCollection(http, collection));
  }

  #remember(settings: IndexSettings | null): Promise<void> {
    return this.#ask(({ http, collection }) =>
      updateCollection(http, collection, { metadata: { [REMEMBERED]: settings } }),
    );
  }
}

function toSearchParams(params: QueryParams, limit: number): Schemas['SearchParams'] {
  const { exact, ef, rescore, oversampling } = params;
  // Exact answers are the reference, so they come from the vectors themselves, not from compressed copies.
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

const REMEMBERED = 'index_settings_before_tuning';

/** The settings that `#remember` stored with the collection. */
function recall({ metadata }: Schemas['CollectionConfig']): IndexSettings | null {
  return (metadata?.[REMEMBERED] ?? null) as IndexSettings | null; // written only by `#remember`
}
