import { type Connection, Index, type IndexConfig, type Table } from '@lancedb/lancedb';
import { DataType, type Field, type Schema } from 'apache-arrow';
import { randomBytes } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

import {
  BM25_TERMS,
  CONTENT_HASH,
  filterColumn,
  ID,
  INDEXED_FIELDS,
  isListKind,
  kindOf,
  LAYOUT_KEY,
  METADATA_KEY,
  toSchema,
  VECTOR,
  ZERO_VECTOR,
} from './columns.js';
import { createEngineCalls, type EngineCalls } from './engine-calls.js';
import { existingCollection, isMissingTable } from './errors.js';
import { RowCache } from './row-cache.js';
import { toFolder } from './table-folder.js';
import { type LanceIndex, NO_INDEX, readKept, toIndexOptions } from './tuning-index.js';
import type { CollectionMetadata } from '../layout.js';
import type { CollectionInfo, IndexingState, OptimizeProgress } from '../store.js';

/**
 * Rows from which vectors get an approximate index. Comparing with all of them takes 0.3 ms per 1,000 rows of 384
 * numbers (15 ms for 50,000; the index 3 ms): below this it is exact and quick enough.
 */
export const APPROXIMATE_FROM_ROWS = 20_000;
/** Old versions of the files stay this long, for queries that other processes have under way. */
const KEEP_OLD_VERSIONS_MS = 5 * 60_000;

/**
 * Indexes that take new rows badly: a label list in ten times the time of a new one, the vectors' as a second graph,
 * which every search then visits too.
 */
const MADE_ANEW = ['LabelList', 'IvfHnswSq', 'IvfHnswPq', 'IvfPq'];

/** The default approximate index. */
const DEFAULT_INDEX: LanceIndex = { engine: 'lance', kind: 'ivf_hnsw_sq', m: 16, efConstruct: 100 };

/**
 * Texts are compressed when `optimize` merges files, not before: compressing them as they come, and again then, takes
 * half of the time of writing. https://lance.org/format/file/encoding/
 */
const COMPRESSION = 'lance-encoding:compression';
const PLAIN_TEXTS = new Map([[COMPRESSION, 'none']]);

/** Longer terms are not indexed. Unbroken Chinese text is one word. */
const MAX_TERM_BYTES = 1_000;

/** A table that is open, with what does not change as long as it is. */
export interface OpenCollection {
  name: string;
  table: Table;
  dimension: number;
  cache: RowCache;
  /** By which the engine is asked; each call of the store has its own. */
  calls: EngineCalls;
}

/** Null when there is no such table. */
export async function openCollection(connection: Connection, name: string): Promise<OpenCollection | null> {
  try {
    const table = await connection.openTable(name);
    const dimension = await readDimension(table);
    return { name, table, dimension, cache: new RowCache(table), calls: createEngineCalls() };
  } catch (error) {
    if (isMissingTable(error)) return null;
    throw error;
  }
}

/** What changes with a write alone. */
export interface Facts {
  info: CollectionInfo;
  indexing: IndexingState;
}

/** By the engine's account: takes some milliseconds. */
export async function readFacts(collection: OpenCollection): Promise<Facts> {
  const info = await describeCollection(collection);
  const index = (await collection.table.listIndices()).find(({ columns }) => columns.includes(VECTOR));
  const indexed = index ? info.count - (index.numUnindexedRows ?? 0) : 0;
  return { info, indexing: { indexed, total: info.count, state: 'idle' } };
}

async function describeCollection({ name, table, dimension }: OpenCollection): Promise<CollectionInfo> {
  const schema = await table.schema();
  const columns = new Set(schema.fields.map((field) => field.name));
  return {
    name,
    count: await table.countRows(),
    dimension,
    distance: 'Cosine',
    metadata: readMetadata(schema),
    missingIndexes: [
      ...INDEXED_FIELDS.filter((field) => !columns.has(filterColumn(field))),
      ...(columns.has(CONTENT_HASH) ? [] : [CONTENT_HASH]),
    ],
  };
}

/**
 * Merges small files, takes new rows into the indexes, and makes those that are missing. Answers are the same before
 * and after, up to what an approximate vector index leaves out: rows that no index holds yet are scanned, at twice the
 * time of a query. 13 s for 50,000 papers.
 */
export async function optimizeCollection(
  table: Table,
  approximateFromRows: number,
  onProgress: OptimizeProgress = () => undefined,
): Promise<void> {
  const rows = await table.countRows();
  const chosen = await readKept(table, 'paperql.index');
  const planned = plannedIndexes(chosen ?? (rows >= approximateFromRows ? DEFAULT_INDEX : NO_INDEX), rows);
  const indexes = await table.listIndices();
  const missing = planned.some(([column]) => !indexes.some((index) => index.columns.includes(column)));
  const incomplete = indexes.some(({ numUnindexedRows }) => numUnindexedRows !== 0);
  if (rows === 0 || (!missing && !incomplete)) return;
  const total = planned.length + 1;
  onProgress({ name: 'merging files', done: 0, total });
  for (const index of indexes.filter(isMadeAnew)) {
    await table.dropIndex(index.name);
  }
  await compressTexts(table);
  await table.optimize({ cleanupOlderThan: new Date(Date.now() - KEEP_OLD_VERSIONS_MS) });
  const current = new Set((await table.listIndices()).flatMap((index) => index.columns));
  for (const [at, [column, index]] of planned.entries()) {
    onProgress({ name: `indexing ${column}`, done: at + 1, total });
    if (!current.has(column)) await table.createIndex(column, { config: index });
  }
  onProgress({ name: 'indexing', done: total, total });
}

