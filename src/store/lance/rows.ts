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
import { createEngineCalls, quoteAllSql, type EngineCalls } from './engine.js';
import { FacetColumns } from './facet-columns.js';
import type { PaperPayload, PayloadField } from '../../papers/payload.js';
import type { IndexedField, IndexKind } from '../layout.js';
import type { CollectionInfo, FacetCount, IndexingState, StoredPaper } from '../store.js';

/** Rows have moved since they were ranked; rank them again. */
export class MovedRowsError extends Error {}

/**
 * Maximum number of cached point ids, some 250 bytes each. Given as a size, because a cache allocates space for its
 * `max` at once.
 */
const MOST_IDS = { maxSize: 100_000, sizeCalculation: () => 1 };
/** Maximum size of cached vectors: 43,000 papers with 384 numbers each. */
const MOST_VECTOR_BYTES = 64 * 1024 * 1024;
/** Maximum size of cached payloads: some 15,000 papers. */
const MOST_PAYLOAD_CHARACTERS = 32 * 1024 * 1024;
/** Maximum number of cached lists of counts. */
const MOST_FACETS = 500;
/** Maximum number of cached sets of rows, with one bit for each row of the table: 25 MB for three million. */
const MOST_ROW_SETS = 64;
/** Maximum number of cached numbers, such as numbers of rows. */
const MOST_NUMBERS = 1_000;

/** What the engine reports about a table; reading it takes some milliseconds. */
export interface Facts {
  info: CollectionInfo;
  indexing: IndexingState;
  /**
   * Number of partitions of the vector index that a search visits by default; null for the engine's default.
   */
  probes: number | null;
  /** Fields with an index of the phrases of every row. */
  phraseFields: ReadonlySet<IndexedField>;
  /** The counts over all papers that are stored with the table. */
  facets: WholeFacets;
}

/** The most frequent values of a field over the rows of a filter, by request. */
export type Facets = LRUCache<string, readonly FacetCount[]>;

/** A part of rows to read: from which columns, how, and in which cache (nulls are not cached). */
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
 * Caches what is read repeatedly: point ids, vectors and payloads by the rows' addresses, and counts. The engine
 * reads each value of a row with a separate task and system call: the vectors of a window take twice the time of
 * finding them. Everything belongs to one version of the table. Any write creates another version and empties the
 * cache.
 */
export class RowCache {
  #version = -1;
  readonly #addresses = new LRUCache<string, RowAddress>(MOST_IDS);
  readonly ids = {
    columns: [],
    decode: readIds,
    kept: new LRUCache<RowAddress, string>(MOST_IDS),
  };
  /** As stored; do not modify. A vector of zeros is null. */
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

  /** Call before a read that uses the cache; takes 0.1 ms. */
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

  /**
   * @throws MovedRowsError if the version is no longer that of the last `refresh`.
   */
  async requireCurrent(): Promise<void> {
    if ((await this.table.version()) !== this.#version) {
      throw new MovedRowsError('The table has changed since its rows were read');
    }
  }

