import type { Query, Table, TakeQuery } from '@lancedb/lancedb';
import type { Table as Rows } from 'apache-arrow';
import { LRUCache } from 'lru-cache';

import { ID, PAYLOAD, VECTOR } from './columns.js';
import type { Facts } from './collection.js';
import { createEngineCalls, type EngineCalls } from './engine-calls.js';
import { readAddresses, readIds, readTexts, readVectors, type RowAddress } from './decode-rows.js';
import type { FacetCount } from '../store.js';

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

/** The most frequent values of a field over the rows of a filter, by what was asked. */
export type Facets = LRUCache<string, readonly FacetCount[]>;

function newFacets(): Facets {
  return new LRUCache({ max: MOST_FACETS });
}

/** What is read of rows: from which columns, and how. */
export interface RowPart<Value> {
  columns: readonly string[];
  decode(rows: Rows): Value[];
  /** Where it is remembered, if it is. */
  kept?: LRUCache<RowAddress, Value & {}>;
}

/** A part that is remembered, but for a null. */
export type KeptPart<Value> = Required<RowPart<Value>>;

export interface ReadRow<Value> {
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
  readonly #ids = new LRUCache<RowAddress, string>({ max: MOST_IDS });
  readonly #addresses = new LRUCache<string, RowAddress>({ max: MOST_IDS });
  /** As they were written, not to be written to; a vector of zeros is null. */
  readonly vectors: KeptPart<Float32Array | null> = {
    columns: [VECTOR],
    decode: readVectors,
    kept: new LRUCache({ maxSize: MOST_VECTOR_BYTES, sizeCalculation: ({ byteLength }) => byteLength }),
  };
  /** As JSON. */
  readonly payloads: KeptPart<string> = {
    columns: [PAYLOAD],
    decode: readTexts,
    kept: new LRUCache({ maxSize: MOST_PAYLOAD_CHARACTERS, sizeCalculation: ({ length }) => length }),
  };

  #facets = newFacets();
  #facts: Promise<Facts> | null = null;

  constructor(private readonly table: Table) {}

  /** To be called before a read that uses the cache: takes 0.1 ms. */
  async refresh(): Promise<void> {
    const version = await this.table.version();
    if (version === this.#version) return;
    for (const kept of [this.#ids, this.#addresses, this.vectors.kept, this.payloads.kept]) kept.clear();
    this.#facets = newFacets();
    this.#facts = null;
    this.#version = version;
  }

  /** Counts for the version that is current now. What is added after a write goes into one that nobody asks any more. */
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

  /** Where a point lies, if that is remembered. */
  addressOf(id: string): RowAddress | undefined {
    return this.#addresses.get(id);
  }

  /** What is remembered of a point. */
  recall<Value>(id: string, { kept }: KeptPart<Value>): Value | undefined {
    const row = this.addressOf(id);
    return row === undefined ? undefined : kept.get(row);
  }

  /** Reads this part of rows, and remembers it with their ids and addresses. */
  async read<Value>(
    query: Query | TakeQuery,
    part: RowPart<Value>,
    calls: EngineCalls = createEngineCalls(),
  ): Promise<ReadRow<Value>[]> {
    const version = this.#version;
    const rows = await calls.rows(query.select([ID, ...part.columns]).withRowId());
    const ids = readIds(rows);
    const values = part.decode(rows);
    const found = readAddresses(rows).map((row, at) => ({ row, id: ids[at] ?? '', value: values[at] }));
    // Another version may be current by now, in which a row has been replaced.
    if (version === this.#version) this.#remember(found, part);
    return found;
  }

  /**
   * The point id of each row, in order.
   *
   * @throws MovedRowsError when another process has moved rows since they were ranked.
   */
  idsOf(rows: readonly RowAddress[], calls?: EngineCalls): Promise<string[]> {
    return this.#recallAll(rows, this.#ids, { columns: [], decode: readIds }, calls);
  }

  /**
   * The vector of each row, none of which is one of zeros; in order, not to be written to.
   *
   * @throws MovedRowsError
   */
  vectorsAt(rows: readonly RowAddress[], calls?: EngineCalls): Promise<Float32Array[]> {
    return this.#recallAll(rows, this.vectors.kept, this.vectors, calls);
  }

  async #recallAll<Value>(
    rows: readonly RowAddress[],
    kept: LRUCache<RowAddress, Value & {}>,
    part: RowPart<Value>,
    calls?: EngineCalls,
  ): Promise<(Value & {})[]> {
    const values = rows.map((row) => kept.get(row));
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

  #remember<Value>(rows: readonly ReadRow<Value>[], { kept }: RowPart<Value>): void {
    for (const { row, id, value } of rows) {
      this.#ids.set(row, id);
      this.#addresses.set(id, row);
      if (value != null) kept?.set(row, value);
    }
  }
}
