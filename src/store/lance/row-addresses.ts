import type { Table } from '@lancedb/lancedb';
import type { Table as Rows } from 'apache-arrow';
import { LRUCache } from 'lru-cache';

import { ID } from './column-names.js';

/** Where the engine keeps a row: fragment and place in it. What lies there changes with the table's version only. */
export type RowAddress = bigint;

/** Ranking once more helps. */
export class MovedRowsError extends Error {}

/** The engine's own column of addresses. */
export const ROW_ADDRESS = '_rowid';
/** Rows whose point ids are remembered, some 250 bytes each. */
const MOST_REMEMBERED = 100_000;

/**
 * Point ids of row addresses, and back. Ranking by address and reading rows by address spares the engine a column of ids
 * in every ranking, and a look-up in the index of ids for every page: a third of a search. Addresses are those of one
 * version of the table; a write by anybody makes another, and all are forgotten.
 */
export class RowAddresses {
  #version = -1;
  readonly #ids = new LRUCache<RowAddress, string>({ max: MOST_REMEMBERED });
  readonly #rows = new LRUCache<string, RowAddress>({ max: MOST_REMEMBERED });

  constructor(private readonly table: Table) {}

  /** To be called before a read that uses addresses: takes 0.1 ms. */
  async refresh(): Promise<void> {
    const version = await this.table.version();
    if (version === this.#version) return;
    this.forget();
    this.#version = version;
  }

  forget(): void {
    this.#version = -1;
    this.#ids.clear();
    this.#rows.clear();
  }

  /** @param rows read with their ids and addresses. */
  remember(rows: Rows): void {
    const ids = rows.getChild(ID);
    readAddresses(rows).forEach((row, at) => {
      const id = String(ids?.get(at));
      this.#ids.set(row, id);
      this.#rows.set(id, row);
    });
  }

  /** Whether the point that lies there is remembered. */
  knows(row: RowAddress): boolean {
    return this.#ids.has(row);
  }

  /** The address of a point, where it is remembered. */
  addressOf(id: string): RowAddress | undefined {
    return this.#rows.get(id);
  }

  /**
   * The point id of each address, in order; those that are not remembered are read in one query.
   *
   * @throws MovedRowsError when another process has moved rows since they were ranked.
   */
  async idsOf(rows: readonly RowAddress[]): Promise<string[]> {
    const unknown = rows.filter((row) => !this.#ids.has(row));
    if (unknown.length > 0) {
      this.remember(await this.table.takeRowIds(unknown).select([ID]).withRowId().toArrow());
    }
    return rows.map((row) => {
      const id = this.#ids.get(row);
      if (id === undefined) throw new MovedRowsError('Rows have moved since they were ranked');
      return id;
    });
  }
}

/** The addresses of rows that were asked for with them. */
export function readAddresses(rows: Rows): RowAddress[] {
  return Array.from(rows.getChild(ROW_ADDRESS) ?? [], (row) => row as RowAddress); // a column of 64-bit integers
}
