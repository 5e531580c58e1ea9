import { connect, type Connection, type Table } from '@lancedb/lancedb';
import type { RecordBatch } from 'apache-arrow';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

import { openCollection, type OpenCollection } from './collection.js';
import { ID, VECTOR, ZERO_VECTOR } from './columns.js';
import { isMissingTable, missingCollection, toStoreError } from './errors.js';
import { toPredicate } from './filter.js';
import { rankNearest } from './nearest.js';
import { RowCache } from './row-cache.js';
import {
  countPartitions,
  describeIndex,
  findVectorIndex,
  keep,
  type LanceIndex,
  LEAST_ROWS_FOR_PRODUCTS,
  makeIndex,
  readKept,
} from './tuning-index.js';
import { PublicError, toError } from '../../errors/errors.js';
import type { SearchParams } from '../store.js';
import type {
  BuildOptions,
  LongWork,
  MemoryFigures,
  QueryParams,
  SampledPaper,
  ScratchCopy,
  TimedAnswer,
  TuningStore,
  TuningTarget,
  VectorIndex,
  VectorQuery,
} from '../tuning.js';

/** As PaperQL's own searches for the 64 that a page is cut from, see `nearest.ts`. */
const DEFAULT_EF = 128;
/** Rows copied at once. */
const COPY_ROWS = 8_192;

/** @param dataDir absolute: the engine takes some relative names for addresses of its cloud. */
export async function openTableTuning(dataDir: string, collection: string): Promise<TuningStore> {
  const connection = await connect(dataDir);
  const opened = await openCollection(connection, collection);
  if (!opened) throw missingCollection(collection);
  const store = createTuning(connection, opened, await opened.table.countRows());
  return {
    ...store,
    close: () => {
      connection.close();
      return Promise.resolve();
    },
  };
}

function createTuning(
  connection: Connection,
  opened: OpenCollection,
  rows: number,
  isScratch = false,
): ScratchCopy {
  const { name: collection, table, dimension } = opened;

  async function guard<Result>(signal: AbortSignal | null, call: () => Promise<Result>): Promise<Result> {
    try {
      return await call();
    } catch (error) {
      if (signal?.aborted) throw error;
      throw toStoreError(error, collection);
    }
  }

  async function describe(): Promise<TuningTarget> {
    const [points, index] = await Promise.all([table.countRows(), findVectorIndex(table)]);
    const indexed = index ? points - (index.numUnindexedRows ?? 0) : 0;
    return {
      engine: 'LanceDB',
      version: engineVersion(),
      points,
      dimension,
      distance: 'Cosine',
      index: describeIndex(index),
      defaultEf: DEFAULT_EF,
      partitions: countPartitions(points),
      indexing: { indexed, total: points, state: 'idle' },
    };
  }

  const dropCopy = (name: string) => guard(null, () => dropTable(connection, name));
  const build = createBuilder(table);

  return {
    kind: 'lance',
    collection,
    describe: () => guard(null, describe),
    query: (query) => guard(null, () => timeQuery(opened, query)),
    sample: (count, random) => guard(null, () => sampleRows(table, rows, count, random)),
    count: (filter) => guard(null, () => table.countRows(toPredicate(filter) ?? undefined)),
    refuses: (index) => refusal(index, rows),
    reindex: (index, options) =>
      guard(options.signal, async () => {
        if (index.engine !== 'lance') throw new Error('An index of another engine');
        // Others may be of other partitions, which the engine does not tell.
        if (isScratch && (await holds(table, index))) return null;
        if (options.keep === true) {
          await keep(table, 'paperql.index', index);
          await keep(table, 'paperql.index_before_tuning', null);
        } else if (!isScratch && (await readKept(table, 'paperql.index_before_tuning')) === null) {
          await keep(table, 'paperql.index_before_tuning', describeIndex(await findVectorIndex(table)));
        }
        return build.start(index, options);
      }),
    restore: (options) =>
      guard(options.signal, async () => {
        const before = await readKept(table, 'paperql.index_before_tuning');
        if (before === null) return false;
        if (before.kind !== 'other') await build.start(before, options);
        await keep(table, 'paperql.index_before_tuning', null);
        return true;
      }),
    memory: () => guard(null, () => readMemory(table, dimension)),
    copies: () =>
      guard(null, async () => {
        const names = await connection.tableNames({ startAfter: copyPrefix(collection) });
        return names.filter((name) => name.startsWith(copyPrefix(collection)));
      }),
    dropCopy,
    async drop() {
      await build.settled();
      await dropCopy(collection);
    },
    copy: (work) =>
      guard(work.signal, async () => {
        const name = `${copyPrefix(collection)}${randomBytes(4).toString('hex')}`;
        try {
          const scratch = await copyTable(connection, opened, rows, name, work);
          return createTuning(connection, scratch, await scratch.table.countRows(), true);
        } catch (error) {
          await dropCopy(name).catch(() => undefined);
          throw error;
        }
      }),
    close: () => Promise.resolve(),
  };
}

function copyPrefix(collection: string): string {
  return `${collection}_tune_`;
}

