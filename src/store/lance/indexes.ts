import { Index, type IndexConfig, type Table } from '@lancedb/lancedb';
import PQueue from 'p-queue';
import { z } from 'zod';

import {
  BM25_TERMS,
  encodingChanges,
  filterColumn,
  ID,
  INDEXED_FIELDS,
  isListKind,
  isTextKind,
  kindOf,
  MAX_TERM_BYTES,
  VECTOR,
  ZERO_VECTOR,
} from './columns.js';
import type { IndexedField } from '../layout.js';
import { type WorkPart, withProgress } from '../pace.js';
import type { IndexingState, OptimizeOptions } from '../store.js';
import { LANCE_INDEX_KINDS, type LanceIndexKind, type VectorIndex } from '../tuning.js';

/**
 * From this number of rows on, vectors get an approximate index. Comparing all of them takes 0.3 ms per 1,000 rows of
 * 384 numbers (15 ms for 50,000; the index 3 ms). For fewer rows, an exact search is fast enough.
 */
export const APPROXIMATE_FROM_ROWS = 20_000;
/**
 * From this number of rows on, the approximate index has partitions instead of a graph. For 200,000 papers it takes a
 * third of the time to build and half of the memory, finds more, and filters cost less. For fewer rows, a graph finds
 * as much and is faster.
 */
const PARTITIONED_FROM_ROWS = 100_000;
/**
 * A version of the table stays this long after another has replaced it. Every query starts on the current version, so
 * queries that take less time do not lose their files. Four times the default of `REQUEST_TIMEOUT_MS`.
 */
const KEEP_REPLACED_MS = 60_000;
/** The engine is given an age, which it counts from when the clean-up begins. */
const ENGINE_DELAY_MS = 5_000;

export type LanceIndex = VectorIndex & { engine: 'lance' };

const NO_INDEX: LanceIndex = { engine: 'lance', kind: 'none', m: null, efConstruct: null };
const GRAPH: LanceIndex = { engine: 'lance', kind: 'ivf_hnsw_sq', m: 16, efConstruct: 100 };
const PARTITIONS: LanceIndex = { engine: 'lance', kind: 'ivf_rq', m: null, efConstruct: null };

/**
 * A label list is merged value by value. The engine reads each value separately unless it has read the whole index
 * before. Merging pays if many rows share few values: for 2,500 new rows and 47,500 old ones, the words of abstracts
 * take 1 s of processor time, and a new index 3 s. The keys of authors, most of whom have few papers, take 6 s, and a
 * new index 3 s.
 */
const LABEL_LIST = 'LabelList';
/**
 * With more rows, such an index may not stay in the caches of a load; merging then takes 9 s instead of 1.
 */
const MOST_MERGED_ROWS = 100_000;
/** With more rows, indexes are built one after another: each takes memory that grows with the rows. */
const MOST_ROWS_SIDE_BY_SIDE = 200_000;
/** Building an index uses one thread most of the time. */
const SIDE_BY_SIDE = 2;
/**
 * The vector index adds new rows as a separate graph, which every search must then visit. For 2,500 new rows and
 * 47,500 old ones this takes 1.5 s of processor time, and searches are not measurably slower; a single graph takes
 * ten times as long. The index is therefore rebuilt if new rows exceed this share, and after some loads: a week of
 * daily syncs.
 */
const MOST_ADDED_SHARE = 0.1;
const MOST_GRAPHS = 8;

/**
 * Merges small files, adds new rows to the indexes, and creates missing ones. Answers stay the same, except for what
 * an approximate vector index misses: unindexed rows are scanned, which doubles the time of a query. Takes 13 s for
 * 50,000 papers, and a third of that for 2,500 more.
 */
