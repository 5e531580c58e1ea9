import type { Query, Table, TakeQuery } from '@lancedb/lancedb';
import type { Table as Rows } from 'apache-arrow';
import { LRUCache } from 'lru-cache';

import { ID, PAYLOAD, VECTOR } from './column-names.js';
import { readAddresses, readIds, readTexts, readVectors, type RowAddress } from './decode-rows.js';

/** Ranking once more helps. */
export class MovedRowsError extends Error {}

/** Rows whose point ids are remembered, some 250 bytes each. */
const MOST_IDS = 100_000;
/** Of vectors; those of 43,000 papers with 384 numbers each. */
const MOST_VECTOR_BYTES = 64 * 1024 * 1024;
/** Of payloads, some 15,000 of them. */
const MOST_PAYLOAD_CHARACTERS = 32 * 1024 * 1024;

/**
 * What searches read of rows again and again, by the rows' addresses: point ids, vectors, payloads. The engine reads a
 * row's value as a task and a system call of its own: the vectors of a window take it twice the time of finding them.
 *
 * All of it is of one version of the table; a write by anybody makes another, and all is forgotten.
 */
export class RowCache {
  #version = -1;
  readonly #ids = new LRUCache<RowAddress, string>({ max: MOST_IDS });
  readonly #addresses = new LRUCache<string, RowAddress>({ max: MOST_IDS });
  readonly #vectors = new LRUCache<RowAddress, Float32Array>({
    maxSize: MOST_VECTOR_BYTES,
    sizeCalculation: ({ byteLength }) => byteLength,
  });
  readonly #payloads = new LRUCache<RowAddress, string>({
    maxSize: MOST_PAYLOAD_CHARACTERS,
    sizeCalculation: ({ length }) => length,
  });

  constructor(private readonly table: Table) {}

  /** To be called before a read that uses the cache: takes 0.1 ms. */
  async refresh(): Promise<void> {
    const version = await this.table.version();
    if (version === this.#version) return;
    for (const kept of [this.#ids, this.#addresses, this.#vectors, this.#payloads]) kept.clear();
    this.#version = version;
  }

  /** Where a point lies, if that is remembered. */
  addressOf(id: string): RowAddress | undefined {
    return this.#addresses.get(id);
  }

  /** The point's vector as it was written, if it is remembered; not to be written to. */
  vectorOf(id: string): Float32Array | undefined {
    const row = this.addressOf(id);
    return row === undefined ? undefined : this.#vectors.get(row);
  }

  /** The point's payload as JSON, if it is remembered. */
  payloadOf(id: string): string | undefined {
    const row = this.addressOf(id);
    return row === undefined ? undefined : this.#payloads.get(row);
  }

  /** Reads rows with their ids, their addresses and these columns, all of which are remembered. */
  async read(query: Query | TakeQuery, columns: readonly string[]): Promise<Rows> {
    const version = this.#version;
    const rows = await query
      .select([ID, ...columns])
      .withRowId()
      .toArrow();
    // Another version may be current by now, in which a row has been replaced.
    if (version === this.#version) this.#remember(rows, columns);
    return rows;
  }

  /**
   * The point id of each row, in order.
   *
   * @throws MovedRowsError when another process has moved rows since they were ranked.
   */
  idsOf(rows: readonly RowAddress[]): Promise<string[]> {
    return this.#recall(rows, this.#ids, [], readIds);
  }

  /**
   * The vector of each row, none of which is one of zeros; in order, not to be written to.
   *
   * @throws MovedRowsError
   */
  vectorsAt(rows: readonly RowAddress[]): Promise<Float32Array[]> {
    return this.#recall(rows, this.#vectors, [VECTOR], readVectors);
  }

  async #recall<Value extends object | string>(
    rows: readonly RowAddress[],
    kept: LRUCache<RowAddress, Value>,
    columns: readonly string[],
    decode: (rows: Rows) => (Value | null)[],
  ): Promise<Value[]> {
    const values = rows.map((row) => kept.get(row));
    const unknown = rows.filter((_row, at) => values[at] === undefined);
    if (unknown.length > 0) {
      const taken = await this.read(this.table.takeRowIds(unknown), columns);
      const decoded = decode(taken);
      const read = new Map(readAddresses(taken).map((row, at) => [row, decoded[at]]));
      rows.forEach((row, at) => (values[at] ??= read.get(row) ?? undefined));
    }
    return values.map((value) => {
      if (value === undefined) throw new MovedRowsError('Rows have moved since they were ranked');
      return value;
    });
  }

  #remember(rows: Rows, columns: readonly string[]): void {
    const addresses = readAddresses(rows);
    const ids = readIds(rows);
    addresses.forEach((row, at) => {
      const id = ids[at] ?? '';
      this.#ids.set(row, id);
      this.#addresses.set(id, row);
    });
    if (columns.includes(VECTOR)) keep(this.#vectors, addresses, readVectors(rows));
    if (columns.includes(PAYLOAD)) keep(this.#payloads, addresses, readTexts(rows));
  }
}

function keep<Value extends object | string>(
  kept: LRUCache<RowAddress, Value>,
  addresses: readonly RowAddress[],
  values: readonly (Value | null)[],
): void {
  addresses.forEach((row, at) => {
    const value = values[at];
    if (value != null) kept.set(row, value);
  });
}
