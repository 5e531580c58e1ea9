import type { Connection } from '@lancedb/lancedb';
import type { RecordBatch } from 'apache-arrow';

import {
  createCollection,
  type OpenCollection,
  openCollection,
  readFacts,
  requireReadable,
} from './collection.js';
import { BM25_TERMS, dimensionOf, ID, LAYOUT_KEY, SENTENCE_COLUMN, VECTOR } from './columns.js';
import { LanceDirectory } from './directory.js';
import { decodeRows, encodePoints } from './encode-points.js';
import {
  type Connect,
  createEngineCalls,
  dropTable,
  gather,
  identifyFolder,
  missingCollection,
  onlyPublicErrors,
  openConnection,
  toPublicError,
  withPublicErrors,
} from './engine.js';
import { countFacets, countMatches, keepFacets } from './facets.js';
import { selectRows } from './filter.js';
import { APPROXIMATE_FROM_ROWS, keywordIndex, optimizeTable, replaceIndex } from './indexes.js';
import { type Facts, payloadColumns, readIds, readPapers, readVectors } from './rows.js';
import { countSelection, openIndexes, searchCollection } from './search.js';
import { BadUserInputError, PublicError } from '../../errors/errors.js';
import type { PaperPayload, PayloadField } from '../../papers/payload.js';
import type { Filter } from '../filter.js';
import { type CollectionMetadata, LAYOUT_VERSION } from '../layout.js';
import { dot } from '../scores.js';
import { type CallOptions, unlessAborted } from '../shared-call.js';
import type {
  CollectionInfo,
  CollectionOptions,
  EncodedPoints,
  FacetCount,
  FacetRequest,
  Hit,
  IndexingState,
  MatchCount,
  OptimizeOptions,
  PaperPoint,
  PaperStore,
  SearchRequest,
  StoredPaper,
  UpsertOptions,
  WordMatch,
} from '../store.js';

export interface LanceStoreOptions {
  /** Folder of the tables; created if missing. */
  dataDir: string;
  collection: string;
  /**
   * From this number of rows on, `optimize` builds an approximate vector index; the default suits ordinary
   * embeddings.
   */
  approximateFromRows?: number;
  /** Whether papers are loaded rather than searched, in which case the engine's caches are kept small. */
  isLoading?: boolean;
  /** Whether to open the indexes at once, before the first request needs them. */
  isServing?: boolean;
  /** The engine's time limit for a query; none by default. */
  queryTimeoutMs?: number;
}

/**
 * Papers in a LanceDB table. Writes of one store take turns. Another process may read, and sees them at once.
 */
export class LanceStore implements PaperStore {
  readonly kind = 'lance';
  readonly collection: string;
  readonly directory: LanceDirectory;
  readonly encoder = new URL('./encode-points.js', import.meta.url).href;
  #opened: Promise<OpenCollection | null> | null = null;
  #lastWrite: Promise<unknown> = Promise.resolve();
  readonly #closing = new AbortController();

  private constructor(
    private readonly connection: Connection,
    private readonly connect: Connect,
    private readonly options: LanceStoreOptions,
  ) {
    this.collection = options.collection;
    this.directory = new LanceDirectory(connection, connect, options.dataDir, options.collection);
  }

