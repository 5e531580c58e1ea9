import { connect, type Connection, Session, type Table } from '@lancedb/lancedb';

import { describeCollection, type OpenCollection, openCollection, optimizeCollection } from './collection.js';
import { ID, VECTOR } from './column-names.js';
import { createCollection } from './create-collection.js';
import { LanceDirectory } from './directory.js';
import { readIds } from './decode-rows.js';
import { decodeRows, dimensionOf, encodePoints } from './encode-points.js';
import { isMissingTable, missingCollection, onlyPublicErrors, toStoreError } from './errors.js';
import { toPredicate } from './filter.js';
import { LoadingIds } from './loading-ids.js';
import { scanPapers } from './scan.js';
import { countFacets } from './facets.js';
import { findPapers, findVectors } from './rows.js';
import { searchCollection } from './search.js';
import { BadUserInputError } from '../../errors/errors.js';
import type { PayloadField } from '../../papers/payload.js';
import type { Filter } from '../filter.js';
import type { CollectionMetadata } from '../layout.js';
import type {
  CollectionInfo,
  CollectionOptions,
  EncodedPoints,
  FacetCount,
  FacetRequest,
  Hit,
  IndexingState,
  OptimizeProgress,
  PaperPoint,
  PaperStore,
  SearchRequest,
  StoredPaper,
} from '../store.js';

/**
 * Of indexes and of metadata, while papers are loaded. Each of the thousands of versions that a load writes brings new
 * entries, which the engine would keep up to 7 GB of; what is asked again and again is the index of ids, if anything.
 */
const LOADING_CACHE_BYTES = [64n * 1024n * 1024n, 8n * 1024n * 1024n] as const;

