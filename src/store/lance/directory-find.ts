import type { Table } from '@lancedb/lancedb';

import { addressOf, type Addresses } from './directory-addresses.js';
import type { Places, PostingsReader } from './directory-postings.js';
import { PLACE, SHOWN, toEntry, toRows } from './directory-rows.js';
import { intersect, unite } from './places.js';
import { keyToken, prefixToken, type DirectoryEntry, type DirectoryQuery } from '../directory.js';

export interface DirectoryTables {
  entries: Table;
  addresses: Addresses;
  readPostings: PostingsReader;
}

/** Entries of each query, best first: their places are looked up, then the entries of all, once each. */
export async function findEntries(
  tables: DirectoryTables,
  queries: readonly DirectoryQuery[],
): Promise<DirectoryEntry[][]> {
  const tokens = queries.map(toTokens);
  const places = await tables.readPostings(new Set(tokens.flat(3)));
  const found = tokens.map((alternatives, at) => select(alternatives, places, queries[at]?.limit ?? 0));
  const known = await readEntries(tables, new Set(found.flatMap((each) => [...each])));
  return found.map((each) => Array.from(each).flatMap((place) => known.get(place) ?? []));
}

/** An entry fits one of the alternatives, if it has a token of each of its lists. */
function toTokens(query: DirectoryQuery): string[][][] {
  if (query.by === 'prefixes') return [query.prefixes.map((prefix) => [prefixToken(query.kind, prefix)])];
  return query.alternatives.map((lists) => lists.map((keys) => keys.map(keyToken)));
}

function select(
  alternatives: readonly (readonly (readonly string[])[])[],
  known: ReadonlyMap<string, Places>,
  limit: number,
): Places {
  const placesOf = (tokens: readonly string[]) => unite(tokens.flatMap((token) => known.get(token) ?? []));
  const fitting = alternatives.map((lists) => intersect(lists.map(placesOf), limit));
  return unite(fitting).subarray(0, limit);
}

async function readEntries(
  { entries, addresses }: DirectoryTables,
  places: ReadonlySet<number>,
): Promise<Map<number, DirectoryEntry>> {
  if (places.size === 0) return new Map();
  const wanted = Array.from(places, (place) => addressOf(addresses, place));
  const rows = await entries
    .takeRowIds(wanted)
    .select([PLACE, ...SHOWN])
    .toArrow();
  return new Map(toRows(rows).map((row) => [Number(row[PLACE]), toEntry(row)]));
}