  /**
   * @param options.dataDir absolute, because the engine takes some relative names for addresses of its cloud.
   * @throws StartupError if the collection's files are damaged.
   */
  static async open(options: LanceStoreOptions): Promise<LanceStore> {
    const open = () => openConnection(options);
    const connection = await open();
    const store = new LanceStore(connection, open, options);
    try {
      await requireReadable(options.dataDir, options.collection, () => store.#open());
    } catch (error) {
      connection.close();
      throw error;
    }
    return store;
  }

  search(requests: readonly SearchRequest[], options?: CallOptions): Promise<(Hit[] | Error)[]> {
    return this.#with((opened) => searchCollection(opened, requests), options);
  }

  async retrieve(
    ids: readonly string[],
    fields: readonly PayloadField[],
    options?: CallOptions,
  ): Promise<Map<string, StoredPaper>> {
    const known = await this.#findable(ids, options);
    return this.#with(async ({ cache, calls }) => {
      await cache.refresh();
      return cache.findPapers(known, fields, calls);
    }, options);
  }

  async vectors(ids: readonly string[], options?: CallOptions): Promise<Map<string, Float32Array>> {
    const known = await this.#findable(ids, options);
    return this.#with(async ({ cache, calls, dimension }) => {
      await cache.refresh();
      const vectors = await cache.find(known, cache.vectors, calls);
      return new Map(
        Array.from(vectors, ([id, vector]) => [id, vector ? toUnit(vector) : new Float32Array(dimension)]),
      );
    }, options);
  }

  facets(requests: readonly FacetRequest[], options?: CallOptions): Promise<(FacetCount[] | Error)[]> {
    return this.#with((opened) => countFacets(opened, requests), options);
  }

  async *scan(fields: readonly PayloadField[], options?: CallOptions): AsyncGenerator<StoredPaper[]> {
    const { table, calls } = await this.#with((opened) => Promise.resolve(opened), options);
    try {
      const query = table.query().select([ID, ...payloadColumns(fields)]);
      for await (const rows of calls.batches(query)) yield readPapers(rows);
    } catch (error) {
      options?.signal?.throwIfAborted();
      throw toPublicError(error, this.collection);
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

  async upsert(points: readonly PaperPoint[], options: UpsertOptions = {}): Promise<void> {
    // If several points have the same id, only the last counts; the engine would store each.
    const latest = new Map(points.map((point) => [point.id, point]));
    await this.upsertEncoded(encodePoints(latest.values()), options);
  }

  async upsertEncoded(points: EncodedPoints, { areNew = false, signal }: UpsertOptions = {}): Promise<void> {
    if (points.count === 0) return;
    await this.#inTurn(
      async ({ table, dimension, loadingIds }) => {
        const rows = decodeRows(points);
        const found = dimensionOf(rows.schema);
        if (found !== dimension) {
          throw new BadUserInputError(
            `The collection has vectors of dimension ${dimension}; a vector to store has ${found}.`,
          );
        }
        if (!areNew) await loadingIds?.makeFindable();
        await loadingIds?.willWrite(readIds(rows));
        if (areNew) await table.add(rows);
        else await table.mergeInsert(ID).whenMatchedUpdateAll().whenNotMatchedInsertAll().execute(rows);
      },
      { signal },
    );
  }

  async describe(options?: CallOptions): Promise<CollectionInfo | null> {
    const facts = await this.#facts(options);
    return facts && { ...facts.info };
  }

  async indexing(options?: CallOptions): Promise<IndexingState> {
    const facts = await this.#facts(options);
    if (!facts) throw missingCollection(this.collection);
    return { ...facts.indexing };
  }

  create(
    metadata: CollectionMetadata,
    settings: CollectionOptions = {},
    options?: CallOptions,
  ): Promise<void> {
    this.#opened = null;
    return this.#afterWrites(() => {
      const [option] = Object.keys(settings);
      if (option !== undefined) {
        throw new BadUserInputError(
          `The embedded store does not support "${option}" for a new collection; a Qdrant server does (STORE=qdrant).`,
        );
      }
      return createCollection(this.connection, this.options.dataDir, this.collection, metadata);
    }, options);
  }

  optimize(options: OptimizeOptions = {}): Promise<void> {
    const { approximateFromRows = APPROXIMATE_FROM_ROWS } = this.options;
    return this.#inTurn(async (opened) => {
      await optimizeTable(opened.table, approximateFromRows, options);
      const { info, facets } = await opened.cache.facts(() => readFacts(opened));
      if (info.count > 0 && Object.keys(facets).length === 0) await keepFacets(opened);
    }, options);
  }

  renew(options: OptimizeOptions = {}): Promise<void> {
    return this.#inTurn((opened) => renewCollection(opened, options), options);
  }

  /** Only `optimize` builds the vector index. */
  async setVectorIndexing(_mode: 'off' | 'on', options?: CallOptions): Promise<void> {
    options?.signal?.throwIfAborted();
  }

  drop(options?: CallOptions): Promise<void> {
    this.#opened = null;
    return this.#afterWrites(async () => {
      await dropTable(this.connection, this.collection);
      await this.directory.drop();
    }, options);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#lastWrite.catch(() => undefined);
    this.#opened = null;
    this.connection.close();
  }

  #facts(options?: CallOptions): Promise<Facts | null> {
    return this.#guard(async () => {
      const opened = await this.#open();
      return opened ? opened.cache.facts(() => readFacts(opened)) : null;
    }, options);
  }

  /** The ids that may be stored. Makes sure that looking them up takes no longer than necessary. */
  async #findable(ids: readonly string[], options?: CallOptions): Promise<readonly string[]> {
    if (!this.options.isLoading) return ids;
    const known = await this.#with(async ({ loadingIds }) => loadingIds?.knownOf(ids) ?? ids, options);
    if (known.length > 0) await this.#inTurn(async ({ loadingIds }) => loadingIds?.makeFindable());
    return known;
  }

  #inTurn(write: (opened: OpenCollection) => Promise<unknown>, options?: CallOptions): Promise<void> {
    return this.#afterWrites(() => this.#with(write), options);
  }

  /**
   * Runs a write after all earlier ones, whatever their outcome. The engine cannot be stopped: a write whose caller has
   * left keeps its turn until it ends.
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
      return operation({ ...opened, calls: createEngineCalls(options, this.options.queryTimeoutMs) });
    }, options);
  }

  /**
   * The current collection. It may be created, dropped and recreated at any time, also by other processes.
   */
  async #open(): Promise<OpenCollection | null> {
    const before = this.#opened;
    const opened = await before;
    if (opened?.folder === identifyFolder(this.options.dataDir, this.collection)) return opened;
    // An earlier caller has already begun to open it.
    if (this.#opened === before) this.#opened = null;
    return (this.#opened ??= this.#openNow());
  }

  async #openNow(): Promise<OpenCollection | null> {
    const opened = await openCollection(this.connect, this.options);
    if (opened && this.options.isServing) {
      // Nobody waits for this; a request that hits the same failure reports it.
      void openIndexes(opened, this.#closing.signal).catch(() => undefined);
    }
    return opened;
  }

  /**
   * After a failure of the engine, the table is opened again, because another process may have replaced it. A
   * rejected filter does not empty the caches.
   */
  async #guard<Result>(operation: () => Promise<Result>, options?: CallOptions): Promise<Result> {
    try {
      return await withPublicErrors(this.collection, operation, options);
    } catch (error) {
      const mayBeReplaced = error instanceof PublicError && error.code === 'STORE_UNAVAILABLE';
      if (mayBeReplaced && !options?.signal?.aborted) this.#opened = null;
      throw error;
    }
  }
}