export async function optimizeTable(
  table: Table,
  approximateFromRows: number,
  options: OptimizeOptions,
): Promise<void> {
  const rows = await table.countRows();
  const chosen = await readKept(table, 'paperql.index');
  const planned = planIndexes(chosen ?? defaultIndex(rows, approximateFromRows), rows);
  const indexes = await table.listIndices();
  const missing = planned.some(({ name }) => !indexes.some((index) => index.name === name));
  const incomplete = indexes.some(({ numUnindexedRows }) => numUnindexedRows !== 0);
  if (rows === 0) return;
  if (!missing && !incomplete) return removeReplaced(table);
  const outdated = indexes.filter(isMadeAgain);
  const kept = indexes.filter((index) => !outdated.includes(index));
  const made = planned.filter(({ name }) => !kept.some((index) => index.name === name));
  const atOnce = rows <= MOST_ROWS_SIDE_BY_SIDE ? SIDE_BY_SIDE : 1;
  const { numSmallFragments, numFragments } = (await table.stats()).fragmentStats;
  // Files are merged one after another, so no index is built meanwhile.
  const cost = (MERGING_COST * atOnce * numSmallFragments) / Math.max(numFragments, 1);
  const merging = { title: 'merging files', cost: Math.max(cost, SMALL_COST) };
  await withProgress([merging, ...made], options, async (run) => {
    await run(merging, () => mergeFiles(table, outdated, kept));
    await doAll(made, atOnce, (index) =>
      run(index, () => table.createIndex(index.column, { config: index.config, name: index.name })),
    );
  });
  // Unless there are few files, indexing takes longer than they have to stay, and those from before the merge are as
  // large as the table.
  await removeReplaced(table);
}

/** Also drops the outdated indexes, and adds new rows to the others. */
async function mergeFiles(
  table: Table,
  outdated: readonly IndexConfig[],
  kept: readonly IndexConfig[],
): Promise<void> {
  for (const { name } of outdated) await table.dropIndex(name);
  for (const { name, indexType } of kept) if (indexType === LABEL_LIST) await table.prewarmIndex(name);
  const encodings = encodingChanges(await table.schema());
  if (encodings.length > 0) await table.updateFieldMetadata(encodings);
  // Nothing is removed while there is something to merge, which may take longer than the engine's delay.
  await table.optimize({ cleanupOlderThan: new Date(0) });
}

/** The vector index if an operator has chosen none. */
export function defaultIndex(rows: number, approximateFromRows: number): LanceIndex {
  if (rows < approximateFromRows) return NO_INDEX;
  return rows < PARTITIONED_FROM_ROWS ? GRAPH : PARTITIONS;
}

/** Starts the work for each item in order. If one fails, waits for the others before it throws. */
async function doAll<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = new PQueue({ concurrency: atOnce });
  const outcomes = await Promise.allSettled(items.map((item) => queue.add(() => work(item))));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

/** Removes the files of versions that were replaced long enough ago. Nothing may be left to merge. */
async function removeReplaced(table: Table): Promise<void> {
  const made = (await table.listVersions()).map(({ timestamp }) => timestamp.getTime());
  await table.optimize({ cleanupOlderThan: new Date(removableBefore(made, Date.now())) });
}

/**
 * The engine removes versions by their creation time, which does not show whether they are in use: one that was
 * created days ago may be current. Versions that were current a minute ago stay, and so does everything created just
 * before them.
 *
 * @param made creation time of each version, in milliseconds.
 * @returns a time: versions created earlier were replaced long enough ago.
 */
export function removableBefore(made: readonly number[], now: number): number {
  const replaced = made.filter((at) => at <= now - KEEP_REPLACED_MS);
  return replaced.length === 0 ? 0 : Math.max(...replaced) - ENGINE_DELAY_MS;
}

function isMadeAgain(index: IndexConfig): boolean {
  const { name, columns, indexType, numIndexedRows = 0, numUnindexedRows = 0, numSegments = 1 } = index;
  if (numIndexedRows === 0) return true;
  if (numUnindexedRows === 0) return false;
  const isMuch = numUnindexedRows > numIndexedRows * MOST_ADDED_SHARE;
  if (columns.includes(VECTOR)) return isMuch || numSegments >= MOST_GRAPHS;
  if (indexType === LABEL_LIST) return isMuch || numIndexedRows > MOST_MERGED_ROWS || !areWords(columns);
  // Names take as long either way, and new indexes can be built concurrently.
  return NAMES.has(name);
}

