import { Index, type Table } from '@lancedb/lancedb';

import { ID } from './columns.js';
import { KnownIds } from './known-ids.js';

/** Making the index of ids takes 15 ms for 50,000 rows, and looking for ids in so many rows without it as long. */
const MOST_UNINDEXED = 20_000;

/**
 * Which papers are stored, for a load: of each of millions it is asked before it is written, and nearly always the answer
 * is no. To know it without a look into the table saves not only the look, but the index of ids that it would need, made
 * anew as the table grows.
 *
 * Nobody else may write meanwhile.
 */
export class LoadingIds {
  #known: Promise<KnownIds> | null = null;
  /** Rows that the index of ids lacks. */
  #unindexed: number | null = null;

  /** Those of the ids that have to be looked for. The others are not stored. */
  async knownOf(table: Table, ids: readonly string[]): Promise<string[]> {
    const known = await this.#ids(table);
    return ids.filter((id) => known.has(id));
  }

  /** Before the papers are written: what fails may have been written all the same. */
  async willWrite(table: Table, ids: readonly string[]): Promise<void> {
    const known = await this.#ids(table);
    ids.forEach((id) => {
      known.add(id);
    });
    this.#unindexed = (await this.#countUnindexed(table)) + ids.length;
  }

  /** Before papers are looked for: that must not take longer with every paper written. A write by itself. */
  async makeFindable(table: Table): Promise<void> {
    if ((await this.#countUnindexed(table)) < MOST_UNINDEXED) return;
    await table.createIndex(ID, { config: Index.btree(), replace: true });
    this.#unindexed = 0;
  }

  /** What was known of the table: it may be another one now. */
  forget(): void {
    this.#known = null;
    this.#unindexed = null;
  }

  #ids(table: Table): Promise<KnownIds> {
    return (this.#known ??= KnownIds.read(table));
  }

  async #countUnindexed(table: Table): Promise<number> {
    return (this.#unindexed ??= await countUnindexed(table));
  }
}

async function countUnindexed(table: Table): Promise<number> {
  const index = (await table.listIndices()).find(({ columns }) => columns.includes(ID));
  return index ? (index.numUnindexedRows ?? 0) : table.countRows();
}