  /** A set of rows of the current version; read once per version. */
  async rowSet(key: string, read: () => Promise<RowSet>): Promise<RowSet> {
    await this.refresh();
    return readOnce(this.#rowSets, key, read);
  }

  /** A number of the current version; read once per version. */
  async number(key: string, read: () => Promise<number>): Promise<number> {
    await this.refresh();
    return readOnce(this.#numbers, key, read);
  }

  /** Counts for the current version. What is added after a write goes to a list that is no longer used. */
  async facets(): Promise<Facets> {
    await this.refresh();
    return this.#facets;
  }

  /** The columns of the current version that are in memory. */
  async facetColumns(): Promise<FacetColumns> {
    await this.refresh();
    return this.#facetColumns;
  }

  /** Facts about the current version; read once per version. */
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

  /** The existing papers among `ids`, with at least these payload fields. */
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

  /** This part of the existing rows among `ids`: from the cache, or else by address if that is known. */
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
    if (rest.length > 0) await add(this.table.query().where(`${ID} IN (${quoteAllSql(rest)})`));
    return found;
  }

  /**
   * This part of each row, in order; none may be null.
   *
   * @throws MovedRowsError if another process has moved rows since they were ranked.
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

  /** The address of a point, if cached. */
  addressOf(id: string): RowAddress | undefined {
    return this.#addresses.get(id);
  }

  /** The cached part of a point. */
  recall<Value>(id: string, { kept }: RowPart<Value>): Value | undefined {
    const row = this.addressOf(id);
    return row === undefined ? undefined : kept?.get(row);
  }

  /** Reads this part of rows, and caches it with their ids and addresses. */
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
    // Another version may be current by now, in which a row was replaced.
    if (version !== this.#version) return found;
    for (const { row, id, value } of found) {
      this.ids.kept.set(row, id);
      this.#addresses.set(id, row);
      if (value != null) kept?.set(row, value);
    }
    return found;
  }
}

/** The cached value, or else the one that is read; failures are not cached. */
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

/**
 * Where the engine keeps a row: fragment and position in it. The row at an address changes only with the table's
 * version.
 */
export type RowAddress = bigint;

/** The engine's column of addresses. */
const ROW_ADDRESS = '_rowid';

/** The addresses of rows, if the query selected them. */
export function readAddresses(rows: Rows | RecordBatch): RowAddress[] {
  return Array.from(rows.getChild(ROW_ADDRESS) ?? [], (row) => row as RowAddress); // a column of 64-bit integers
}

/** A row as the engine ranks it. */
export interface ScoredRow {
  row: RowAddress;
  score: number;
}

/**
 * The rows with a column of single-precision numbers. Asking the library for each number takes ten times as long.
 */
export function readScores(rows: Rows, column: string): ScoredRow[] {
  return rows.batches.flatMap((batch) => {
    const scores: unknown = batch.getChild(column)?.data[0]?.values;
    if (!(scores instanceof Float32Array)) throw new Error('The rows came without their scores');
    return Array.from(addressesIn(batch), (row, at) => ({ row, score: scores[at] ?? 0 }));
  });
}

/** Fragment and position of a row. */
export function partsOf(row: RowAddress): [fragment: number, place: number] {
  return [Number(row >> 32n), Number(row & 0xffff_ffffn)];
}

/** The addresses of a batch, each as two numbers: its position in the fragment, and the fragment. */
export function addressesOf(rows: RecordBatch): Uint32Array {
  const addresses = addressesIn(rows);
  return new Uint32Array(addresses.buffer, addresses.byteOffset, 2 * addresses.length);
}

function addressesIn(rows: RecordBatch): BigUint64Array {
  const addresses: unknown = rows.getChild(ROW_ADDRESS)?.data[0]?.values;
  if (!(addresses instanceof BigUint64Array)) throw new Error('The rows came without their addresses');
  return addresses;
}

/** A set of rows: a bit for each position of a fragment, up to the last row in the set. */
export class RowSet {
  readonly #fragments = new Map<number, Uint8Array>();
  #size: number | null = null;