/** Papers in a LanceDB table. Writes of one store take turns; another process may read, and sees them at once. */
export class LanceStore implements PaperStore {
  readonly kind = 'lance';
  readonly directory: LanceDirectory;
  readonly encoder = new URL('./encode-points.js', import.meta.url).href;
  #opened: Promise<OpenCollection | null> | null = null;
  #lastWrite: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly connection: Connection,
    private readonly dataDir: string,
    readonly collection: string,
    private readonly approximateFromRows: number,
    /** Null unless papers are loaded. */
    private readonly loadingIds: LoadingIds | null,
  ) {
    this.directory = new LanceDirectory(connection, collection);
  }

  /** @param dataDir absolute: the engine takes some relative names for addresses of its cloud. */
  static async open(
    dataDir: string,
    collection: string,
    { approximateFromRows, isLoading }: { approximateFromRows: number; isLoading: boolean },
  ): Promise<LanceStore> {
    const connection = await connect(dataDir, {
      // Looks for other processes' writes before every read, which takes 0.06 ms.
      readConsistencyInterval: 0,
      ...(isLoading && { session: new Session(...LOADING_CACHE_BYTES) }),
    });
    return new LanceStore(
      connection,
      dataDir,
      collection,
      approximateFromRows,
      isLoading ? new LoadingIds() : null,
    );
  }

  search(requests: readonly SearchRequest[]): Promise<(Hit[] | Error)[]> {
    return this.#with((opened) => searchCollection(opened, requests));
  }

  retrieve(ids: readonly string[], fields: readonly PayloadField[]): Promise<Map<string, StoredPaper>> {
    return this.#withFindable(ids, async (opened, findable) => {
      await opened.cache.refresh();
      return findPapers(opened, findable, fields);
    });
  }

  vectors(ids: readonly string[]): Promise<Map<string, Float32Array>> {
    return this.#withFindable(ids, async (opened, findable) => {
      await opened.cache.refresh();
      const vectors = await findVectors(opened, findable);
      return new Map(
        Array.from(vectors, ([id, vector]) => [
          id,
          vector ? toUnit(vector) : new Float32Array(opened.dimension),
        ]),
      );
    });
  }

  facets(requests: readonly FacetRequest[]): Promise<(FacetCount[] | Error)[]> {
    return this.#with((opened) => countFacets(opened, requests));
  }

  async *scan(): AsyncGenerator<StoredPaper[]> {
    const opened = await this.#with((collection) => Promise.resolve(collection));
    try {
      yield* scanPapers(opened.table);
    } catch (error) {
      throw toStoreError(error, this.collection);
    }
  }

  count(filter?: Filter): Promise<number> {
    return this.#with(({ table }) => countSelected(table, filter));
  }

  counts(filters: readonly Filter[]): Promise<(number | Error)[]> {
    return this.#with(({ table }) =>
      Promise.all(filters.map((filter) => countSelected(table, filter).catch(onlyPublicErrors))),
    );
  }

  async upsert(points: readonly PaperPoint[], { areNew = false } = {}): Promise<void> {
    // The last of several points with one id counts; the engine would store each.
    const latest = [...new Map(points.map((point) => [point.id, point])).values()];
    if (latest.length === 0) return;
    // Encoded before its turn has come: another write may be under way meanwhile.
    const encoded = await this.#with(({ dimension }) => {
      latest.forEach((point) => requireDimension(dimension, point.vector.length));
      return Promise.resolve(encodePoints(latest));
    });
    await this.upsertEncoded(encoded, { areNew });
  }

  async upsertEncoded(points: EncodedPoints, { areNew = false } = {}): Promise<void> {
    if (points.count === 0) return;
    await this.#inTurn(async ({ table, dimension }) => {
      const rows = decodeRows(points);
      requireDimension(dimension, dimensionOf(rows));
      if (!areNew) await this.loadingIds?.makeFindable(table);
      await this.loadingIds?.willWrite(table, readIds(rows));
      if (areNew) await table.add(rows);
      else await table.mergeInsert(ID).whenMatchedUpdateAll().whenNotMatchedInsertAll().execute(rows);
    });
  }

  describe(): Promise<CollectionInfo | null> {
    this.#forget();
    return this.#guard(async () => {
      const opened = await this.#open();
      return opened && describeCollection(opened);
    });
  }

  create(metadata: CollectionMetadata, options: CollectionOptions = {}): Promise<void> {
    this.#forget();
    return this.#guard(() => {
      refuseOptions(options);
      return createCollection(this.connection, this.dataDir, this.collection, metadata);
    });
  }

  optimize(onProgress?: OptimizeProgress): Promise<void> {
    return this.#inTurn(({ table }) => optimizeCollection(table, this.approximateFromRows, onProgress));
  }

  /** The vector index is built by `optimize` alone. */
  setVectorIndexing(): Promise<void> {
    return Promise.resolve();
  }

  indexing(): Promise<IndexingState> {
    return this.#with(async ({ table }) => {
      const total = await table.countRows();
      const index = (await table.listIndices()).find(({ columns }) => columns.includes(VECTOR));
      return { indexed: index ? total - (index.numUnindexedRows ?? 0) : 0, total, state: 'idle' };
    });
  }

  drop(): Promise<void> {
    this.#forget();
    return this.#guard(async () => {
      await this.connection.dropTable(this.collection).catch((error: unknown) => {
        if (!isMissingTable(error)) throw error;
      });
      await this.directory.drop();
    });
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
  ): Promise<Result> {
    const loading = this.loadingIds;
    if (!loading) return this.#with((opened) => operation(opened, ids));
    const known = await this.#with(({ table }) => loading.knownOf(table, ids));
    if (known.length > 0) await this.#inTurn(({ table }) => loading.makeFindable(table));
    return this.#with((opened) => operation(opened, known));
  }

  /** Runs a write after those before it, whatever became of them. */
  #inTurn(write: (opened: OpenCollection) => Promise<unknown>): Promise<void> {
    const turn = this.#lastWrite.catch(() => undefined).then(() => this.#with(write));
    this.#lastWrite = turn;
    return turn.then(() => undefined);
  }

  #with<Result>(operation: (opened: OpenCollection) => Promise<Result>): Promise<Result> {
    return this.#guard(async () => {
      const opened = await this.#open();
      if (!opened) throw missingCollection(this.collection);
      return operation(opened);
    });
  }

  #open(): Promise<OpenCollection | null> {
    this.#opened ??= openCollection(this.connection, this.collection);
    return this.#opened;
  }

  #forget(): void {
    this.#opened = null;
    this.loadingIds?.forget();
  }

  /** After a failure of the engine the table is opened anew: another process may have replaced it. */
  async #guard<Result>(operation: () => Promise<Result>): Promise<Result> {
    try {
      return await operation();
    } catch (error) {
      this.#forget();
      throw toStoreError(error, this.collection);
    }
  }
}

function refuseOptions(options: CollectionOptions): void {
  const [option] = Object.keys(options);
  if (option === undefined) return;
  throw new BadUserInputError(
    `The embedded store has no option "${option}" of a new collection; a Qdrant server has (STORE=qdrant).`,
  );
}

/** @throws BadUserInputError for a filter that the store cannot express. */
async function countSelected(table: Table, filter: Filter | undefined): Promise<number> {
  return table.countRows(toPredicate(filter) ?? undefined);
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
