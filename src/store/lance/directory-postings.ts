import { type Connection, Index, type Table } from '@lancedb/lancedb';
import { Binary, type Data, Field, makeData, Schema, Utf8 } from 'apache-arrow';
import { LRUCache } from 'lru-cache';

import { tableOf, utf8 } from './columns.js';
import { quoteAll } from './sql.js';
import { inParts } from '../../in-parts.js';

/** Places of entries in the directory, ascending: the best entry is at 0. */
export type Places = Uint32Array;

const TOKEN = 'token';
const PLACES = 'places';
const SCHEMA = new Schema([new Field(TOKEN, new Utf8(), false), new Field(PLACES, new Binary(), false)]);

/** Places that are gathered in memory before they are written: some 50 bytes each. */
const MOST_GATHERED = 2_000_000;
/** Tokens of one query: the engine's parser reads so many in a millisecond. */
const TOKENS_AT_ONCE = 1_000;
const MOST_KEPT_BYTES = 16 * 1024 ** 2;
/** What a kept list takes beside its numbers, about. */
const KEPT_OVERHEAD_BYTES = 300;

export interface PostingsWriter {
  /** @param place higher than all before. */
  add(tokens: readonly string[], place: number): Promise<void>;
  /** Writes what is left, and the index. */
  finish(): Promise<void>;
}

/**
 * A table that says for each token at which places it stands: an inverted index. A token has a row for each time that
 * memory was full.
 *
 * The engine's own index of lists is read whole when it is first used, 1.7 s of processor time and 180 MiB for 50,000
 * papers; of the tree over these tokens only those pages are read that a query needs, however many there are.
 */
export async function createPostings(
  connection: Connection,
  name: string,
  mostGathered = MOST_GATHERED,
): Promise<PostingsWriter> {
  const table = await connection.createEmptyTable(name, SCHEMA);
  let gathered = new Map<string, number[]>();
  let size = 0;

  async function write(): Promise<void> {
    if (size === 0) return;
    const rows = toRows(gathered);
    gathered = new Map();
    size = 0;
    await table.add(rows);
  }

  return {
    async add(tokens, place) {
      for (const token of tokens) {
        const places = gathered.get(token);
        if (places) places.push(place);
        else gathered.set(token, [place]);
      }
      size += tokens.length;
      if (size >= mostGathered) await write();
    },
    async finish() {
      await write();
      if ((await table.countRows()) > 0) await table.createIndex(TOKEN, { config: Index.btree() });
      table.close();
    },
  };
}

/** In the order of their tokens, so that what begins alike lies together. */
function toRows(postings: ReadonlyMap<string, readonly number[]>) {
  const tokens = [...postings.keys()].sort();
  const lists = tokens.map((token) => postings.get(token) ?? []);
  return tableOf({
    [TOKEN]: utf8(tokens),
    [PLACES]: toBinary(lists),
  });
}

/** Each list as numbers of 32 bits. */
function toBinary(lists: readonly (readonly number[])[]): Data<Binary> {
  const valueOffsets = new Int32Array(lists.length + 1);
  lists.forEach((list, row) => {
    valueOffsets[row + 1] = (valueOffsets[row] ?? 0) + list.length * Uint32Array.BYTES_PER_ELEMENT;
  });
  const numbers = new Uint32Array((valueOffsets.at(-1) ?? 0) / Uint32Array.BYTES_PER_ELEMENT);
  let at = 0;
  for (const list of lists) for (const place of list) numbers[at++] = place;
  return makeData({
    type: new Binary(),
    length: lists.length,
    nullCount: 0,
    valueOffsets,
    data: new Uint8Array(numbers.buffer),
  });
}

/** Where each of the tokens stands; a token that stands nowhere is left out. */
export type PostingsReader = (tokens: Iterable<string>) => Promise<Map<string, Places>>;

/**
 * Reads a table that will not be written any more. What was asked for last is kept in memory, up to a bound: whoever types
 * begins with the letters that everybody begins with, and these have the longest lists.
 */
export function createPostingsReader(table: Table): PostingsReader {
  const kept = new LRUCache<string, Places>({
    maxSize: MOST_KEPT_BYTES,
    sizeCalculation: (places) => places.byteLength + KEPT_OVERHEAD_BYTES,
  });
  return async (tokens) => {
    const known = new Map<string, Places>();
    const missing: string[] = [];
    for (const token of tokens) {
      const places = kept.get(token);
      if (places) known.set(token, places);
      else missing.push(token);
    }
    for (const [token, places] of await readPostings(table, missing)) {
      kept.set(token, places);
      known.set(token, places);
    }
    return known;
  };
}

async function readPostings(table: Table, tokens: readonly string[]): Promise<Map<string, Places>> {
  const parts = inParts(tokens, TOKENS_AT_ONCE);
  const found = new Map<string, Piece[]>();
  for (const piece of (await Promise.all(parts.map((part) => readPieces(table, part)))).flat()) {
    const known = found.get(piece.token);
    if (known) known.push(piece);
    else found.set(piece.token, [piece]);
  }
  return new Map([...found].map(([token, pieces]) => [token, join(pieces)]));
}

interface Piece {
  token: string;
  places: Places;
}

async function readPieces(table: Table, tokens: readonly string[]): Promise<Piece[]> {
  const rows = await table
    .query()
    .where(`${TOKEN} IN (${quoteAll(tokens)})`)
    .toArrow();
  const [token, places] = [TOKEN, PLACES].map((name) => rows.getChild(name));
  return Array.from({ length: rows.numRows }, (_, row) => ({
    token: String(token?.get(row)),
    places: toPlaces(places?.get(row)),
  }));
}

function toPlaces(bytes: unknown): Places {
  // A copy, since numbers must begin at a multiple of their size.
  return bytes instanceof Uint8Array ? new Uint32Array(bytes.slice().buffer) : new Uint32Array();
}

function join(pieces: Piece[]): Places {
  const [only] = pieces;
  if (only && pieces.length === 1) return only.places;
  const places = new Uint32Array(pieces.reduce((size, piece) => size + piece.places.length, 0));
  let at = 0;
  for (const piece of pieces.sort((a, b) => (a.places[0] ?? 0) - (b.places[0] ?? 0))) {
    places.set(piece.places, at);
    at += piece.places.length;
  }
  return places;
}
