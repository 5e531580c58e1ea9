import type { Table } from '@lancedb/lancedb';
import { z } from 'zod';

import { readAddresses, type RowAddress } from './decode-rows.js';
import { PLACE } from './directory-rows.js';

/** Rows of consecutive places at consecutive addresses, from this one on. */
interface Run {
  place: number;
  address: RowAddress;
}

/** Where the entry of each place lies: looking up rows by address takes a third of the time of looking them up by offset. */
export type Addresses = readonly Run[];

const StoredAddresses = z
  .array(z.tuple([z.int(), z.string().regex(/^\d+$/)]))
  .transform((runs) => runs.map(([place, address]): Run => ({ place, address: BigInt(address) })));

/** Of a table of entries that will not be written any more: one run for each of its files. */
export async function findAddresses(table: Table): Promise<Addresses> {
  const runs: Run[] = [];
  let next: Run | undefined;
  for await (const batch of table.query().select([PLACE]).withRowId()) {
    const places = batch.getChild(PLACE);
    readAddresses(batch).forEach((address, row) => {
      const place = Number(places?.get(row));
      if (place !== next?.place || address !== next.address) runs.push({ place, address });
      next = { place: place + 1, address: address + 1n };
    });
  }
  return runs.sort((a, b) => a.place - b.place);
}

export function addressOf(addresses: Addresses, place: number): RowAddress {
  const run = addresses.findLast((each) => each.place <= place);
  return run ? run.address + BigInt(place - run.place) : BigInt(place);
}

export function writeAddresses(addresses: Addresses): string {
  return JSON.stringify(addresses.map(({ place, address }) => [place, String(address)]));
}

/** @throws for a text that `writeAddresses` has not written. */
export function parseAddresses(text: string): Addresses {
  return StoredAddresses.parse(JSON.parse(text));
}
