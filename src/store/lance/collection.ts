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

/** A table that is open, with what does not change as long as it is. */
export interface OpenCollection {
  name: string;
  table: Table;
  dimension: number;
  cache: RowCache;
  /** See `identifyFolder`. */
  folder: string;
  /** Null unless papers are loaded. */
  loadingIds: LoadingIds | null;
  /** Asks the engine; each call of the store has its own. */
  calls: EngineCalls;
}

interface CollectionPlace {
  dataDir: string;
  collection: string;
  isLoading?: boolean;
}

/** Null when there is no such table. */
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

/** Rows that are read at the start, spread evenly: a damaged file shows at the start, if not any single damaged page. */
const SAMPLED_ROWS = 16;
const MAX_REASON_CHARACTERS = 300;

/**
 * Makes sure that a collection's files can be read, as far as a look at a few of them tells.
 *
 * @param openLatest gives the collection, null when there is none.
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

/** Named by what is left up to 2^64 - 1, so that the latest comes first. */
const MANIFEST = /^1844\d{16}\.manifest$/;
/** The end of a manifest: its place in the file, two numbers of the format, `LANC`. https://lance.org/format/table/ */
const FOOTER_BYTES = 16;
const LENGTH_BYTES = 4;
const MAGIC = 'LANC';

/** The engine trusts what a manifest says of itself: a wrong place in it ends in a panic, which writes to standard error. */
async function checkManifest(folder: string): Promise<void> {
  const versions = path.join(folder, '_versions');
  const files = (await unlessMissing(readdir(versions))) ?? [];
  const [latest] = files.filter((file) => MANIFEST.test(file)).sort();
  if (latest !== undefined) {
    if (isWhole(await readFile(path.join(versions, latest)))) return;
    throw new Error(`the manifest _versions/${latest} is damaged or truncated`);
  }
  // An older engine counted up. A process that was killed while it made the table leaves no data.
  if (files.some((file) => file.endsWith('.manifest'))) return;
  const data = await unlessMissing(readdir(path.join(folder, 'data')));
  if (data?.length) throw new Error('there are data files, but no manifest in _versions');
}

/** Whether the file ends as a manifest does, and holds what its end points at. */
function isWhole(file: Buffer): boolean {
  const end = file.length - FOOTER_BYTES;
  if (end < LENGTH_BYTES || file.toString('latin1', file.length - MAGIC.length) !== MAGIC) return false;
  const place = Number(file.readBigUInt64LE(end));
  return place <= end - LENGTH_BYTES && place + LENGTH_BYTES + file.readUInt32LE(place) <= end;
}

/** The cause without the places in the engine's source, and without what it says again and again. */
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
    const table = await connection.createEmptyTable(draft, toSchema(metadata), { storageOptions: STORAGE });
    // Without one the engine would split texts differently.
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
    // What is left of a table whose deletion was cut off.
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

/** Making the index of ids takes 15 ms for 50,000 rows, and looking for ids in that many rows without it takes as long. */
const MOST_UNINDEXED = 20_000;
/** The last digits of a UUID in hexadecimal, which stand without a hyphen: as a number they are exact in a double. */
const MARK_DIGITS = 12;

/**
 * Which papers are stored, for a load: of each of millions it is asked before it is written, and nearly always the answer
 * is no. To know it without a look into the table saves not only the look, but the index of ids that it would need, made
 * again as the table grows. Ids are kept by 48 of their 128 bits, which are bits of a hash: some 40 bytes of memory each. An
 * id that was not added is taken for one that was once in some hundred million times.
 *
 * Nobody else may write meanwhile.
 */
export class LoadingIds {
  #marks: Promise<Set<number>> | null = null;
  /** Rows that the index of ids lacks. */
  #unindexed: number | null = null;

  constructor(private readonly table: Table) {}

  /** Those of the ids that have to be looked for. The others are not stored. */
  async knownOf(ids: readonly string[]): Promise<string[]> {
    const marks = await (this.#marks ??= readMarks(this.table));
    return ids.filter((id) => marks.has(toMark(id)));
  }

  /** Before the papers are written: what fails may have been written all the same. */
  async willWrite(ids: readonly string[]): Promise<void> {
    const marks = await (this.#marks ??= readMarks(this.table));
    for (const id of ids) marks.add(toMark(id));
    this.#unindexed = (await this.#countUnindexed()) + ids.length;
  }

  /** Before papers are looked for: that must not take longer with every paper written. A write by itself. */
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
