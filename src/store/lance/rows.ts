import type { Query, Table, TakeQuery } from '@lancedb/lancedb';
import type { RecordBatch, Table as Rows } from 'apache-arrow';
import { LRUCache } from 'lru-cache';

import {
  CONTENT_HASH,
  countColumn,
  filterColumn,
  ID,
  INDEXED_FIELDS,
  isListKind,
  kindOf,
  PAYLOAD,
  VECTOR,
  type WholeFacets,
} from './columns.js';
import { createEngineCalls, quoteAll, type EngineCalls } from './engine.js';
import { FacetColumns } from './facet-columns.js';
import type { PaperPayload, PayloadField } from '../../papers/payload.js';
import type { IndexedField, IndexKind } from '../layout.js';
import type { CollectionInfo, FacetCount, IndexingState, StoredPaper } from '../store.js';

/** Ranking once more helps. */
export class MovedRowsError extends Error {}

/** Rows whose point ids are remembered, some 250 bytes each: as a size, since a cache makes room for its `max` at once. */
const MOST_IDS = { maxSize: 100_000, sizeCalculation: () => 1 };
/** Maximum size of cached vectors: 43,000 papers with 384 numbers each. */
const MOST_VECTOR_BYTES = 64 * 1024 * 1024;
/** Maximum size of cached payloads: some 15,000 papers. */
const MOST_PAYLOAD_CHARACTERS = 32 * 1024 * 1024;
/** Lists of counts. */
const MOST_FACETS = 500;
/** Sets of rows, a bit for each row of the table: 25 MB of three million. */
const MOST_ROW_SETS = 64;
/** Numbers of rows and the like. */
const MOST_NUMBERS = 1_000;

/** What the engine says of a table; reading it takes some milliseconds. */
export interface Facts {
  info: CollectionInfo;
  indexing: IndexingState;
  /** Partitions of the vectors' index that a search looks into by default; null for the engine's own number. */
  probes: number | null;
  /** Those of which the phrases of every row are indexed. */
  phraseFields: ReadonlySet<IndexedField>;
  /** Counts over all papers, as far as they are kept with the table. */
  facets: WholeFacets;
}

/** The most frequent values of a field over the rows of a filter, by what was asked. */
export type Facets = LRUCache<string, readonly FacetCount[]>;

/** What is read of rows: from which columns, how, and where it is remembered (a null is not). */
interface RowPart<Value> {
  columns: readonly string[];
  decode: (rows: Rows) => Value[];
  kept?: LRUCache<RowAddress, Value & {}>;
}

interface ReadRow<Value> {
  row: RowAddress;
  id: string;
  value: Value | undefined;
}

/**
 * What is read of rows again and again: by the rows' addresses point ids, vectors, payloads; and counts. The engine reads a
 * row's value as a task and a system call of its own: the vectors of a window take it twice the time of finding them.
 *
 * All of it is of one version of the table; a write by anybody makes another, and all is forgotten.
 */
export class RowCache {
  #version = -1;
  readonly #addresses = new LRUCache<string, RowAddress>(MOST_IDS);
  readonly ids = {
    columns: [],
    decode: readIds,
    kept: new LRUCache<RowAddress, string>(MOST_IDS),
  };
  /** As they were written, not to be written to; a vector of zeros is null. */
  readonly vectors = {
    columns: [VECTOR],
    decode: readVectors,
    kept: new LRUCache<RowAddress, Float32Array>({
      maxSize: MOST_VECTOR_BYTES,
      sizeCalculation: ({ byteLength }) => byteLength,
    }),
  };
  /** As JSON. */
  readonly payloads = {
    columns: [PAYLOAD],
    decode: readTexts,
    kept: new LRUCache<RowAddress, string>({
      maxSize: MOST_PAYLOAD_CHARACTERS,
      sizeCalculation: ({ length }) => length,
    }),
  };
  #facets: Facets = new LRUCache({ max: MOST_FACETS });
  #facetColumns = new FacetColumns();
  #rowSets = new LRUCache<string, Promise<RowSet>>({ max: MOST_ROW_SETS });
  #numbers = new LRUCache<string, Promise<number>>({ max: MOST_NUMBERS });
  #facts: Promise<Facts> | null = null;

