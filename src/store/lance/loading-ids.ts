import { Index, type Table } from '@lancedb/lancedb';

import { ID } from './columns.js';
import { readIds } from './decode-rows.js';

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
  #known: Promise<Set<number>> | null = null;
  /** Rows that the index of ids lacks. */
  #unindexed: number | null = null;

  /** Those of the ids that have to be looked for. The others are not stored. */
  async knownOf(table: Table, ids: readonly string[]): Promise<string[]> {
    const known = await this.#marks(table);
    return ids.filter((id) => known.has(toMark(id)));
  }

  /** Before the papers are written: what fails may have been written all the same. */
  async willWrite(table: Table, ids: readonly string[]): Promise<void> {
    const known = await this.#marks(table);
    for (const id of ids) known.add(toMark(id));
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

  #marks(table: Table): Promise<Set<number>> {
    return (this.#known ??= readMarks(table));
  }

  async #countUnindexed(table: Table): Promise<number> {
    return (this.#unindexed ??= await countUnindexed(table));
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
