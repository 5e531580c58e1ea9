import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { NO_PREFIXES, type Embedder } from '../../../src/embedding/embedder.js';
import { ensureSample, readSample } from '../../../src/ingest/sample.js';
import { toPointId } from '../../../src/papers/point-id.js';
import { openLanceStore } from '../../support/lance-store.js';
import type { PaperStore } from '../../../src/store/store.js';

/** The embedder of the sample's embeddings; it is never called. */
const sampleEmbedder: Embedder = {
  id: 'local:all-MiniLM-L6-v2',
  dimension: 384,
  prefixes: NO_PREFIXES,
  embed: () => Promise.reject(new Error('The sample brings its embeddings')),
  countTokens: () => Promise.resolve(0),
  tokensUsed: () => 0,
  check: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

let directory: string;
let store: PaperStore;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'paperql-sample-'));
  store = await openLanceStore({ dataDir: directory, collection: 'arxiv_sample' });
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

test('a sample with more than the bundled papers is replaced', async () => {
  const { length } = await readSample();
  await ensureSample(store, sampleEmbedder);
  await store.upsert([
    {
      id: toPointId('not bundled'),
      vector: new Float32Array(384).fill(1),
      payload: {
        id: 'not bundled',
        title: 'Other',
        abstract: '',
        authors: [],
        categories: [],
        author_keys: [],
        author_names: [],
        archives: [],
        version_count: 0,
      },
    },
  ]);
  expect(await store.count()).toBe(length + 1);

  await ensureSample(store, sampleEmbedder);
  expect(await store.count()).toBe(length);
});
