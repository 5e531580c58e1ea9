import { connect, type Connection, type Table } from '@lancedb/lancedb';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

import { openCollection, type OpenCollection } from './collection.js';
import { ID, VECTOR, ZERO_VECTOR } from './columns.js';
import { dropTable, gather, missingCollection, toPublicError } from './engine.js';
import { selectRows, toPredicate } from './filter.js';
import {
  countPartitions,
  toLanceIndex,
  findIndex,
  keep,
  type LanceIndex,
  readKept,
  replaceVectorIndex,
  toIndexingState,
} from './indexes.js';
import { readIds, readVectors, RowCache } from './rows.js';
import { rankNearest } from './search.js';
import { PublicError, toError } from '../../errors/errors.js';
import type { Filter } from '../filter.js';
import { unlessAborted } from '../shared-call.js';
import type { SearchParams } from '../store.js';
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
  type TuningTarget,
  type VectorIndex,
  type VectorQuery,
} from '../tuning.js';

/** The value of PaperQL's own searches for the 100 candidates that a page is cut from, see `search.ts`. */
const DEFAULT_EF = 128;
/** Product quantization trains a code book of 256 entries, which needs at least as many rows. */
const LEAST_ROWS_FOR_PRODUCTS = 256;
/** Number of rows copied at once. */
const COPY_ROWS = 8_192;

/** A table of the embedded store under measurement. */
export class LanceTuning implements ScratchCopy {
  readonly kind = 'lance';
  readonly collection: string;
  readonly #builder: Builder;

  private constructor(
    private readonly connection: Connection,
    private readonly opened: OpenCollection,
    private readonly rows: number,
    private readonly isScratch: boolean,
  ) {
    this.collection = opened.name;
    this.#builder = new Builder(opened.table);
  }

  /**
   * @param dataDir absolute, because the engine takes some relative names for addresses of its cloud.
   * @throws PublicError if there is no such table.
   */
  static async open(dataDir: string, collection: string): Promise<LanceTuning> {
    const connection = await connect(dataDir);
    const opened = await openCollection(() => connect(dataDir), { dataDir, collection });
    if (!opened) throw missingCollection(collection);
    return new LanceTuning(connection, opened, await opened.table.countRows(), false);
  }

  describe(): Promise<TuningTarget> {
    return this.#ask(async ({ table, dimension }) => {
      const [points, index] = await Promise.all([table.countRows(), findIndex(table, VECTOR)]);
      return {
        engine: 'LanceDB',
        version: engineVersion(),
        points,
        dimension,
        distance: 'Cosine',
        index: toLanceIndex(index),
        defaultEf: DEFAULT_EF,
        partitions: countPartitions(points),
        indexing: toIndexingState(index, points),
      };
    });
  }

  query(query: VectorQuery): Promise<TimedAnswer> {
    return this.#ask((opened) => timeQuery(opened, query));
  }

  sample(count: number, random: () => number): Promise<SampledPaper[]> {
    return this.#ask(({ table }) => sampleRows(table, this.rows, count, random));
  }

  count(filter?: Filter): Promise<number> {
    return this.#ask(({ table }) => table.countRows(toPredicate(filter) ?? undefined));
  }

  refuses(index: VectorIndex): string | null {
    if (index.engine !== 'lance') return 'the embedded store has no such index';
    const hasProducts = index.kind === 'ivf_pq' || index.kind === 'ivf_hnsw_pq';
    if (!hasProducts || this.rows >= LEAST_ROWS_FOR_PRODUCTS) return null;
    return `product quantization learns from at least ${LEAST_ROWS_FOR_PRODUCTS} papers; there are ${this.rows}`;
  }

  reindex(index: VectorIndex, options: ReindexOptions): Promise<number | null> {
    return this.#ask(async ({ table }) => {
      if (index.engine !== 'lance') throw new Error('An index of another engine');
      const present = await findIndex(table, VECTOR);
      const isThere = present?.numUnindexedRows === 0 && isDeepStrictEqual(toLanceIndex(present), index);
      // Other indexes may have other partitions, which the engine does not report.
      if (this.isScratch && isThere) return null;
      if (options.keep === true) {
        await keep(table, 'paperql.index', index);
        await keep(table, 'paperql.index_before_tuning', null);
      } else if (!this.isScratch && (await readKept(table, 'paperql.index_before_tuning')) === null) {
        await keep(table, 'paperql.index_before_tuning', toLanceIndex(present));
      }
      return this.#builder.build(index, options);
    }, options.signal);
  }

  restore(options: BuildOptions): Promise<boolean> {
    return this.#ask(async ({ table }) => {
      const before = await readKept(table, 'paperql.index_before_tuning');
      if (before === null) return false;
      if (before.kind !== 'other') await this.#builder.build(before, options);
      await keep(table, 'paperql.index_before_tuning', null);
      return true;
    }, options.signal);
  }

  memory(): Promise<MemoryFigures> {
    return this.#ask(readMemory);
  }

  copies(): Promise<string[]> {
    const prefix = copyPrefix(this.collection);
    return this.#ask(async () => {
      const names = await this.connection.tableNames({ startAfter: prefix });
      return names.filter((name) => name.startsWith(prefix));
    });
  }

  dropCopy(name: string): Promise<void> {
    return this.#ask(() => dropTable(this.connection, name));
  }

  copy(work: LongWork): Promise<ScratchCopy> {
    return this.#ask(async (opened) => {
      const name = `${copyPrefix(this.collection)}${randomBytes(4).toString('hex')}`;
      try {
        const scratch = await copyTable(this.connection, opened, this.rows, name, work);
        return new LanceTuning(this.connection, scratch, await scratch.table.countRows(), true);
      } catch (error) {
        await this.dropCopy(name).catch(() => undefined);
        throw error;
      }
    }, work.signal);
  }

  /** Deletes the table. Called only for scratch copies. */
  async drop(): Promise<void> {
    await this.#builder.settled();
    await this.dropCopy(this.collection);
  }

  /** A scratch copy shares its connection with the table that it was made from. */
  close(): Promise<void> {
    if (!this.isScratch) this.connection.close();
    return Promise.resolve();
  }

  async #ask<Result>(
    call: (opened: OpenCollection) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    try {
      return await call(this.opened);
    } catch (error) {
      if (signal?.aborted) throw error;
      throw toPublicError(error, this.collection);
    }
  }
}