function areWords(columns: readonly string[]): boolean {
  return INDEXED_FIELDS.some((field) => kindOf(field) === 'text' && columns.includes(filterColumn(field)));
}

/** The name of the phrase index of a text, which also has an index of words. */
export function phraseIndexName(field: IndexedField): string {
  return `${filterColumn(field)}_phrases`;
}

/** Phrase indexes of names. */
const NAMES = new Set(INDEXED_FIELDS.filter((field) => kindOf(field) === 'texts').map(phraseIndexName));

interface PlannedIndex extends WorkPart {
  name: string;
  column: string;
  config: Index;
}

/** Each column has one index; texts have two. */
function planIndexes(vectors: LanceIndex, rows: number): PlannedIndex[] {
  const ofColumns: [string, Index][] = [
    [ID, Index.btree()],
    [ZERO_VECTOR, Index.bitmap()],
    ...INDEXED_FIELDS.map((field): [string, Index] => [
      filterColumn(field),
      isListKind(kindOf(field)) ? Index.labelList() : Index.btree(),
    ]),
    [BM25_TERMS, keywordIndex()],
    ...(vectors.kind === 'none' ? [] : [[VECTOR, toVectorIndex(vectors, rows)] satisfies [string, Index]]),
  ];
  const ofPhrases = INDEXED_FIELDS.filter((field) => isTextKind(kindOf(field))).map((field) => ({
    name: phraseIndexName(field),
    column: filterColumn(field),
    config: phraseIndex(),
  }));
  // These are the engine's default names.
  const ofValues = ofColumns.map(([column, config]) => ({ name: `${column}_idx`, column, config }));
  const vectorCost = vectors.kind.includes('hnsw') ? GRAPH_COST : PARTITIONS_COST;
  return [...ofValues, ...ofPhrases].map((index) => ({
    ...index,
    title: `indexing ${index.column}`,
    cost: index.column === VECTOR ? vectorCost : (COSTS[index.name] ?? SMALL_COST),
  }));
}

/**
 * Costs in milliseconds of processor time per thousand papers, measured with 50,000 and 200,000. The remaining time
 * is estimated from their proportions, see `Pace`.
 */
const MERGING_COST = 60;
const GRAPH_COST = 230;
const PARTITIONS_COST = 70;
const COSTS: Readonly<Record<string, number>> = {
  [`${filterColumn('title')}_idx`]: 6,
  [`${filterColumn('abstract')}_idx`]: 110,
  [`${filterColumn('authors')}_idx`]: 9,
  [`${filterColumn('author_keys')}_idx`]: 60,
  [`${filterColumn('author_names')}_idx`]: 7,
  [`${BM25_TERMS}_idx`]: 36,
  [phraseIndexName('title')]: 5,
  [phraseIndexName('abstract')]: 65,
  [phraseIndexName('authors')]: 13,
};
const SMALL_COST = 0.5;

/** The indexed texts already consist of terms; the engine only separates them. */
const TERMS = {
  baseTokenizer: 'whitespace',
  lowercase: false,
  stem: false,
  removeStopWords: false,
  asciiFolding: false,
  maxTokenLength: MAX_TERM_BYTES,
} as const;

export function keywordIndex(): Index {
  return Index.fts({ ...TERMS, withPosition: false });
}

function phraseIndex(): Index {
  return Index.fts({ ...TERMS, withPosition: true });
}

/** Creates or replaces the column's index. */
export async function replaceIndex(table: Table, column: string, config: Index | null): Promise<void> {
  const present = await findIndex(table, column);
  if (present) await table.dropIndex(present.name);
  if (config) await table.createIndex(column, { config });
}

/** Replaces the vector index by one with these settings. */
export async function replaceVectorIndex(table: Table, index: LanceIndex): Promise<void> {
  const config = index.kind === 'none' ? null : toVectorIndex(index, await table.countRows());
  await replaceIndex(table, VECTOR, config);
}

/**
 * Bits per number of a vector: a single bit finds too little of a window. Each partition is trained on 64 papers, in
 * ten rounds; the engine's defaults (256, 50) take several times as long.
 */
