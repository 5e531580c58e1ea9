import { connect, type Connection, Session } from '@lancedb/lancedb';

import { requireReadable } from './check-table.js';
import {
  createCollection,
  type OpenCollection,
  openCollection,
  optimizeCollection,
  readFacts,
} from './collection.js';
import { ID } from './columns.js';
import { readIds } from './decode-rows.js';
import { LanceDirectory } from './directory.js';
import { decodeRows, dimensionOf, encodePoints } from './encode-points.js';
import { createEngineCalls } from './engine-calls.js';
import { isMissingTable, missingCollection, onlyPublicErrors, toStoreError } from './errors.js';
import { countFacets } from './facets.js';
import { toPredicate } from './filter.js';
import { countMatches } from './keyword.js';
import { LoadingIds } from './loading-ids.js';
import { renewCollection } from './renew.js';
import { findPapers, findVectors } from './rows.js';
import { scanPapers } from './scan.js';
import { searchCollection } from './search.js';
import { identifyFolder } from './table-folder.js';
import { BadUserInputError, PublicError } from '../../errors/errors.js';
import type { PayloadField } from '../../papers/payload.js';
import type { Filter } from '../filter.js';
import type { CollectionMetadata } from '../layout.js';
import { SharedCall, unlessAborted } from '../shared-call.js';
import type {
  CallOptions,
  CollectionInfo,
  CollectionOptions,
  EncodedPoints,
  FacetCount,
  FacetRequest,
  Hit,
  IndexingState,
  MatchCount,
  OptimizeOptions,
  OptimizeProgress,
  PaperPoint,
  PaperStore,
  SearchRequest,
  StoredPaper,
  UpsertOptions,
  WordMatch,
} from '../store.js';

/**
 * Cache limits for indexes and metadata while papers are loaded. Each of the thousands of versions that a load writes brings new
 * entries, which the engine would keep up to 7 GB of; what is asked again and again is the index of ids, if anything.
 */
const LOADING_CACHE_BYTES = [64n * 1024n * 1024n, 8n * 1024n * 1024n] as const;

interface OpenOptions {
  approximateFromRows: number;
  isLoading: boolean;
  queryTimeoutMs?: number | undefined;
}

