import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { METADATA, paper } from '../../contract/paper-points.js';
import { connect, openLanceStore } from '../../support/lance-store.js';
import type { PaperStore } from '../../../src/store/store.js';

describe('a store opened for loading', () => {
  let dataDir: string;
  let stores: PaperStore[];
  beforeEach(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'paperql-loading-'));
    stores = [];
  });
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await rm(dataDir, { recursive: true });
  });
  const open = async () => {
    const store = await openLanceStore({ dataDir, collection: 'papers', isLoading: true });
    stores.push(store);
    return store;
  };
  const indexedIds = async () => {
    const connection = await connect(dataDir);
    const indexes = await (await connection.openTable('papers')).listIndices();
    return indexes.find(({ columns }) => columns.includes('id'))?.numIndexedRows ?? 0;
  };

  test('finds papers stored by an earlier store and by itself', async () => {
    const [first, second] = [paper('2401.00001', [1, 0, 0, 0]), paper('2401.00002', [0, 1, 0, 0])];
    const earlier = await open();
    await earlier.create(METADATA);
    await earlier.upsert([first]);
    const store = await open();
    expect(await storedOf(store, [first.id, second.id])).toEqual([first.id]);
    await store.upsert([second], { areNew: true });
    expect(await storedOf(store, [first.id, second.id])).toEqual([first.id, second.id]);
  });

  test('indexes ids if there are many to look up, but not while all papers are new', async () => {
    const store = await open();
    await store.create(METADATA);
    const papers = Array.from({ length: 20_001 }, (_, at) => paper(`2401.${at + 10_000}`, [1, 0, 0, 0]));
    const ids = papers.map(({ id }) => id);
    expect(await storedOf(store, ids)).toEqual([]);
    await store.upsert(papers, { areNew: true });
    expect(await indexedIds()).toBe(0);
    expect(await storedOf(store, [...uuids(10), ...ids.slice(0, 10)])).toEqual(ids.slice(0, 10));
    expect(await indexedIds()).toBe(papers.length);
  });
});

async function storedOf(store: PaperStore, ids: readonly string[]): Promise<string[]> {
  const found = await store.retrieve(ids, ['content_hash']);
  return ids.filter((id) => found.has(id));
}

function uuids(count: number): string[] {
  return Array.from({ length: count }, () => randomUUID());
}
