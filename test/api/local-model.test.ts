import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { toDumpRecord, toDumpRecords, writeDump } from '../support/kaggle-records.js';
import { writeBundledModel } from '../support/model-folder.js';
import { runPaperql } from '../support/process.js';
import type { Summary } from '../../src/ingest/summary.js';
import { toPointId } from '../../src/papers/point-id.js';
import { openLanceStore } from '../../src/store/lance/store.js';

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

test('a collection remembers the model of LOCAL_MODEL_DIR, and refuses another one', async () => {
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

test('a folder that is no model ends the start with a list of what is missing', async () => {
  const { code, stderr } = await ingest({ LOCAL_MODEL_DIR: '.' });
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^LOCAL_MODEL_DIR: .*\n {2}modules.json is missing\n/),
  ]);
  expect(stderr).not.toMatch(/ at .*:\d+/);
});

test('a changed paper is embedded where the model reads the change, and keeps its own embedding where it is after the cut', async () => {
  const [early, long] = ['What is changed is read. ', 'Each of these words is a token. '.repeat(30)];
  const supplied = Array.from({ length: 384 }, (_, at) => Math.sin(at + 1));
  const before = [
    toDumpRecord(0, { abstract: long }),
    toDumpRecord(1, { abstract: long }),
    toDumpRecord(2, { abstract: long, embedding: supplied }),
  ];
  const after = [
    toDumpRecord(0, { abstract: `${long} The end.` }),
    toDumpRecord(1, { abstract: early + long }),
    toDumpRecord(2, { abstract: `${long} The end.` }),
  ];
  const load = async (records: readonly unknown[], dataDir: string, ...args: string[]) => {
    const file = await writeDump(directory, 'changes.json', records);
    const run = ['ingest', '--json', '--embedding-model', 'all-MiniLM-L6-v2', ...args, file];
    const { stdout } = await runPaperql(run, { DATA_DIR: dataDir }, directory);
    return (JSON.parse(stdout) as Summary).counts;
  };
  const read = async (dataDir: string) => {
    const store = await openLanceStore({
      dataDir: path.join(directory, dataDir),
      collection: 'arxiv_papers',
    });
    const ids = after.map(({ id }) => toPointId(id));
    const [papers, vectors] = [await store.retrieve(ids, ['abstract']), await store.vectors(ids)];
    await store.close();
    return ids.map((id) => [papers.get(id)?.payload.abstract, vectors.get(id)]);
  };

  expect(await load(before, 'kept')).toMatchObject({ new: 3, embedded: 2 });
  // How much of its text an embedding is of that came with a record, nobody knows.
  expect(await load(after, 'kept', '--dry-run')).toMatchObject({ updated: 3, embedded: 2 });
  expect(await load(after, 'kept')).toMatchObject({ updated: 3, embedded: 2 });
  expect(await load(after, 'fresh')).toMatchObject({ new: 3, embedded: 3 });
  expect(await read('kept')).toEqual(await read('fresh'));
}, 60_000);