/** Whether all rows are indexed so. */
async function holds(table: Table, index: VectorIndex): Promise<boolean> {
  const present = await findVectorIndex(table);
  return present?.numUnindexedRows === 0 && isDeepStrictEqual(describeIndex(present), index);
}

/** By the store's own ranking, its cache of vectors and ids included. */
async function timeQuery(
  collection: OpenCollection,
  { vector, limit, params, filter }: VectorQuery,
): Promise<TimedAnswer> {
  const query = { vector, predicate: toPredicate(filter), count: limit, params: toSearchParams(params) };
  const startedAt = performance.now();
  await collection.cache.refresh();
  const ranked = await rankNearest(collection, query);
  const ids = await collection.cache.idsOf(ranked.map(({ row }) => row));
  const clientMs = performance.now() - startedAt;
  const hits = ranked.map(({ score }, at) => ({ id: ids[at] ?? '', score }));
  return { hits, clientMs, serverMs: null };
}

function toSearchParams({
  exact = false,
  ef = DEFAULT_EF,
  probes,
  rescore = true,
  oversampling = 1,
}: QueryParams): SearchParams {
  return {
    exact,
    hnswEf: ef,
    ...(probes !== undefined && { probes }),
    quantization: { rescore, oversampling },
  };
}

async function sampleRows(
  table: Table,
  rows: number,
  count: number,
  random: () => number,
): Promise<SampledPaper[]> {
  const offsets = new Set<number>();
  while (offsets.size < Math.min(count, rows)) offsets.add(Math.floor(random() * rows));
  const sampled = await table
    .takeOffsets([...offsets])
    .select([ID, VECTOR])
    .toArrow();
  const vectors = sampled.getChild(VECTOR);
  return Array.from(sampled.getChild(ID) ?? [], (id, at) => {
    // A list column yields vectors of its numbers, whose type the library leaves open; null stands for zeros.
    const numbers = vectors?.get(at) as Iterable<number> | null | undefined;
    return numbers ? [{ id: String(id), vector: Float32Array.from(numbers) }] : [];
  }).flat();
}

function refusal(index: VectorIndex, rows: number): string | null {
  if (index.engine !== 'lance') return 'the embedded store has no such index';
  const hasProducts = index.kind === 'ivf_pq' || index.kind === 'ivf_hnsw_pq';
  if (!hasProducts || rows >= LEAST_ROWS_FOR_PRODUCTS) return null;
  return `product quantization learns from at least ${LEAST_ROWS_FOR_PRODUCTS} papers; there are ${rows}`;
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
  let batches: RecordBatch[] = [];
  const flush = async () => {
    if (batches.length > 0) await table.add({ schema, batches });
    batches = [];
    onProgress({ name: 'copying', done, total });
  };
  for await (const batch of rows) {
    signal.throwIfAborted();
    batches.push(batch);
    done += batch.numRows;
    if (batches.reduce((sum, { numRows }) => sum + numRows, 0) >= COPY_ROWS) await flush();
  }
  await flush();
  await table.optimize();
  return { ...source, name, table, cache: new RowCache(table) };
}

async function dropTable(connection: Connection, name: string): Promise<void> {
  await connection.dropTable(name).catch((error: unknown) => {
    if (!isMissingTable(error)) throw error;
  });
}

async function readMemory(table: Table, dimension: number): Promise<MemoryFigures> {
  const [points, index] = await Promise.all([table.countRows(), findVectorIndex(table)]);
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

/** The package does not export its description, which lies above what it does export. */
function engineVersion(): string {
  const file = new URL('../package.json', import.meta.resolve('@lancedb/lancedb'));
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version; // every package has one
}

const TICK_MS = 1_000;

/**
 * Builds indexes of a table, one after another. The engine cannot be stopped, and does not report progress:
 * callers are told how long it has taken, and when it takes too long. The next task waits until it is done.
 */
function createBuilder(table: Table) {
  let work: Promise<void> = Promise.resolve();
  const settled = () => work.catch(() => undefined);
  return {
    settled,
    /**
     * @returns how long it took, in milliseconds.
     * @throws PublicError when it fails or takes longer than it may.
     */
    async start(index: LanceIndex, options: BuildOptions): Promise<number> {
      await settled();
      options.signal.throwIfAborted();
      const startedAt = performance.now();
      work = makeIndex(table, index).catch((error: unknown) => {
        throw failed(`failed: ${toError(error).message}`, error);
      });
      await withinLimit(work, options);
      return performance.now() - startedAt;
    },
  };
}

async function withinLimit(work: Promise<void>, { limitMs, onProgress }: BuildOptions): Promise<void> {
  let seconds = 0;
  const ticks = setInterval(() => onProgress({ name: 'seconds of indexing', done: ++seconds }), TICK_MS);
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const most = Math.round(limitMs / 1_000);
      reject(failed(`was not done within ${most} s`));
    }, limitMs);
  });
  await Promise.race([work, limit]).finally(() => {
    clearInterval(ticks);
    clearTimeout(timer);
  });
}

function failed(how: string, cause?: unknown): PublicError {
  return new PublicError('STORE_UNAVAILABLE', `Indexing by LanceDB ${how}`, { lasting: true, cause });
}
