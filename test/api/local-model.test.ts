import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { toDumpRecords, writeDump } from '../support/kaggle-records.js';
import { writeBundledModel } from '../support/model-folder.js';
import { runPaperql } from '../support/process.js';
import { openLanceStore } from '../support/lance-store.js';

const PROMPTS = { prompts: { query: 'query: ', passage: 'passage: ' } };

let directory: string;
let dump: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'paperql-own-model-'));
  await writeBundledModel(path.join(directory, 'own'), { 'config_sentence_transformers.json': PROMPTS });
  dump = await writeDump(directory, 'dump.json', toDumpRecords(3));
});
afterAll(() => rm(directory, { recursive: true }));

const ingest = (settings: Record<string, string>) => runPaperql(['ingest', dump], settings, directory);

test('a collection records the model in LOCAL_MODEL_DIR, and rejects another one', async () => {
  expect(await ingest({ LOCAL_MODEL_DIR: 'own' })).toMatchObject({ code: 0 });
  const store = await openLanceStore({ dataDir: path.join(directory, 'data'), collection: 'arxiv_papers' });
  const info = await store.describe();
  await store.close();
  expect(info?.metadata).toMatchObject({
    embedder: expect.stringMatching(/^local:own@[0-9a-f]{12}$/),
    dimension: 384,
    query_prefix: 'query: ',
    document_prefix: 'passage: ',
  });

  const bundled = await ingest({});
  expect([bundled.code, bundled.stderr]).toEqual([
    1,
    expect.stringMatching(
      /embeddings of local:own@\w+ \(384 dimensions\), but the configured embedder is local:all-Mini/,
    ),
  ]);
  const prefixed = await ingest({ LOCAL_MODEL_DIR: 'own', EMBEDDING_QUERY_PREFIX: 'q: ' });
  expect([prefixed.code, prefixed.stderr]).toEqual([
    1,
    expect.stringMatching(/"passage: " before documents/),
  ]);

  await writeBundledModel(path.join(directory, 'own'), {
    'sentence_bert_config.json': { max_seq_length: 64 },
  });
  const shorter = await ingest({ LOCAL_MODEL_DIR: 'own' });
  expect([shorter.code, shorter.stderr]).toEqual([
    1,
    expect.stringMatching(/local:own@\w+ .*is local:own@\w+/),
  ]);
}, 60_000);

test('a folder without a model stops the start with a list of what is missing', async () => {
  const { code, stderr } = await ingest({ LOCAL_MODEL_DIR: '.' });
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^LOCAL_MODEL_DIR: .*\n {2}modules.json is missing\n/),
  ]);
  expect(stderr).not.toMatch(/ at .*:\d+/);
});
