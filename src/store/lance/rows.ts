import { Index, type Query, type Table, type TakeQuery } from '@lancedb/lancedb';
import type { Table as Rows } from 'apache-arrow';
import { LRUCache } from 'lru-cache';

import { ID, PAYLOAD, VECTOR } from './columns.js';
import {
  readAddresses,
  readColumns,
  readIds,
  readTexts,
  readVectors,
  type RowAddress,
  toColumns,
} from './decode-rows.js';
import { createEngineCalls, type EngineCalls } from './engine.js';
import { quoteAll } from './filter.js';
import type { PaperPayload, PayloadField } from '../../papers/payload.js';
import type { CollectionInfo, FacetCount, IndexingState, StoredPaper } from '../store.js';

/** Ranking once more helps. */
export class MovedRowsError extends Error {}

/** Rows whose point ids are remembered, some 250 bytes each. */
const MOST_IDS = 100_000;
/** Maximum size of cached vectors: 43,000 papers with 384 numbers each. */
const MOST_VECTOR_BYTES = 64 * 1024 * 1024;
/** Maximum size of cached payloads: some 15,000 papers. */
const MOST_PAYLOAD_CHARACTERS = 32 * 1024 * 1024;
/** Lists of counts. */
const MOST_FACETS = 500;

/** What the engine says of a table; reading it takes some milliseconds. */
export interface Facts {
  info: CollectionInfo;
  indexing: IndexingState;
}

/** The most frequent values of a field over the rows of a filter, by what was asked. */
export type Facets = LRUCache<string, readonly FacetCount[]>;

function newFacets(): Facets {
  return new LRUCache({ max: MOST_FACETS });
}

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
  readonly #addresses = new LRUCache<string, RowAddress>({ max: MOST_IDS });
  readonly ids = {
    columns: [],
    decode: readIds,
    kept: new LRUCache<RowAddress, string>({ max: MOST_IDS }),
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
  #facets = newFacets();
  #facts: Promise<Facts> | null = null;

  constructor(private readonly table: Table) {}

  /** To be called before a read that uses the cache: takes 0.1 ms. */
  async refresh(): Promise<void> {
    const version = await this.table.version();
    if (version === this.#version) return;
    for (const kept of [this.#addresses, this.ids.kept, this.vectors.kept, this.payloads.kept]) kept.clear();
    this.#facets = newFacets();
    this.#facts = null;
    this.#version = version;
  }

  /** Counts for the version that is current now. What is added after a write goes to a list that is not used any more. */
  async facets(): Promise<Facets> {
    await this.refresh();
    return this.#facets;
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
      const payloads = await this.find(ids, { columns, decode: (rows) => readColumns(rows, fields) }, calls);
      return new Map(Array.from(payloads, ([id, payload]) => [id, { id, payload }]));
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
    const marks = await this.#readMarks();
    return ids.filter((id) => marks.has(toMark(id)));
  }

  /** Before the papers are written: what fails may have been written all the same. */
  async willWrite(ids: readonly string[]): Promise<void> {
    const marks = await this.#readMarks();
    for (const id of ids) marks.add(toMark(id));
    this.#unindexed = (await this.#countUnindexed()) + ids.length;
  }

  /** Before papers are looked for: that must not take longer with every paper written. A write by itself. */
  async makeFindable(): Promise<void> {
    if ((await this.#countUnindexed()) < MOST_UNINDEXED) return;
    await this.table.createIndex(ID, { config: Index.btree(), replace: true });
    this.#unindexed = 0;
  }

  #readMarks(): Promise<Set<number>> {
    return (this.#marks ??= readMarks(this.table));
  }

  async #countUnindexed(): Promise<number> {
    return (this.#unindexed ??= await countUnindexed(this.table));
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

async function countUnindexed(table: Table): Promise<number> {
  const index = (await table.listIndices()).find(({ columns }) => columns.includes(ID));
  return index ? (index.numUnindexedRows ?? 0) : table.countRows();
}
