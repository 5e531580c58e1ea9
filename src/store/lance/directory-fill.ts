import { type Connection, Index, type Table } from '@lancedb/lancedb';

import {
  KEYS,
  PREFIXES,
  RANK,
  SCHEMA,
  SHOWN,
  toEntry,
  toEntryTable,
  toRows,
  toUnsortedTable,
  UNSORTED_SCHEMA,
} from './directory-rows.js';
import { readAddresses, ROW_ADDRESS } from './decode-rows.js';
import type { DirectoryEntry } from '../directory.js';

/** Rows of one write: few files, and little memory. */
const ROWS_AT_ONCE = 20_000;

/**
 * Makes the table `name` of the entries, best first, with its indexes. They are written as they come to a table `scratch`
 * first, and put in order by their ranks, which are all that is held in memory: 20 bytes for each.
 *
 * Neither table may exist. `scratch` is the caller's to drop.
 */
export async function fillTable(
  connection: Connection,
  { name, scratch }: { name: string; scratch: string },
  entries: AsyncIterable<readonly DirectoryEntry[]>,
): Promise<void> {
  const unsorted = await connection.createEmptyTable(scratch, UNSORTED_SCHEMA);
  for await (const batch of inBatches(entries)) await unsorted.add(toUnsortedTable(batch));
  const table = await connection.createEmptyTable(name, SCHEMA);
  for await (const batch of bestFirst(unsorted)) await table.add(toEntryTable(batch));
  unsorted.close();
  if ((await table.countRows()) > 0) {
    await table.optimize({ cleanupOlderThan: new Date() });
    for (const column of [PREFIXES, KEYS]) await table.createIndex(column, { config: Index.labelList() });
  }
  table.close();
}

async function* inBatches(
  entries: AsyncIterable<readonly DirectoryEntry[]>,
): AsyncGenerator<DirectoryEntry[]> {
  let waiting: DirectoryEntry[] = [];
  for await (const batch of entries) {
    waiting.push(...batch);
    if (waiting.length < ROWS_AT_ONCE) continue;
    yield waiting;
    waiting = [];
  }
  if (waiting.length > 0) yield waiting;
}

async function* bestFirst(unsorted: Table): AsyncGenerator<DirectoryEntry[]> {
  if ((await unsorted.countRows()) === 0) return;
  const rows = await unsorted.query().select([RANK]).withRowId().toArrow();
  const ranks = Float64Array.from(rows.getChild(RANK) ?? [], Number);
  const addresses = BigInt64Array.from(readAddresses(rows));
  const order = Uint32Array.from(ranks.keys()).sort((a, b) => (ranks[b] ?? 0) - (ranks[a] ?? 0));
  for (let from = 0; from < order.length; from += ROWS_AT_ONCE) {
    const wanted = Array.from(order.subarray(from, from + ROWS_AT_ONCE), (at) => addresses[at] ?? 0n);
    const taken = await unsorted
      .takeRowIds(wanted)
      .select([ROW_ADDRESS, ...SHOWN])
      .toArrow();
    // They come in the engine's order.
    const found = new Map(toRows(taken).map((row) => [BigInt(String(row[ROW_ADDRESS])), toEntry(row)]));
    yield wanted.flatMap((address) => found.get(address) ?? []);
  }
}