  constructor(private readonly table: Table) {}

  /** To be called before a read that uses the cache: takes 0.1 ms. */
  async refresh(): Promise<void> {
    const version = await this.table.version();
    if (version === this.#version) return;
    for (const kept of [this.#addresses, this.ids.kept, this.vectors.kept, this.payloads.kept]) kept.clear();
    this.#facets = new LRUCache({ max: MOST_FACETS });
    this.#facetColumns = new FacetColumns();
    this.#rowSets = new LRUCache({ max: MOST_ROW_SETS });
    this.#numbers = new LRUCache({ max: MOST_NUMBERS });
    this.#facts = null;
    this.#version = version;
  }

  /** @throws MovedRowsError when another version than that of the last `refresh` is current by now. */
  async requireCurrent(): Promise<void> {
    if ((await this.table.version()) !== this.#version) {
      throw new MovedRowsError('The table has changed since its rows were read');
    }
  }

  /** Some rows of the version that is current now; read once for each. */
  async rowSet(key: string, read: () => Promise<RowSet>): Promise<RowSet> {
    await this.refresh();
    return readOnce(this.#rowSets, key, read);
  }

  /** A number that the version which is current now has; read once for each. */
  async number(key: string, read: () => Promise<number>): Promise<number> {
    await this.refresh();
    return readOnce(this.#numbers, key, read);
  }

  /** Counts for the version that is current now. What is added after a write goes to a list that is not used any more. */
  async facets(): Promise<Facets> {
    await this.refresh();
    return this.#facets;
  }

  /** What is in memory of the columns of the version that is current now. */
  async facetColumns(): Promise<FacetColumns> {
    await this.refresh();
    return this.#facetColumns;
  }

  /** Facts of the version that is current now; read once for each. */
  async facts(read: () => Promise<Facts>): Promise<Facts> {
    await this.refresh();
    const reading = (this.#facts ??= read());
    try {
      return await reading;
    } catch (error) {
      if (this.#facts === reading) this.#facts = null;
      throw error;
    }
  }

  /** The papers that exist among `ids`, with at least these payload fields. */
  async findPapers(
    ids: readonly string[],
    fields: readonly PayloadField[],
    calls: EngineCalls,
  ): Promise<Map<string, StoredPaper>> {
    const columns = toColumns(fields);
    if (columns) {
      const names = new Set(columns.flatMap(({ column, presence }) => [column, presence]));
      const decode = (rows: Rows) => readColumns(rows, columns);
      const payloads = await this.find(ids, { columns: [...names], decode }, calls);
      return new Map(Array.from(payloads, ([id, payload]) => [id, { id, payload }]));
    }
    if (fields.includes(KEYS)) {
      const papers = await this.find(ids, { columns: payloadColumns(fields), decode: readPapers }, calls);
      return new Map(Array.from(papers, ([id, { payload }]) => [id, { id, payload }]));
    }
    const texts = await this.find(ids, this.payloads, calls);
    // Written by `encodePoints` from a payload.
    return new Map(
      Array.from(texts, ([id, text]) => [id, { id, payload: JSON.parse(text) as PaperPayload }]),
    );
  }

  /** This part of those rows that exist among `ids`: as remembered, or else by address where that is known. */
  async find<Value>(
    ids: readonly string[],
    part: RowPart<Value>,
    calls: EngineCalls,
  ): Promise<Map<string, Value>> {
    const found = new Map<string, Value>();
    for (const id of ids) {
      const value = this.recall(id, part);
      if (value !== undefined) found.set(id, value);
    }
    const missing = () => [...new Set(ids)].filter((id) => !found.has(id));
    const add = async (query: Query | TakeQuery) => {
      for (const { id, value } of await this.read(query, part, calls)) {
        if (value !== undefined) found.set(id, value);
      }
    };
    const known = missing().flatMap((id) => this.addressOf(id) ?? []);
    if (known.length > 0) await add(this.table.takeRowIds(known));
    const rest = missing();
    if (rest.length > 0) await add(this.table.query().where(`${ID} IN (${quoteAll(rest)})`));
    return found;
  }

  /**
   * This part of each row, in order; none of them may be null.
   *
   * @throws MovedRowsError when another process has moved rows since they were ranked.
   */
  async take<Value>(
    rows: readonly RowAddress[],
    part: Required<RowPart<Value>>,
    calls?: EngineCalls,
  ): Promise<(Value & {})[]> {
    const values = rows.map((row) => part.kept.get(row));
    const unknown = rows.filter((_row, at) => values[at] === undefined);
    if (unknown.length > 0) {
      const taken = await this.read(this.table.takeRowIds(unknown), part, calls);
      const read = new Map(taken.map(({ row, value }) => [row, value]));
      rows.forEach((row, at) => (values[at] ??= read.get(row) ?? undefined));
    }
    return values.map((value) => {
      if (value === undefined) throw new MovedRowsError('Rows have moved since they were ranked');
      return value;
    });
  }

  /** Where a point lies, if that is remembered. */
  addressOf(id: string): RowAddress | undefined {
    return this.#addresses.get(id);
  }

  /** What is remembered of a point. */
  recall<Value>(id: string, { kept }: RowPart<Value>): Value | undefined {
    const row = this.addressOf(id);
    return row === undefined ? undefined : kept?.get(row);
  }

  /** Reads this part of rows, and remembers it with their ids and addresses. */
  async read<Value>(
    query: Query | TakeQuery,
    { columns, decode, kept }: RowPart<Value>,
    calls: EngineCalls = createEngineCalls(),
  ): Promise<ReadRow<Value>[]> {
    const version = this.#version;
    const rows = await calls.rows(query.select([ID, ...columns]).withRowId());
    const ids = readIds(rows);
    const values = decode(rows);
    const found = readAddresses(rows).map((row, at) => ({ row, id: ids[at] ?? '', value: values[at] }));
    // Another version may be current by now, in which a row has been replaced.
    if (version !== this.#version) return found;
    for (const { row, id, value } of found) {
      this.ids.kept.set(row, id);
      this.#addresses.set(id, row);
      if (value != null) kept?.set(row, value);
    }
    return found;
  }
}

/** What is remembered, or else read; a failure is not remembered. */
async function readOnce<Value>(
  kept: LRUCache<string, Promise<Value>>,
  key: string,
  read: () => Promise<Value>,
): Promise<Value> {
  const reading = kept.get(key) ?? read();
  kept.set(key, reading);
  try {
    return await reading;
  } catch (error) {
    if (kept.get(key) === reading) kept.delete(key);
    throw error;
  }
}

/** Where the engine keeps a row: fragment and place in it. What lies there changes with the table's version only. */
export type RowAddress = bigint;

/** The engine's own column of addresses. */
const ROW_ADDRESS = '_rowid';

/** The addresses of rows that were asked for with them. */
export function readAddresses(rows: Rows | RecordBatch): RowAddress[] {
  return Array.from(rows.getChild(ROW_ADDRESS) ?? [], (row) => row as RowAddress); // a column of 64-bit integers
}

/** A row as the engine ranks it. */
export interface ScoredRow {
  row: RowAddress;
  score: number;
}

/** The rows with a column of numbers in single precision: asking the library for each takes ten times as long. */
export function readScores(rows: Rows, column: string): ScoredRow[] {
  return rows.batches.flatMap((batch) => {
    const scores: unknown = batch.getChild(column)?.data[0]?.values;
    if (!(scores instanceof Float32Array)) throw new Error('The rows came without their scores');
    return Array.from(addressesIn(batch), (row, at) => ({ row, score: scores[at] ?? 0 }));
  });
}

/** Fragment and place of a row. */
export function partsOf(row: RowAddress): [fragment: number, place: number] {
  return [Number(row >> 32n), Number(row & 0xffff_ffffn)];
}

/** The addresses of a batch, each as two numbers: its place in the fragment, and the fragment's. */
export function addressesOf(rows: RecordBatch): Uint32Array {
  const addresses = addressesIn(rows);
  return new Uint32Array(addresses.buffer, addresses.byteOffset, 2 * addresses.length);
}

function addressesIn(rows: RecordBatch): BigUint64Array {
  const addresses: unknown = rows.getChild(ROW_ADDRESS)?.data[0]?.values;
  if (!(addresses instanceof BigUint64Array)) throw new Error('The rows came without their addresses');
  return addresses;
}

/** Rows of the table: a bit for each place of a fragment, up to the last that is one of them. */
export class RowSet {
  readonly #fragments = new Map<number, Uint8Array>();

  add(rows: RecordBatch): void {
    const parts = addressesOf(rows);
    for (let at = 0; at < parts.length; at += 2) {
      const [place = 0, fragment = 0] = [parts[at], parts[at + 1]];
      const byte = place >> 3;
      let bits = this.#fragments.get(fragment);
      if (bits === undefined || byte >= bits.length) {
        const larger = new Uint8Array(Math.max(byte + 1, 2 * (bits?.length ?? 0)));
        if (bits) larger.set(bits);
        this.#fragments.set(fragment, (bits = larger));
      }
      bits[byte] = (bits[byte] ?? 0) | (1 << (place & 7));
    }
  }

  has(fragment: number, place: number): boolean {
    return ((this.#fragments.get(fragment)?.[place >> 3] ?? 0) & (1 << (place & 7))) !== 0;
  }
}

/** The rows that a filter selects. */
export interface Selection {
  /** The predicate that selects them by itself, which tells one selection from another. */
  key: string | null;
  /** What the engine is asked for: these rows, and perhaps others; null asks for all. */
  predicate: string | null;
  /** Whether a row for which the predicate holds is one of them; null when each is. */
  accepts: RowTest | null;
}

/** Takes a row's address in its two parts. */
export type RowTest = (fragment: number, place: number) => boolean;

/** How many rows there are for which the selection's predicate holds. Belongs to no single call, as `readRowSet`. */
export function countCandidates(
  { cache, table }: { cache: RowCache; table: Table },
  { predicate }: Pick<Selection, 'predicate'>,
): Promise<number> {
  const filter = predicate ?? undefined;
  return cache.number(`count ${predicate}`, () => createEngineCalls().run(() => table.countRows(filter)));
}

/** How many of the rows that the query gives the selection has. */
export async function countSelectedRows(
  { calls }: { calls: EngineCalls },
  query: Query,
  selection: Selection,
): Promise<number> {
  let count = 0;
  for await (const rows of calls.batches(selection.accepts ? query.withRowId() : query)) {
    const isSelected = testRows(selection, rows);
    if (!isSelected) count += rows.numRows;
    else for (let at = 0; at < rows.numRows; at++) if (isSelected(at)) count += 1;
  }
  return count;
}

/**
 * The first `count` rows of the selection in each of several lists.
 *
 * @param ask gives at most this many rows of each list, the first for which the selection's predicate holds.
 * @throws MovedRowsError when another process has written meanwhile.
 */
export async function takeSelected<Row extends { row: RowAddress }>(
  { cache }: { cache: RowCache },
  { accepts }: Selection,
  count: number,
  ask: (count: number) => Promise<Row[][]>,
): Promise<Row[][]> {
  if (!accepts) return ask(count);
  for (let asked = count * 2; ; asked *= 4) {
    const lists = await ask(asked);
    const taken = lists.map((rows) => rows.filter(({ row }) => accepts(...partsOf(row))).slice(0, count));
    if (lists.some((rows, at) => rows.length >= asked && (taken[at]?.length ?? 0) < count)) continue;
    await cache.requireCurrent();
    return taken;
  }
}

/** By the place of a row in the batch, whether it is selected; null when each is. */
export function testRows({ accepts }: Selection, batch: RecordBatch): ((at: number) => boolean) | null {
  if (!accepts) return null;
  const parts = addressesOf(batch);
  return (at) => accepts(parts[2 * at + 1] ?? 0, parts[2 * at] ?? 0);
}

export function readIds(rows: Rows | RecordBatch): string[] {
  return Array.from(rows.getChild(ID) ?? [], String);
}

/** Payloads as JSON. */
function readTexts(rows: Rows | RecordBatch): string[] {
  return Array.from(rows.getChild(PAYLOAD) ?? [], String);
}

/** As the payload has it: in UTC, to the second, or to the millisecond where there are some. */
function fromMicroseconds(instant: bigint): string {
  return new Date(Number(instant / 1000n)).toISOString().replace('.000Z', 'Z');
}

/** What of a payload has a column only. */
const KEYS = 'author_keys';
const KEYS_COLUMN = filterColumn(KEYS);
const KEYS_COUNT = countColumn(KEYS);

/** The columns from which `readPapers` reads these fields. */
export function payloadColumns(fields: readonly PayloadField[]): string[] {
  return fields.includes(KEYS) ? [PAYLOAD, KEYS_COLUMN, KEYS_COUNT] : [PAYLOAD];
}

/** How a payload field is read from columns. */
interface FieldColumn {
  field: PayloadField;
  column: string;
  /** The column that is null where the paper lacks the field. */
  presence: string;
  read: (value: unknown) => string | number | string[];
}

/** Texts have columns of their words alone. */
const READ: Partial<Record<IndexKind, FieldColumn['read']>> = {
  keyword: String,
  keywords: (list) => Array.from(list as Iterable<unknown>, String), // a list column yields vectors of its values
  integer: Number,
  datetime: (microseconds) => fromMicroseconds(microseconds as bigint), // a column of 64-bit integers
};

/** Reading these is cheaper than reading whole payloads. */
const FIELD_COLUMNS = new Map<PayloadField, FieldColumn>([
  [CONTENT_HASH, { field: CONTENT_HASH, column: CONTENT_HASH, presence: CONTENT_HASH, read: String }],
  ...INDEXED_FIELDS.flatMap((field): [PayloadField, FieldColumn][] => {
    const [kind, column] = [kindOf(field), filterColumn(field)];
    const presence = isListKind(kind) ? countColumn(field) : column;
    const read = READ[kind];
    return read ? [[field, { field, column, presence, read }]] : [];
  }),
]);

/** Null unless there are columns for all the fields. */
function toColumns(fields: readonly PayloadField[]): FieldColumn[] | null {
  const columns = fields.flatMap((field) => FIELD_COLUMNS.get(field) ?? []);
  return columns.length === fields.length ? columns : null;
}

/** Payloads of these fields alone, in the order of the rows. */
function readColumns(rows: Rows | RecordBatch, columns: readonly FieldColumn[]): Partial<PaperPayload>[] {
  const opened = columns.map(({ field, column, presence, read }) => {
    const [values, present] = [rows.getChild(column), rows.getChild(presence)];
    return {
      field,
      isMissing: (row: number) => present?.get(row) == null,
      valueAt: (row: number) => read(values?.get(row)),
    };
  });
  return Array.from({ length: rows.numRows }, (_, row) =>
    Object.fromEntries(
      opened.flatMap(({ field, isMissing, valueAt }) => (isMissing(row) ? [] : [[field, valueAt(row)]])),
    ),
  );
}

/** Papers with all fields of the columns that were asked for. */
export function readPapers(rows: Rows | RecordBatch): StoredPaper[] {
  const payloads = readTexts(rows);
  const keys = rows.getChild(KEYS_COLUMN) ? readColumns(rows, toColumns([KEYS]) ?? []) : [];
  return readIds(rows).map((id, at) => {
    // Written by `encodePoints` from a payload.
    const payload = JSON.parse(payloads[at] ?? '{}') as PaperPayload;
    return { id, payload: { ...payload, ...keys[at] } };
  });
}

/** As they were written; null for a vector of zeros. Copies, which do not keep the whole answer in memory. */
export function readVectors(rows: Rows | RecordBatch): (Float32Array | null)[] {
  // What the library has of a column of lists of one length, whose type it leaves open. Asking it for one list makes an
  // object for each number.
  const parts = (rows.getChild(VECTOR)?.data ?? []) as readonly VectorData[];
  return parts.flatMap((part) => {
    const { stride } = part;
    const numbers = part.children[0]?.values ?? new Float32Array();
    return Array.from({ length: part.length }, (_, row) =>
      part.getValid(row) ? numbers.slice(row * stride, (row + 1) * stride) : null,
    );
  });
}

interface VectorData {
  length: number;
  stride: number;
  getValid(row: number): boolean;
  children: readonly { values: Float32Array }[];
}