const PARTITION_TRAINING = { numBits: 4, sampleRate: 64, maxIterations: 10 };
/**
 * Share of the partitions that a search visits. It hardly affects the time: most rows fail the comparison of their
 * first bits.
 */
const PROBED_SHARE = 0.3;

/** Number of partitions that a search visits by default; null for the engine's default. */
export function defaultProbes(index: IndexConfig | undefined): number | null {
  if (toLanceIndex(index).kind !== 'ivf_rq') return null;
  return Math.ceil(PROBED_SHARE * countPartitions(index?.numIndexedRows ?? 0));
}

/** One graph for all rows, because a search would have to visit each of several. */
function toVectorIndex({ kind, m, efConstruct }: LanceIndex, rows: number): Index {
  const graph = {
    distanceType: 'cosine' as const,
    numPartitions: 1,
    ...(m !== null && { m }),
    ...(efConstruct !== null && { efConstruction: efConstruct }),
  };
  switch (kind) {
    case 'ivf_hnsw_sq':
      return Index.hnswSq(graph);
    case 'ivf_hnsw_pq':
      return Index.hnswPq(graph);
    case 'ivf_pq':
      return Index.ivfPq({ distanceType: 'cosine', numPartitions: countPartitions(rows) });
    case 'ivf_rq':
      return Index.ivfRq({
        distanceType: 'cosine',
        numPartitions: countPartitions(rows),
        ...PARTITION_TRAINING,
      });
    case 'none':
    case 'other':
      throw new Error(`Cannot create an index of kind ${kind}`);
  }
}

/**
 * As many partitions as there are rows in each, so that a search makes few comparisons with either. The engine's
 * default is one partition per 8,192 rows: six for 50,000 papers, all of which a search would visit.
 */
export function countPartitions(rows: number): number {
  return Math.max(1, Math.round(Math.sqrt(rows)));
}

export async function findIndex(table: Table, column: string): Promise<IndexConfig | undefined> {
  return (await table.listIndices()).find(({ columns }) => columns.includes(column));
}

/** The engine builds nothing on its own, so it is always idle. */
export function toIndexingState(index: IndexConfig | undefined, total: number): IndexingState {
  return { indexed: index ? total - (index.numUnindexedRows ?? 0) : 0, total, state: 'idle' };
}

const KINDS: Record<string, LanceIndexKind> = {
  IvfHnswSq: 'ivf_hnsw_sq',
  IvfHnswPq: 'ivf_hnsw_pq',
  IvfPq: 'ivf_pq',
  IvfRq: 'ivf_rq',
};

/** What the engine reports about a vector index. */
const Details = z
  .object({ hnsw: z.object({ max_connections: z.number(), construction_ef: z.number() }) })
  .transform(({ hnsw }): Pick<LanceIndex, 'm' | 'efConstruct'> => ({
    m: hnsw.max_connections,
    efConstruct: hnsw.construction_ef,
  }))
  .catch({ m: null, efConstruct: null });

export function toLanceIndex(config: IndexConfig | undefined): LanceIndex {
  if (!config) return NO_INDEX;
  return { engine: 'lance', kind: KINDS[config.indexType] ?? 'other', ...Details.parse(config.indexDetails) };
}

const StoredIndex = z.object({
  engine: z.literal('lance'),
  kind: z.enum([...LANCE_INDEX_KINDS, 'other']),
  m: z.number().nullable(),
  efConstruct: z.number().nullable(),
}) satisfies z.ZodType<LanceIndex>;

/**
 * Keys of what is stored with the vector column: the index that an operator has chosen, and the index before a
 * measurement.
 */
type Kept = 'paperql.index' | 'paperql.index_before_tuning';

export async function readKept(table: Table, key: Kept): Promise<LanceIndex | null> {
  const column = (await table.schema()).fields.find(({ name }) => name === VECTOR);
  const text = column?.metadata.get(key);
  return text === undefined ? null : StoredIndex.parse(JSON.parse(text));
}

export async function keep(table: Table, key: Kept, index: LanceIndex | null): Promise<void> {
  const value = index && JSON.stringify(index);
  await table.updateFieldMetadata([{ path: VECTOR, metadata: { [key]: value } }]);
}