/** Uses the store's own ranking, including its cache of vectors and ids. */
async function timeQuery(
  collection: OpenCollection,
  { vector, limit, params, filter }: VectorQuery,
): Promise<TimedAnswer> {
  const { cache } = collection;
  const selection = await selectRows(collection, filter);
  const query = { selection, count: limit, params: toSearchParams(params) };
  const startedAt = performance.now();
  await cache.refresh();
  const [ranked = []] = await rankNearest(collection, query, [vector]);
  const rows = ranked.map(({ row }) => row);
  const ids = await cache.take(rows, cache.ids);
  const clientMs = performance.now() - startedAt;
  const hits = ranked.map(({ score }, at) => ({ id: ids[at] ?? '', score }));
  return { hits, clientMs, serverMs: null };
}

function toSearchParams({
  exact = false,
  ef = DEFAULT_EF,
  probes,
  ...quantization
}: QueryParams): SearchParams {
  return { exact, hnswEf: ef, ...(probes !== undefined && { probes }), quantization };
}

async function sampleRows(
  table: Table,
  rows: number,
  count: number,
  random: () => number,
): Promise<SampledPaper[]> {
  const offsets = new Set<number>();
  while (offsets.size < Math.min(count, rows)) offsets.add(Math.floor(random() * rows));
  const query = table.takeOffsets([...offsets]).select([ID, VECTOR]);
  const sampled = await query.toArrow();
  const vectors = readVectors(sampled);
  return readIds(sampled).flatMap((id, at) => {
    const vector = vectors[at];
    return vector ? [{ id, vector }] : [];
  });
}

async function copyTable(
  connection: Connection,
  source: OpenCollection,
  total: number,
  name: string,
  { signal, onProgress }: LongWork,
): Promise<OpenCollection> {
  const rows = source.table.query().where(`${ZERO_VECTOR} = false`).select([ID, VECTOR]);
  const schema = await rows.outputSchema();
  const table = await connection.createEmptyTable(name, schema);
  let done = 0;
  for await (const { batches, count } of gather(rows, COPY_ROWS)) {
    signal.throwIfAborted();
    await table.add({ schema, batches });
    done += count;
    onProgress({ name: 'copying', done, total });
  }
  await table.optimize();
  return { ...source, name, table, cache: new RowCache(table) };
}

async function readMemory({ table, dimension }: OpenCollection): Promise<MemoryFigures> {
  const [points, index] = await Promise.all([table.countRows(), findIndex(table, VECTOR)]);
  return {
    parts: [
      { name: 'vectors', bytes: points * dimension * 4 },
      { name: 'index files', bytes: index?.sizeBytes ?? 0 },
    ],
    partsFrom:
      'index files: measured, their size on disk, cached in memory as searches read them; vectors: computed, 4 bytes a number',
    processBytes: process.memoryUsage().rss,
  };
}

/** The package does not export its package.json, which is above the files that it exports. */
function engineVersion(): string {
  const file = new URL('../package.json', import.meta.resolve('@lancedb/lancedb'));
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version; // every package has one
}

const TICK_MS = 1_000;

/**
 * Builds indexes of a table, one after another. The engine cannot be stopped and does not report progress. Callers
 * are told how long it has taken, and when it takes too long. The next build waits for this one.
 */
class Builder {
  #work: Promise<void> = Promise.resolve();

  constructor(private readonly table: Table) {}

  settled(): Promise<void> {
    return this.#work.catch(() => undefined);
  }

  /**
   * @returns how long it took, in milliseconds.
   * @throws PublicError if it fails or exceeds its time limit.
   */
  async build(index: LanceIndex, { limitMs, signal, onProgress }: BuildOptions): Promise<number> {
    await this.settled();
    signal.throwIfAborted();
    const startedAt = performance.now();
    let seconds = 0;
    const ticks = setInterval(() => onProgress({ name: 'seconds of indexing', done: ++seconds }), TICK_MS);
    const limit = AbortSignal.timeout(limitMs);
    this.#work = replaceVectorIndex(this.table, index);
    try {
      await unlessAborted(this.#work, limit);
    } catch (error) {
      const how = limit.aborted
        ? `was not done within ${Math.round(limitMs / 1_000)} s`
        : `failed: ${toError(error).message}`;
      const cause = limit.aborted ? undefined : error;
      throw new PublicError('STORE_UNAVAILABLE', `Indexing by LanceDB ${how}`, { lasting: true, cause });
    } finally {
      clearInterval(ticks);
    }
    return performance.now() - startedAt;
  }
}