  /** Number of rows. */
  get size(): number {
    if (this.#size !== null) return this.#size;
    let size = 0;
    for (const bits of this.#fragments.values()) for (const byte of bits) size += BITS_SET[byte] ?? 0;
    return (this.#size = size);
  }

  add(rows: RecordBatch): void {
    this.#size = null;
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

  /** The rows of both sets. */
  and(other: RowSet): RowSet {
    return this.#combine(other, (own, others) => own & others);
  }

  /** The rows of this set that are not in the other. */
  without(other: RowSet): RowSet {
    return this.#combine(other, (own, others) => own & ~others);
  }

  /** The rows of either set. */
  or(other: RowSet): RowSet {
    return this.#combine(other, (own, others) => own | others);
  }

  #combine(other: RowSet, combine: (own: number, others: number) => number): RowSet {
    const combined = new RowSet();
    for (const fragment of new Set([...this.#fragments.keys(), ...other.#fragments.keys()])) {
      const [own, others] = [this.#fragments.get(fragment), other.#fragments.get(fragment)];
      const bits = new Uint8Array(Math.max(own?.length ?? 0, others?.length ?? 0));
      for (let at = 0; at < bits.length; at++) bits[at] = combine(own?.[at] ?? 0, others?.[at] ?? 0);
      combined.#fragments.set(fragment, bits);
    }
    return combined;
  }
}

/** The number of bits set in each byte. */
const BITS_SET = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);

/** A condition on rows, whose rows can be looked up by index. */
export type RowCondition =
  | { kind: 'phrase'; field: IndexedField; words: readonly string[] }
  | { kind: 'sql'; sql: string }
  | { kind: 'not'; condition: RowCondition }
  | { kind: 'all' | 'any'; conditions: readonly RowCondition[] };

/** The rows that a filter selects. */
export interface RowSelection {
  /** The condition of exactly these rows, which identifies the selection; null for all rows. */
  condition: RowCondition | null;
  /** The predicate for the engine, which selects these rows and possibly others; null selects all. */
  predicate: string | null;
  /** Whether a row of the predicate is in the selection; null if each is. */
  accepts: RowTest | null;
}

/** Tests a row, given the two parts of its address. */
export type RowTest = (fragment: number, place: number) => boolean;

/** The number of rows of the selection's predicate. Like `readRowSet`, independent of any single call. */
export function countCandidates(
  { cache, table }: { cache: RowCache; table: Table },
  { predicate }: Pick<RowSelection, 'predicate'>,
): Promise<number> {
  const filter = predicate ?? undefined;
  return cache.number(`count ${predicate}`, () => createEngineCalls().run(() => table.countRows(filter)));
}

/**
 * The first `count` rows of the selection in each of several lists.
 *
 * @param ask returns at most this many rows of each list, the first ones of the selection's predicate.
 * @throws MovedRowsError if another process has written in the meantime.
 */
export async function takeSelected<Row extends { row: RowAddress }>(
  { cache }: { cache: RowCache },
  { accepts }: RowSelection,
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

/** A test of rows by their position in the batch; null if each is selected. */
export function testRows({ accepts }: RowSelection, batch: RecordBatch): ((at: number) => boolean) | null {
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

/** As in the payload: in UTC, to the second, or to the millisecond if there are any. */
function fromMicroseconds(instant: bigint): string {
  return new Date(Number(instant / 1000n)).toISOString().replace('.000Z', 'Z');
}

/** The only payload field that exists only as a column. */
const KEYS = 'author_keys';
const KEYS_COLUMN = filterColumn(KEYS);
const KEYS_COUNT = countColumn(KEYS);

/** The columns that `readPapers` needs for these fields. */
export function payloadColumns(fields: readonly PayloadField[]): string[] {
  return fields.includes(KEYS) ? [PAYLOAD, KEYS_COLUMN, KEYS_COUNT] : [PAYLOAD];
}

/** How a payload field is read from columns. */
interface FieldColumn {
  field: PayloadField;
  column: string;
  /** The column that is null if the paper lacks the field. */
  presence: string;
  read: (value: unknown) => string | number | string[];
}

/** Texts are missing, because their columns only contain words. */
const READ: Partial<Record<IndexKind, FieldColumn['read']>> = {
  keyword: String,
  keywords: (list) => Array.from(list as Iterable<unknown>, String), // a list column yields vectors of its values
  integer: Number,
  datetime: (microseconds) => fromMicroseconds(microseconds as bigint), // a column of 64-bit integers
};

/** Reading these columns is cheaper than reading whole payloads. */
const FIELD_COLUMNS = new Map<PayloadField, FieldColumn>([
  [CONTENT_HASH, { field: CONTENT_HASH, column: CONTENT_HASH, presence: CONTENT_HASH, read: String }],
  ...INDEXED_FIELDS.flatMap((field): [PayloadField, FieldColumn][] => {
    const [kind, column] = [kindOf(field), filterColumn(field)];
    const presence = isListKind(kind) ? countColumn(field) : column;
    const read = READ[kind];
    return read ? [[field, { field, column, presence, read }]] : [];
  }),
]);

/** Null unless all the fields have columns. */
function toColumns(fields: readonly PayloadField[]): FieldColumn[] | null {
  const columns = fields.flatMap((field) => FIELD_COLUMNS.get(field) ?? []);
  return columns.length === fields.length ? columns : null;
}

/** Payloads with only these fields, in the order of the rows. */
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

/** Papers with all fields of the selected columns. */
export function readPapers(rows: Rows | RecordBatch): StoredPaper[] {
  const payloads = readTexts(rows);
  const keys = rows.getChild(KEYS_COLUMN) ? readColumns(rows, toColumns([KEYS]) ?? []) : [];
  return readIds(rows).map((id, at) => {
    // Written by `encodePoints` from a payload.
    const payload = JSON.parse(payloads[at] ?? '{}') as PaperPayload;
    return { id, payload: { ...payload, ...keys[at] } };
  });
}

/** As stored; null for a vector of zeros. Copies, which do not keep the whole answer in memory. */
export function readVectors(rows: Rows | RecordBatch): (Float32Array | null)[] {
  // The library's data of a column of fixed-size lists, whose type it leaves open. Asking it for a list creates an
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
