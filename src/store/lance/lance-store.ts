import { connect, type Connection } from '@lancedb/lancedb';

import {
  createCollection,
  describeCollection,
  type OpenCollection,
  openCollection,
  optimizeCollection,
} from './collection.js';
import { ID } from './column-names.js';
import { toTable } from './columns.js';
import { isMissingTable, missingCollection, toStoreError } from './errors.js';
import { toPredicate } from './filter.js';
import { readPapers, searchCollection } from './search.js';
import { BadUserInputError } from '../../errors/errors.js';
import type { Filter } from '../filter.js';
import type { CollectionMetadata } from '../layout.js';
import type { CollectionInfo, Hit, PaperPoint, PaperStore, SearchRequest, StoredPaper } from '../store.js';

/** Papers in a LanceDB table. Writes of one store take turns; another process may read, and sees them at once. */
export class LanceStore implements PaperStore {
  readonly kind = 'lance';
  #opened: Promise<OpenCollection | null> | null = null;
  #lastWrite: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly connection: Connection,
    readonly collection: string,
    private readonly approximateFromRows: number,
  ) {}

  /** @param dataDir absolute: the engine takes some relative names for addresses of its cloud. */
  static async open(dataDir: string, collection: string, approximateFromRows: number): Promise<LanceStore> {
    // An interval of zero looks for other processes' writes before every read, which takes 0.06 ms.
    const connection = await connect(dataDir, { readConsistencyInterval: 0 });
    return new LanceStore(connection, collection, approximateFromRows);
  }

  search(requests: readonly SearchRequest[]): Promise<(Hit[] | Error)[]> {
    return this.#with((opened) => searchCollection(opened, requests));
  }

  /** Carries all fields: they are read as one. */
  retrieve(ids: readonly string[]): Promise<Map<string, StoredPaper>> {
    return this.#with(({ table }) => readPapers(table, ids));
  }

  count(filter?: Filter): Promise<number> {
    return this.#with(({ table }) => table.countRows(toPredicate(filter) ?? undefined));
  }

  upsert(points: readonly PaperPoint[]): Promise<void> {
    return this.#inTurn(({ table, dimension }) => {
      points.forEach((point) => requireVector(point, dimension));
      // The last of several points with one id counts; the engine would store each.
      const latest = new Map(points.map((point) => [point.id, point]));
      if (latest.size === 0) return Promise.resolve();
      return table
        .mergeInsert(ID)
        .whenMatchedUpdateAll()
        .whenNotMatchedInsertAll()
        .execute(toTable([...latest.values()], dimension));
    });
  }

  describe(): Promise<CollectionInfo | null> {
    this.#forget();
    return this.#guard(async () => {
      const opened = await this.#open();
      return opened && describeCollection(opened);
    });
  }

  create(metadata: CollectionMetadata): Promise<void> {
    this.#forget();
    return this.#guard(() => createCollection(this.connection, this.collection, metadata));
  }

  optimize(): Promise<void> {
    return this.#inTurn(({ table }) => optimizeCollection(table, this.approximateFromRows));
  }

  drop(): Promise<void> {
    this.#forget();
    return this.#guard(async () => {
      await this.connection.dropTable(this.collection).catch((error: unknown) => {
        if (!isMissingTable(error)) throw error;
      });
    });
  }

  async close(): Promise<void> {
    await this.#lastWrite.catch(() => undefined);
    this.#forget();
    this.connection.close();
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

function requireVector({ id, vector }: PaperPoint, dimension: number): void {
  if (vector.length !== dimension) {
    throw new BadUserInputError(
      `The collection has vectors of dimension ${dimension}; the vector of point ${id} has ${vector.length}.`,
    );
  }
  if (!vector.every(Number.isFinite)) {
    throw new BadUserInputError(`The vector of point ${id} holds something that is no finite number.`);
  }
}