/** A plain loop, because every HYBRID search needs some fifteen of them: `Math.hypot` and `map` take ten times as long. */
function toUnit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector));
  const unit = new Float32Array(vector.length);
  for (let at = 0; at < unit.length; at++) unit[at] = (vector[at] ?? 0) / length;
  return unit;
}

/** @throws BadUserInputError for a filter that the store cannot express. */
async function countSelected(collection: OpenCollection, filter: Filter | undefined): Promise<number> {
  return countSelection(collection, await selectRows(collection, filter));
}

/** Number of rows written at once: some 50 MB. For each write, the engine looks all of them up. */
const RENEWED_ROWS = 8_192;

/**
 * Drops unused columns, encodes every row again from its payload and vector, which no layout has changed, rebuilds
 * the keyword index, and finally records the layout. If stopped and repeated, it starts from the beginning.
 */
async function renewCollection(
  { table, dimension, calls }: Pick<OpenCollection, 'table' | 'dimension' | 'calls'>,
  { onProgress, signal }: OptimizeOptions,
): Promise<void> {
  const { fields } = await table.schema();
  const unused = fields.map(({ name }) => name).filter((name) => SENTENCE_COLUMN.test(name));
  if (unused.length > 0) await table.dropColumns(unused);
  const total = await table.countRows();
  const rows = calls.batches(table.query().select([ID, VECTOR, ...payloadColumns(['author_keys'])]));
  let done = 0;
  for await (const { batches, count } of gather(rows, RENEWED_ROWS)) {
    signal?.throwIfAborted();
    const points = batches.flatMap((batch) => toPoints(batch, dimension));
    await table
      .mergeInsert(ID)
      .whenMatchedUpdateAll()
      .execute(decodeRows(encodePoints(points)));
    done += count;
    onProgress?.({ name: 'rewriting papers', done, total });
  }
  await replaceIndex(table, BM25_TERMS, keywordIndex());
  await table.updateFieldMetadata([{ path: BM25_TERMS, metadata: { [LAYOUT_KEY]: String(LAYOUT_VERSION) } }]);
}

function toPoints(rows: RecordBatch, dimension: number): PaperPoint[] {
  const vectors = readVectors(rows);
  return readPapers(rows).map(({ id, payload }, at) => ({
    id,
    payload: payload as PaperPayload, // complete: the author keys are read, too
    vector: vectors[at] ?? new Float32Array(dimension),
  }));
}
