import { randomBytes } from 'node:crypto';
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

import { type Connection, Index, type Table } from '@lancedb/lancedb';

import {
  BM25_TERMS,
  CONTENT_HASH,
  dimensionOf,
  filterColumn,
  ID,
  INDEXED_FIELDS,
  PAYLOAD,
  readFacets,
  readMetadata,
  toSchema,
  VECTOR,
} from './columns.js';
import {
  type Connect,
  createEngineCalls,
  type EngineCalls,
  identifyFolder,
  messageOf,
  openAlone,
  openTable,
  toFolder,
} from './engine.js';
import { defaultProbes, findIndex, keywordIndex, phraseIndexName, toIndexingState } from './indexes.js';
import { type Facts, readIds, RowCache } from './rows.js';
import { PublicError, StartupError } from '../../errors/errors.js';
import { unlessMissing } from '../../system-error.js';
import type { CollectionMetadata, IndexedField } from '../layout.js';

/** An open table, with facts that stay the same while it is open. */
export interface OpenCollection {
  name: string;
  table: Table;
  dimension: number;
  cache: RowCache;
  /** See `identifyFolder`. */
  folder: string;
  /** Null unless papers are being loaded. */
  loadingIds: LoadingIds | null;
  /** Queries the engine. Each call of the store has its own. */
  calls: EngineCalls;
}

interface CollectionPlace {
  dataDir: string;
  collection: string;
  isLoading?: boolean;
}

/** Null if there is no such table. */
export async function openCollection(
  connect: Connect,
  { dataDir, collection: name, isLoading = false }: CollectionPlace,
): Promise<OpenCollection | null> {
  const folder = identifyFolder(dataDir, name);
  if (folder === null) return null;
  const table = await openAlone(connect, name);
  if (!table) return null;
  const dimension = dimensionOf(await table.schema());
  if (dimension === 0) throw new Error(`Table ${name} has no column of vectors.`);
  const [cache, loadingIds] = [new RowCache(table), isLoading ? new LoadingIds(table) : null];
  return { name, table, dimension, cache, folder, loadingIds, calls: createEngineCalls() };
}

export async function readFacts({ name, table, dimension }: OpenCollection): Promise<Facts> {
  const [version, schema, count, indexes] = await Promise.all([
    table.version(),
    table.schema(),
    table.countRows(),
    table.listIndices(),
  ]);
  const indexOf = (column: string) => indexes.find(({ columns: of }) => of.includes(column));
  const hasPhrases = (field: IndexedField) =>
    indexes.find(({ name: of }) => of === phraseIndexName(field))?.numUnindexedRows === 0;
  const columns = new Set(schema.fields.map((field) => field.name));
  const missingIndexes = [
    ...INDEXED_FIELDS.filter((field) => !columns.has(filterColumn(field))),
    ...(columns.has(CONTENT_HASH) ? [] : [CONTENT_HASH]),
  ];
  const metadata = readMetadata(schema);
  return {
    info: { name, count, dimension, distance: 'Cosine', metadata, missingIndexes },
    indexing: toIndexingState(indexOf(VECTOR), count),
    probes: defaultProbes(indexOf(VECTOR)),
    facets: readFacets(schema, version),
    phraseFields: new Set(INDEXED_FIELDS.filter(hasPhrases)),
  };
}

/** Number of rows read at the start, evenly spread. This finds damaged files, but not every damaged page. */
const SAMPLED_ROWS = 16;
const MAX_REASON_CHARACTERS = 300;

/**
 * Checks that a collection's files can be read, by reading a few rows.
 *
 * @param openLatest opens the collection; null if there is none.
 * @throws StartupError that names the folder, the cause and what to do.
 */
export async function requireReadable(
  dataDir: string,
  name: string,
  openLatest: () => Promise<OpenCollection | null>,
): Promise<void> {
  const folder = toFolder(dataDir, name);
  try {
    await checkManifest(folder);
    const opened = await openLatest();
    if (opened) await readSample(opened);
  } catch (error) {
    throw new StartupError(
      `The collection ${name} cannot be read: ${toReason(error)}. Files in ${folder} are damaged or missing. ` +
        'Restore that folder from a copy, or remove it and load the papers again.',
      { cause: error },
    );
  }
}

async function readSample({ table }: OpenCollection): Promise<void> {
  const count = await table.countRows();
  const step = Math.max(1, Math.floor(count / SAMPLED_ROWS));
  const offsets = Array.from({ length: Math.ceil(count / step) }, (_, at) => at * step);
  if (offsets.length > 0) await table.takeOffsets(offsets).select([ID, PAYLOAD]).toArrow();
}

/** Names count down from 2^64 - 1, so that the latest comes first. */
const MANIFEST = /^1844\d{16}\.manifest$/;
/**
 * The end of a manifest: the position of its content, two format numbers, `LANC`. https://lance.org/format/table/
 */
const FOOTER_BYTES = 16;
const LENGTH_BYTES = 4;
const MAGIC = 'LANC';

/** The engine trusts a manifest. A wrong position in it causes a panic, which writes to standard error. */
async function checkManifest(folder: string): Promise<void> {
  const versions = path.join(folder, '_versions');
  const files = (await unlessMissing(readdir(versions))) ?? [];
  const [latest] = files.filter((file) => MANIFEST.test(file)).sort();
  if (latest !== undefined) {
    if (isWhole(await readFile(path.join(versions, latest)))) return;
    throw new Error(`the manifest _versions/${latest} is damaged or truncated`);
  }
  // An older engine counted up. A process that was killed while it created the table leaves no data.
  if (files.some((file) => file.endsWith('.manifest'))) return;
  const data = await unlessMissing(readdir(path.join(folder, 'data')));
  if (data?.length) throw new Error('there are data files, but no manifest in _versions');
}