function isMadeAnew({ indexType, numIndexedRows }: IndexConfig): boolean {
  return MADE_ANEW.includes(indexType) || numIndexedRows === 0;
}

/** From now on, files that are merged included. */
async function compressTexts(table: Table): Promise<void> {
  const plain = (await table.schema()).fields.flatMap((field) => plainPaths(field));
  if (plain.length === 0) return;
  await table.updateFieldMetadata(plain.map((path) => ({ path, metadata: { [COMPRESSION]: null } })));
}

/** The paths of a column, or of the elements of its lists. */
function plainPaths({ name, metadata, type }: Field): string[] {
  if (metadata.has(COMPRESSION)) return [name];
  return DataType.isList(type) ? type.children.flatMap(plainPaths).map((path) => `${name}.${path}`) : [];
}

function plannedIndexes(vectors: LanceIndex, rows: number): [string, Index][] {
  return [
    [ID, Index.btree()],
    [ZERO_VECTOR, Index.bitmap()],
    ...INDEXED_FIELDS.map((field): [string, Index] => [
      filterColumn(field),
      isListKind(kindOf(field)) ? Index.labelList() : Index.btree(),
    ]),
    [BM25_TERMS, keywordIndex()],
    ...(vectors.kind === 'none' ? [] : [[VECTOR, toIndexOptions(vectors, rows)] satisfies [string, Index]]),
  ];
}

/** What is indexed are terms already: the engine only takes them apart. */
export function keywordIndex(): Index {
  return Index.fts({
    baseTokenizer: 'whitespace',
    lowercase: false,
    stem: false,
    removeStopWords: false,
    asciiFolding: false,
    withPosition: false,
    maxTokenLength: MAX_TERM_BYTES,
  });
}

async function readDimension(table: Table): Promise<number> {
  const type: unknown = (await table.schema()).fields.find((field) => field.name === VECTOR)?.type;
  const isList = typeof type === 'object' && type !== null && 'listSize' in type;
  if (!isList || typeof type.listSize !== 'number')
    throw new Error(`Table ${table.name} has no column of vectors.`);
  return type.listSize;
}

/** Null for a table that PaperQL did not make. */
function readMetadata({ metadata, fields }: Schema): CollectionMetadata | null {
  const text = metadata.get(METADATA_KEY);
  if (text === undefined) return null;
  // Written by `toSchema` from a value of this type.
  const made = JSON.parse(text) as CollectionMetadata;
  const renewed = fields.find(({ name }) => name === BM25_TERMS)?.metadata.get(LAYOUT_KEY);
  return renewed === undefined ? made : { ...made, layout_version: Number(renewed) };
}

/** Files of this format take a fifth less time to write than those of the engine's default. */
const STORAGE = { new_table_data_storage_version: '2.2' };
/** No collection's name has a dot. */
const DRAFT = '.draft-';
/** Making a collection takes a moment: what is older was left by a process that died. */
const ABANDONED_AFTER_MS = 60 * 60_000;

/**
 * Makes the table and its keyword index under another name, and then gives it its own: a process that is killed leaves the
 * whole of it or no collection. Of two that make the same one, the first has made it.
 *
 * @param dataDir the connection's folder, in which each table is a folder.
 * @throws PublicError when it exists.
 */
export async function createCollection(
  connection: Connection,
  dataDir: string,
  name: string,
  metadata: CollectionMetadata,
): Promise<void> {
  await removeAbandoned(dataDir, name);
  const draft = `${name}${DRAFT}${randomBytes(4).toString('hex')}`;
  try {
    const schema = toSchema(metadata, PLAIN_TEXTS);
    const table = await connection.createEmptyTable(draft, schema, { storageOptions: STORAGE });
    // Before there is one, the engine takes texts apart otherwise.
    await table.createIndex(BM25_TERMS, { config: keywordIndex() });
    table.close();
    await giveName(connection, dataDir, draft, name);
  } catch (error) {
    await rm(toFolder(dataDir, draft), { recursive: true, force: true });
    throw error;
  }
}

async function giveName(connection: Connection, dataDir: string, draft: string, name: string): Promise<void> {
  const [from, to] = [toFolder(dataDir, draft), toFolder(dataDir, name)];
  try {
    await rename(from, to);
  } catch (error) {
    if ((await stat(to).catch(() => null)) === null) throw error;
    const existing = await openCollection(connection, name);
    existing?.table.close();
    if (existing) throw existingCollection(name);
    // What is left of a table whose deletion was cut off.
    await rm(to, { recursive: true });
    await rename(from, to);
  }
}

async function removeAbandoned(dataDir: string, name: string): Promise<void> {
  for (const entry of await readdir(dataDir)) {
    if (!entry.startsWith(name + DRAFT)) continue;
    const folder = path.join(dataDir, entry);
    const made = await stat(folder).catch(() => null);
    if (made && Date.now() - made.mtimeMs > ABANDONED_AFTER_MS)
      await rm(folder, { recursive: true, force: true });
  }
}
