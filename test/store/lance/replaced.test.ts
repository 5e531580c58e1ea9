import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { arxivIds, METADATA, paper, searchOne, selectedBy } from '../../contract/paper-points.js';
import { openLanceStore } from '../../support/lance-store.js';
import type { Filter } from '../../../src/store/filter.js';
import type { PaperPoint, PaperStore } from '../../../src/store/store.js';

/** The indexes are built concurrently, and finish in a different order each time. */
const COLLECTIONS = 4;
const ROWS = 30;

let dataDir: string;
let opened: PaperStore[];

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'paperql-replaced-'));
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  await rm(dataDir, { recursive: true });
});

test('a collection that replaces another one is indexed and searched by its own indexes', async () => {
  const store = await open();
  for (let at = 0; at < COLLECTIONS; at++) {
    await make(store, at);
    await expectFound(store, at);
    await store.drop();
  }
});

test('a collection that another process replaces is searched by its own indexes', async () => {
  const [writer, reader] = [await open(), await open()];
  for (let at = 0; at < COLLECTIONS; at++) {
    await make(writer, at);
    await expectFound(reader, at);
    await writer.drop();
  }
});

async function make(store: PaperStore, at: number): Promise<void> {
  await store.create(METADATA);
  await store.upsert(papersOf(at));
  await store.optimize();
}

/** The words and categories of the previous collection, in other rows and papers. */
function papersOf(at: number): PaperPoint[] {
  return Array.from({ length: ROWS }, (_, row) =>
    paper(idOf(at, row), [1, row, 0, 0], {
      title: `Paper number ${(row + at) % ROWS}`,
      categories: [`cs.A${(row + at) % ROWS}`],
    }),
  );
}

async function expectFound(store: PaperStore, at: number): Promise<void> {
  const row = 7;
  const number = (row + at) % ROWS;
  const byWord = await searchOne(store, { ranking: { kind: 'keyword', text: `number ${number}` }, limit: 1 });
  expect(arxivIds(byWord)).toEqual([idOf(at, row)]);
  const filter: Filter = { must: [{ key: 'categories', match: { value: `cs.A${number}` } }] };
  expect(await selectedBy(store, filter)).toEqual([idOf(at, row)]);
}

function idOf(at: number, row: number): string {
  return `2401.${String(at * ROWS + row).padStart(5, '0')}`;
}

async function open(): Promise<PaperStore> {
  const store = await openLanceStore({ dataDir, collection: 'papers' });
  opened.push(store);
  return store;
}