/** Papers in a LanceDB table. Writes of one store take turns; another process may read, and sees them at once. */
export class LanceStore implements PaperStore {
  readonly kind = 'lance';
  readonly directory: LanceDirectory;
  readonly encoder = new URL('./encode-points.js', import.meta.url).href;
  #opened: Promise<OpenCollection | null> | null = null;
  /** Folder of the open collection. */
  #folder: string | null = null;
  readonly #latest = new SharedCall(() => this.#openLatest());
  #lastWrite: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly connection: Connection,
    private readonly dataDir: string,
    readonly collection: string,
    private readonly approximateFromRows: number,
    /** Null unless papers are loaded. */
    private readonly loadingIds: LoadingIds | null,
    private readonly queryTimeoutMs: number | undefined,
  ) {
    this.directory = new LanceDirectory(connection, dataDir, collection);
  }

  /**
   * @param dataDir absolute: the engine takes some relative names for addresses of its cloud.
   * @throws StartupError when the collection's files are damaged.
   */
  static async open(
    dataDir: string,
    collection: string,
    { approximateFromRows, isLoading, queryTimeoutMs }: OpenOptions,
  ): Promise<LanceStore> {
    const connection = await connect(dataDir, {
      // Looks for other processes' writes before every read, which takes 0.06 ms.
      readConsistencyInterval: 0,
      ...(isLoading && { session: new Session(...LOADING_CACHE_BYTES) }),
    });
    const store = new LanceStore(
      connection,
      dataDir,
      collection,
      approximateFromRows,
      isLoading ? new LoadingIds() : null,
      queryTimeoutMs,
    );
    try {
      await requireReadable(dataDir, collection, () => store.#latest.ask());
    } catch (error) {
      connection.close();
      throw error;
    }
    return store;
  }

  search(requests: readonly SearchRequest[], options?: CallOptions): Promise<(Hit[] | Error)[]> {
    return this.#with((opened) => searchCollection(opened, requests), options);
  }

  retrieve(
    ids: readonly string[],
    fields: readonly PayloadField[],
    options?: CallOptions,
  ): Promise<Map<string, StoredPaper>> {
    const find = async (opened: OpenCollection, findable: readonly string[]) => {
      await opened.cache.refresh();
      return findPapers(opened, findable, fields);
    };
    return this.#withFindable(ids, find, options);
  }

  vectors(ids: readonly string[], options?: CallOptions): Promise<Map<string, Float32Array>> {
    const find = async (opened: OpenCollection, findable: readonly string[]) => {
      await opened.cache.refresh();
      const vectors = await findVectors(opened, findable);
      return new Map(
        Array.from(vectors, ([id, vector]) => [
          id,
          vector ? toUnit(vector) : new Float32Array(opened.dimension),
        ]),
      );
    };
    return this.#withFindable(ids, find, options);
  }

  facets(requests: readonly FacetRequest[], options?: CallOptions): Promise<(FacetCount[] | Error)[]> {
    return this.#with((opened) => countFacets(opened, requests), options);
  }

  async *scan(_fields?: readonly PayloadField[], options?: CallOptions): AsyncGenerator<StoredPaper[]> {
    const opened = await this.#with((collection) => Promise.resolve(collection), options);
    try {
      yield* scanPapers(opened);
    } catch (error) {
      options?.signal?.throwIfAborted();
      throw toStoreError(error, this.collection);
    }
  }

  count(filter?: Filter, options?: CallOptions): Promise<number> {
    return this.#with((opened) => countSelected(opened, filter), options);
  }

  counts(filters: readonly Filter[], options?: CallOptions): Promise<(number | Error)[]> {
    return this.#with(
      (opened) => Promise.all(filters.map((filter) => countSelected(opened, filter).catch(onlyPublicErrors))),
      options,
    );
  }

  countMatches(matches: readonly WordMatch[], options?: CallOptions): Promise<(MatchCount | Error)[]> {
    return this.#with((opened) => countMatches(opened, matches), options);
  }

  async upsert(points: readonly PaperPoint[], { areNew = false, signal }: UpsertOptions = {}): Promise<void> {
    // The last of several points with one id counts; the engine would store each.
    const latest = [...new Map(points.map((point) => [point.id, point])).values()];
    if (latest.length === 0) return;
    // Encoded before its turn has come: another write may be under way meanwhile.
    const encoded = await this.#with(
      ({ dimension }) => {
        latest.forEach((point) => requireDimension(dimension, point.vector.length));
        return Promise.resolve(encodePoints(latest));
      },
      { signal },
    );
    await this.upsertEncoded(encoded, { areNew, signal });
  }

  async upsertEncoded(points: EncodedPoints, { areNew = false, signal }: UpsertOptions = {}): Promise<void> {
    if (points.count === 0) return;
    await this.#inTurn(
      async ({ table, dimension }) => {
        const rows = decodeRows(points);
        requireDimension(dimension, dimensionOf(rows));
        if (!areNew) await this.loadingIds?.makeFindable(table);
        await this.loadingIds?.willWrite(table, readIds(rows));
        if (areNew) await table.add(rows);
        else await table.mergeInsert(ID).whenMatchedUpdateAll().whenNotMatchedInsertAll().execute(rows);
      },
      { signal },
    );
  }

  describe(options?: CallOptions): Promise<CollectionInfo | null> {
    return this.#guard(async () => {
      const opened = await this.#latest.ask();
      return opened && { ...(await opened.cache.facts(() => readFacts(opened))).info };
    }, options);
  }

  create(
    metadata: CollectionMetadata,
    settings: CollectionOptions = {},
    options?: CallOptions,
  ): Promise<void> {
    this.#forget();
    return this.#afterWrites(() => {
      refuseSettings(settings);
      return createCollection(this.connection, this.dataDir, this.collection, metadata);
    }, options);
  }

  optimize({ onProgress, signal }: OptimizeOptions = {}): Promise<void> {
    const onStep: OptimizeProgress = (step) => {
      signal?.throwIfAborted();
      onProgress?.(step);
    };
    return this.#inTurn(({ table }) => optimizeCollection(table, this.approximateFromRows, onStep), {
      signal,
    });
  }

  renew(options: OptimizeOptions = {}): Promise<void> {
    return this.#inTurn((opened) => renewCollection(opened, options), options);
  }

  /** The vector index is built by `optimize` alone. */
  async setVectorIndexing(_mode: 'off' | 'on', options?: CallOptions): Promise<void> {
    options?.signal?.throwIfAborted();
  }

  indexing(options?: CallOptions): Promise<IndexingState> {
    return this.#guard(async () => {
      const opened = await this.#latest.ask();
      if (!opened) throw missingCollection(this.collection);
      return { ...(await opened.cache.facts(() => readFacts(opened))).indexing };
    }, options);
  }

  drop(options?: CallOptions): Promise<void> {
    this.#forget();
    return this.#afterWrites(async () => {
      await this.connection.dropTable(this.collection).catch((error: unknown) => {
        if (!isMissingTable(error)) throw error;
      });
      await this.directory.drop();
    }, options);
  }

  async close(): Promise<void> {
    await this.#lastWrite.catch(() => undefined);
    this.#forget();
    this.connection.close();
  }

  /** With those of the ids that may be stored, which looking for takes no longer than it must. */
  async #withFindable<Result>(
    ids: readonly string[],
    operation: (opened: OpenCollection, findable: readonly string[]) => Promise<Result>,
    options?: CallOptions,
  ): Promise<Result> {
    const loading = this.loadingIds;
    if (!loading) return this.#with((opened) => operation(opened, ids), options);
    const known = await this.#with(({ table }) => loading.knownOf(table, ids), options);
    if (known.length > 0) await this.#inTurn(({ table }) => loading.makeFindable(table));
    return this.#with((opened) => operation(opened, known), options);
  }

  #inTurn(write: (opened: OpenCollection) => Promise<unknown>, options?: CallOptions): Promise<void> {
    return this.#afterWrites(() => this.#with(write), options);
  }

  /**
   * Runs a write after those before it, whatever became of them. The engine cannot be stopped: a write that nobody waits
   * for any longer still holds its turn until it ends.
   */
  async #afterWrites(write: () => Promise<unknown>, { signal }: CallOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    const turn = this.#lastWrite
      .catch(() => undefined)
      .then(() => {
        signal?.throwIfAborted();
        return this.#guard(write);
      });
    this.#lastWrite = turn;
    await unlessAborted(turn, signal);
  }

  #with<Result>(
    operation: (opened: OpenCollection) => Promise<Result>,
    options?: CallOptions,
  ): Promise<Result> {
    return this.#guard(async () => {
      const opened = await this.#open();
      if (!opened) throw missingCollection(this.collection);
      options?.signal?.throwIfAborted();
      return operation({ ...opened, calls: createEngineCalls(options, this.queryTimeoutMs) });
    }, options);
  }

  async #openAnew(): Promise<OpenCollection | null> {
    this.#folder = await identifyFolder(this.dataDir, this.collection);
    return openCollection(this.connection, this.collection);
  }

  /** The collection as it is now: another process may have dropped it and made it again. */
  async #openLatest(): Promise<OpenCollection | null> {
    const [opened, folder] = await Promise.all([this.#opened, identifyFolder(this.dataDir, this.collection)]);
    if (!opened || folder !== this.#folder) this.#forget();
    return this.#open();
  }

  async #open(): Promise<OpenCollection | null> {
    const opening = (this.#opened ??= this.#openAnew());
    const opened = await opening;
    // It may be made at any time.
    if (!opened && this.#opened === opening) this.#opened = null;
    return opened;
  }

  #forget(): void {
    this.#opened = null;
    this.loadingIds?.forget();
  }

  /** After a failure of the engine the table is opened again: another process may have replaced it. */
  async #guard<Result>(operation: () => Promise<Result>, { signal }: CallOptions = {}): Promise<Result> {
    signal?.throwIfAborted();
    try {
      return await unlessAborted(operation(), signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (mayBeReplaced(error)) this.#forget();
      throw toStoreError(error, this.collection);
    }
  }
}

/** Whether opening the table once more may help. A refused filter must not cost the others what is remembered. */
function mayBeReplaced(error: unknown): boolean {
  return !(error instanceof PublicError) || error.code === 'STORE_UNAVAILABLE';
}

function refuseSettings(settings: CollectionOptions): void {
  const [option] = Object.keys(settings);
  if (option === undefined) return;
  throw new BadUserInputError(
    `The embedded store does not support "${option}" for a new collection; a Qdrant server does (STORE=qdrant).`,
  );
}

/** @throws BadUserInputError for a filter that the store cannot express. */
async function countSelected({ table, calls }: OpenCollection, filter: Filter | undefined): Promise<number> {
  const predicate = toPredicate(filter) ?? undefined;
  return calls.run(() => table.countRows(predicate));
}

function requireDimension(expected: number, found: number): void {
  if (found === expected) return;
  throw new BadUserInputError(
    `The collection has vectors of dimension ${expected}; a vector that was to be stored has ${found}.`,
  );
}

function toUnit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((each) => each / length);
}
