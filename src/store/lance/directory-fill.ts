import type { Connection, Table } from '@lancedb/lancedb';

import { findAddresses, type Addresses } from './directory-addresses.js';
import { createPostings } from './directory-postings.js';
import {
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
import { entryKeys, entryPrefixes, keyToken, type DirectoryEntry } from '../directory.js';

/** Rows of one write: few files, and little memory. */
const ROWS_AT_ONCE = 20_000;

export interface FilledTables {
  /** Entries, best first. */
  name: string;
  /** What they are found by. */
  postings: string;
  /** Entries as they come; the caller's to drop. */
  scratch: string;
}

/**
 * Makes the tables of the entries. They are written as they come to `scratch` first, and put in order by their ranks, which
 * are all that is held in memory for it: 20 bytes for each.
 *
 * None of the tables may exist.
 *
 * @returns where the entries lie.
 */
export async function fillTables(
  connection: Connection,
  { name, postings, scratch }: FilledTables,
  entries: AsyncIterable<readonly DirectoryEntry[]>,
): Promise<Addresses> {
  const unsorted = await connection.createEmptyTable(scratch, UNSORTED_SCHEMA);
  for await (const batch of inBatches(entries)) await unsorted.add(toUnsortedTable(batch));
  const table = await connection.createEmptyTable(name, SCHEMA);
  const writer = await createPostings(connection, postings);
  let place = 0;
  for await (const batch of bestFirst(unsorted)) {
    await table.add(toEntryTable(batch, place));
    for (const entry of batch)
      await writer.add([...entryPrefixes(entry), ...entryKeys(entry).map(keyToken)], place++);
  }
  await writer.finish();
  unsorted.close();
  if (place > 0) await table.optimize({ cleanupOlderThan: new Date() });
  const addresses = await findAddresses(table);
  table.close();
  return addresses;
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
