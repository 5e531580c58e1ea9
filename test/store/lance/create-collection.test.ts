import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { connect, type SchemaLike } from '@lancedb/lancedb';
import { createCollection } from '../../../src/store/lance/collection.js';
import { openLanceStore } from '../../../src/store/lance/store.js';
import type { PaperStore } from '../../../src/store/store.js';
import { METADATA } from '../../contract/paper-points.js';

let dataDir: string;
let store: PaperStore;
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'paperql-create-'));
  store = await openLanceStore({ dataDir, collection: 'papers' });
});
afterEach(async () => {
  await store.close();
  await rm(dataDir, { recursive: true });
});

/** Creates only the table of the collection, and never its keyword index. */
async function createHalf(): Promise<void> {
  const connection = await connect(dataDir);
  const createEmptyTable = connection.createEmptyTable.bind(connection);
  await new Promise<void>((reached) => {
    const halfway = Object.assign(connection, {
      async createEmptyTable(name: string, schema: SchemaLike) {
        const table = await createEmptyTable(name, schema);
        return Object.assign(table, {
          createIndex() {
            reached();
            return new Promise(() => undefined);
          },
        });
      },
    });
    void createCollection(halfway, dataDir, 'papers', METADATA);
  });
}

test('an unfinished collection does not exist, and can be created', async () => {
  await createHalf();
  expect(await store.describe()).toBeNull();
  await store.create(METADATA);
  expect(await store.describe()).toMatchObject({ count: 0, metadata: METADATA, missingIndexes: [] });
});

test('if two create a collection at once, one succeeds', async () => {
  const other = await openLanceStore({ dataDir, collection: 'papers' });
  const outcomes = await Promise.allSettled([store.create(METADATA), other.create(METADATA)]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { message: expect.stringMatching(/papers already exists/) },
  });
  expect(await readdir(dataDir)).toEqual(['papers.lance']);
  await other.close();
});

test('the remaining folder of a deleted collection does no harm', async () => {
  await mkdir(path.join(dataDir, 'papers.lance', 'data'), { recursive: true });
  await writeFile(path.join(dataDir, 'papers.lance', 'data', 'left.lance'), '');
  await store.create(METADATA);
  expect(await store.describe()).toMatchObject({ count: 0 });
});

test('creating the collection removes what a killed process left unfinished an hour ago', async () => {
  await createHalf();
  const [draft = ''] = await readdir(dataDir);
  expect(draft).toMatch(/^papers\.draft-/);
  const longAgo = new Date(Date.now() - 2 * 60 * 60_000);
  await utimes(path.join(dataDir, draft), longAgo, longAgo);
  await store.create(METADATA);
  expect(await readdir(dataDir)).toEqual(['papers.lance']);
});