/** Whether the file ends like a manifest, and contains what its end points to. */
function isWhole(file: Buffer): boolean {
  const end = file.length - FOOTER_BYTES;
  if (end < LENGTH_BYTES || file.toString('latin1', file.length - MAGIC.length) !== MAGIC) return false;
  const place = Number(file.readBigUInt64LE(end));
  return place <= end - LENGTH_BYTES && place + LENGTH_BYTES + file.readUInt32LE(place) <= end;
}

/** The cause without locations in the engine's source, and without repetitions. */
function toReason(thrown: unknown): string {
  const [first = ''] = messageOf(thrown).split(/\s+Caused by: /);
  const text = first
    .replaceAll(/,?\s*\S*\.rs:\d+(:\d+)?/g, '')
    .replaceAll(/lance error: |LanceError\(\w+\): |Failed to get next batch from stream: /g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '');
  if (text === '' || /panic/i.test(text)) return 'the engine cannot make sense of it';
  return text.slice(0, MAX_REASON_CHARACTERS);
}

/** Files of this version take a fifth less time to write than those of the engine's default. */
const STORAGE = { new_table_data_storage_version: '2.2' };
/** No collection's name has a dot. */
const DRAFT = '.draft-';
/** Creating a collection takes a moment, so anything older was left by a process that died. */
const ABANDONED_AFTER_MS = 60 * 60_000;

/**
 * Creates the table and its keyword index under a temporary name, then renames it. A process that is killed leaves
 * either the complete collection or none. If two processes create the same one, the first succeeds.
 *
 * @param dataDir the connection's folder, in which each table is a folder.
 * @throws PublicError if it exists.
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
    const table = await connection.createEmptyTable(draft, toSchema(metadata), { storageOptions: STORAGE });
    // Without a keyword index, the engine would split texts differently.
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
    if (identifyFolder(dataDir, name) === null) throw error;
    const existing = await openTable(connection, name);
    existing?.close();
    if (existing) {
      const message = `Collection ${name} already exists in the embedded store.`;
      throw new PublicError('STORE_UNAVAILABLE', message);
    }
    // Remains of a table whose deletion was interrupted.
    await rm(to, { recursive: true });
    await rename(from, to);
  }
}

async function removeAbandoned(dataDir: string, name: string): Promise<void> {
  for (const entry of await readdir(dataDir)) {
    if (!entry.startsWith(name + DRAFT)) continue;
    const folder = path.join(dataDir, entry);
    const made = await unlessMissing(stat(folder));
    if (made && Date.now() - made.mtimeMs > ABANDONED_AFTER_MS)
      await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Creating the index of ids takes 15 ms for 50,000 rows. Looking for ids in as many unindexed rows takes as long.
 */
const MOST_UNINDEXED = 20_000;
/** The last digits of a UUID in hexadecimal, which contain no hyphen. A double represents them exactly. */
const MARK_DIGITS = 12;

/**
 * Knows which papers are stored, during a load. Each of millions of papers is looked up before it is written, and
 * nearly always it is not stored. Knowing that without reading the table saves the look-up, and also the index of ids
 * that it would need, rebuilt again and again as the table grows.
 *
 * 48 of the 128 bits of each id are kept; they are bits of a hash. An id takes some 40 bytes of memory. Once in some
 * hundred million times, an id that was not added is taken for one that was.
 *
 * Nobody else may write in the meantime.
 */
export class LoadingIds {
  #marks: Promise<Set<number>> | null = null;
  /** Number of rows that are missing in the index of ids. */
  #unindexed: number | null = null;

  constructor(private readonly table: Table) {}

  /** The ids that have to be looked up. The others are not stored. */
  async knownOf(ids: readonly string[]): Promise<string[]> {
    const marks = await (this.#marks ??= readMarks(this.table));
    return ids.filter((id) => marks.has(toMark(id)));
  }

  /** Call before papers are written, because a write that fails may still have taken effect. */
  async willWrite(ids: readonly string[]): Promise<void> {
    const marks = await (this.#marks ??= readMarks(this.table));
    for (const id of ids) marks.add(toMark(id));
    this.#unindexed = (await this.#countUnindexed()) + ids.length;
  }

  /**
   * Call before papers are looked up, so that this does not take longer with every paper written. Counts as a write.
   */
  async makeFindable(): Promise<void> {
    if ((await this.#countUnindexed()) < MOST_UNINDEXED) return;
    await this.table.createIndex(ID, { config: Index.btree(), replace: true });
    this.#unindexed = 0;
  }

  async #countUnindexed(): Promise<number> {
    if (this.#unindexed !== null) return this.#unindexed;
    const index = await findIndex(this.table, ID);
    return (this.#unindexed = index?.numUnindexedRows ?? (index ? 0 : await this.table.countRows()));
  }
}

async function readMarks(table: Table): Promise<Set<number>> {
  const marks = new Set<number>();
  for await (const rows of table.query().select([ID])) for (const id of readIds(rows)) marks.add(toMark(id));
  return marks;
}

function toMark(id: string): number {
  return Number.parseInt(id.slice(-MARK_DIGITS), 16);
}
