import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { arxivIds, METADATA, paper, searchOne } from '../../contract/paper-points.js';
import { prepareCollection } from '../../../src/ingest/collection.js';
import { checkCollection, checkVectors, toMetadata } from '../../../src/store/check-collection.js';
import { LAYOUT_VERSION } from '../../../src/store/layout.js';
import { connect, Index, openLanceStore } from '../../support/lance-store.js';
import type { CollectionInfo, PaperStore } from '../../../src/store/store.js';

const EMBEDDER = { id: METADATA.embedder, dimension: 4, prefixes: { query: '', passage: '' } };
const PAPERS = [
  paper('2406.00001', [1, 0, 0, 0], { title: 'Schrödinger operators and the ℓ1 norm' }),
  paper('2406.00002', [1, 1, 0, 0], { title: 'A galaxy' }),
  paper('2406.00003', [0, 0, 0, 0], { title: 'Nowhere' }),
];

let dataDir: string;
let store: PaperStore;
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'paperql-renew-'));
  await makeOldCollection();
  store = await openLanceStore({ dataDir, collection: 'old' });
});
afterEach(async () => {
  await store.close();
  await rm(dataDir, { recursive: true });
});

/** As in layout 1: texts, which the engine stems and then folds, and the words of texts in another column. */
async function makeOldCollection(): Promise<void> {
  const made = await openLanceStore({ dataDir, collection: 'old' });
  await made.create({ ...toMetadata(EMBEDDER), layout_version: 1 });
  await made.upsert(PAPERS);
  await made.close();
  const connection = await connect(dataDir);
  const table = await connection.openTable('old');
  for (const { payload } of PAPERS) {
    await table.update({
      values: { bm25_text: payload.title, payload: JSON.stringify(payload) },
      where: `f_id = '${payload.id}'`,
    });
  }
  await table.addColumns([{ name: 's_title', valueSql: "' a '" }]);
  await table.createIndex('s_title', { config: Index.fts() });
  await table.dropIndex('bm25_text_idx');
  await table.createIndex('bm25_text', { config: Index.fts({ stem: true, asciiFolding: true }) });
  connection.close();
}

async function describe(): Promise<CollectionInfo> {
  const info = await store.describe();
  if (!info) throw new Error('there is no collection');
  return info;
}

const find = async (text: string) => arxivIds(await searchOne(store, { ranking: { kind: 'keyword', text } }));

test('a collection of layout 1 is not served, and the error names the command', async () => {
  const info = await describe();
  expect(() => {
    checkCollection(info, EMBEDDER);
  }).toThrow(/has layout 1, .*paperql repair/);
  expect(() => {
    checkVectors(info, EMBEDDER);
  }).not.toThrow();
});

test('a collection of a future layout is rejected by everything', async () => {
  const info = await describe();
  const metadata = { ...toMetadata(EMBEDDER), layout_version: 99 };
  expect(() => {
    checkVectors({ ...info, metadata }, EMBEDDER);
  }).toThrow(/has layout 99 .*Load the papers again/);
});

test('a load upgrades it: words are found, and papers and vectors do not change', async () => {
  expect(await find('Schrödinger')).toEqual([]);
  const before = await store.vectors(PAPERS.map(({ id }) => id));
  await prepareCollection(store, { ...EMBEDDER, embed: () => Promise.resolve([]) } as never, {});
  const info = await describe();
  expect(info).toMatchObject({ count: 3, metadata: toMetadata(EMBEDDER) });
  checkCollection(info, EMBEDDER);
  expect(await find('Schrödinger')).toEqual(['2406.00001']);
  expect(await find('galaxies')).toEqual(['2406.00002']);
  expect(await store.count({ must: [{ key: 'title', match: { text: 'l1' } }] })).toBe(1);
  const byAuthor = { must: [{ key: 'author_keys', match: { value: 'ada lovelace' } }] };
  const byPhrase = { must: [{ key: 'title', match: { phrase: 'operators and the' } }] };
  expect(await store.counts([byAuthor, byPhrase])).toEqual([3, 1]);
  expect(await store.vectors(PAPERS.map(({ id }) => id))).toEqual(before);
  const papers = await store.retrieve(
    PAPERS.map(({ id }) => id),
    ['title'],
  );
  expect(PAPERS.map(({ id }) => papers.get(id)?.payload.title)).toEqual(
    PAPERS.map(({ payload }) => payload.title),
  );
});

test('upgrading again, then writing and optimizing, keep it searchable', async () => {
  await store.renew();
  await store.renew();
  await store.upsert([paper('2406.00004', [0, 0, 0, 1], { title: 'Poincaré maps' })]);
  await store.optimize();
  expect(await find('Poincare')).toEqual(['2406.00004']);
  expect(await find('schrodinger')).toEqual(['2406.00001']);
  expect((await describe()).metadata?.layout_version).toBe(LAYOUT_VERSION);
});
