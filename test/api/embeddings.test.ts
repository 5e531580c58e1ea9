import { existsSync } from 'node:fs';
import { copyFile, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { startFragileQdrant, type FragileQdrant } from '../support/fragile-qdrant.js';
import { toDumpRecords, writeDump } from '../support/kaggle-records.js';
import { runPaperql } from '../support/process.js';
import type { QdrantRequest } from '../support/qdrant-server.js';
import { startSyncing, toArxivPaper, type Syncing } from '../support/syncing.js';
import { toPointId } from '../../src/papers/point-id.js';
import type { PaperStore } from '../../src/store/store.js';

const PAPERS = 30;
/** Half precision has eleven significant bits. */
const DIGITS = 3;

/** Papers in `data`, exported to `all.safetensors`. */
let loading: Syncing;
let dump: string;
const file = () => path.join(loading.directory, 'all.safetensors');
beforeAll(async () => {
  const papers = Array.from({ length: 4 }, (_, index) => toArxivPaper(index, 1));
  loading = await startSyncing({ papers, pageSize: 10 });
  dump = await writeDump(loading.directory, 'dump.json', toDumpRecords(PAPERS));
  await loading.summaryOf(0, dump);
  expect(await embeddings(['export', 'all.safetensors', '--json'])).toMatchObject({ code: 0, stderr: '' });
}, 60_000);
afterAll(() => loading.close());

function embeddings(args: string[], settings: Record<string, string> = {}) {
  return runPaperql(['embeddings', ...args], { ...loading.environment, ...settings }, loading.directory);
}

/** The summary of a load into another data folder. */
async function load(dataDir: string, ...args: string[]) {
  const environment = { ...loading.environment, DATA_DIR: dataDir };
  const { code, stdout, stderr } = await runPaperql(
    ['ingest', '--json', ...args],
    environment,
    loading.directory,
  );
  expect(`${code}: ${stderr}`).toMatch(/^0: /);
  return JSON.parse(stdout) as { status: string; counts: Record<string, number> };
}

const ids = toDumpRecords(PAPERS).map(({ id }) => toPointId(id));
const readVectors = (store: PaperStore) => store.vectors(ids);

async function expectSameVectors(dataDir: string): Promise<void> {
  const expected = await loading.withStore(readVectors);
  const found = await loading.withStore(readVectors, dataDir);
  expect(found.size).toBe(PAPERS);
  for (const [id, vector] of expected) {
    const close = Array.from(vector, (number): unknown => expect.closeTo(number, DIGITS));
    expect(Array.from(found.get(id) ?? [])).toEqual(close);
  }
}

describe('a load of another corpus', () => {
  test('uses the imported embedding of every text that has one, and embeds the rest', async () => {
    const settings = { DATA_DIR: 'other' };
    const verified = await embeddings(['import', 'all.safetensors', '--dry-run', '--json'], settings);
    expect(JSON.parse(verified.stdout)).toMatchObject({ status: 'verified', embeddings: PAPERS });
    expect(existsSync(path.join(loading.directory, 'other'))).toBe(false);
    const imported = await embeddings(['import', 'all.safetensors', '--json'], settings);
    expect(JSON.parse(imported.stdout)).toMatchObject({
      status: 'imported',
      embeddings: PAPERS,
      embedder: 'openai:small',
      dimension: 8,
      embedded_text: 'title. abstract',
    });

    // Two new papers, and one with a different abstract.
    const changed = await writeDump(
      loading.directory,
      'changed.json',
      toDumpRecords(PAPERS + 2, (at) => (at === 3 ? { abstract: 'Another.' } : {})),
    );
    loading.openai.calls.length = 0;
    const planned = await load('other', '--dry-run', changed);
    expect(planned.counts).toMatchObject({ new: PAPERS + 2, imported: PAPERS - 1, embedded: 3 });
    expect(loading.embeddedTexts()).toEqual([]);
    const done = await load('other', changed);
    expect(done.counts).toMatchObject({ new: PAPERS + 2, imported: PAPERS - 1, embedded: 3 });
    expect(done.counts['tokens']).toBe(planned.counts['tokens']);
    expect(loading.embeddedTexts()).toHaveLength(3);

    expect((await load('other', dump)).counts).toMatchObject({ updated: 1, imported: 1, embedded: 0 });
    await expectSameVectors('other');
  }, 60_000);

  test('reports how many it used', async () => {
    await embeddings(['import', 'all.safetensors'], { DATA_DIR: 'told' });
    const environment = { ...loading.environment, DATA_DIR: 'told' };
    const { stdout } = await runPaperql(['ingest', dump], environment, loading.directory);
    expect(stdout).toMatch(/imported embeddings\s+30\n\s+embedded\s+0\n/);
  }, 60_000);

  test('uses nothing from another model, and does not fail because of it', async () => {
    await embeddings(['import', 'all.safetensors'], { DATA_DIR: 'both' });
    const environment = { ...loading.environment, DATA_DIR: 'both', OPENAI_EMBEDDING_MODEL: 'other' };
    const { code, stdout } = await runPaperql(['ingest', '--json', dump], environment, loading.directory);
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { counts: { imported: 0, embedded: PAPERS } }]);
  }, 60_000);

  test('does not start if an imported file has been damaged since', async () => {
    await embeddings(['import', 'all.safetensors'], { DATA_DIR: 'rotten' });
    const folder = path.join(loading.directory, 'rotten', 'embeddings');
    const [name = ''] = await readdir(folder);
    await truncate(path.join(folder, name), 400);
    const environment = { ...loading.environment, DATA_DIR: 'rotten' };
    const { code, stderr } = await runPaperql(['ingest', dump], environment, loading.directory);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/rotten.embeddings.\w+.safetensors is truncated/),
    ]);
    expect(await readdir(path.join(loading.directory, 'rotten'))).toEqual(['embeddings']);
  }, 60_000);
});

test('a sync uses imported embeddings, too', async () => {
  await embeddings(['import', 'all.safetensors'], { DATA_DIR: 'synced' });
  const environment = { ...loading.environment, DATA_DIR: 'synced' };
  const args = ['sync', '--json', '--set', 'cs:cs:LG'];
  const planned = await runPaperql([...args, '--dry-run'], environment, loading.directory);
  expect(JSON.parse(planned.stdout)).toMatchObject({ counts: { new: 4, imported: 4, embedded: 0 } });
  const done = await runPaperql(args, environment, loading.directory);
  expect(JSON.parse(done.stdout)).toMatchObject({ counts: { new: 4, imported: 4, embedded: 0 } });
}, 60_000);

test('embeddings move from the embedded store to a Qdrant server and back', async () => {
  const qdrant = await startFragileQdrant();
  try {
    const settings = {
      STORE: 'qdrant',
      QDRANT_URL: qdrant.url,
      DATA_DIR: 'beside',
      QDRANT_COLLECTION: 'moved',
    };
    await embeddings(['import', 'all.safetensors'], settings);
    const environment = { ...loading.environment, ...settings };
    const loaded = await runPaperql(['ingest', '--json', dump], environment, loading.directory);
    expect(JSON.parse(loaded.stdout)).toMatchObject({ counts: { imported: PAPERS, embedded: 0 } });
    const back = await embeddings(['export', 'back.safetensors'], settings);
    expect([back.code, back.stderr]).toEqual([0, '']);
    await qdrant.drop('moved');
  } finally {
    await qdrant.close();
  }
  await embeddings(['import', 'back.safetensors'], { DATA_DIR: 'back' });
  expect((await load('back', dump)).counts).toMatchObject({ imported: PAPERS, embedded: 0 });
  await expectSameVectors('back');
}, 60_000);

describe('an export from a Qdrant server', () => {
  let qdrant: FragileQdrant;
  const settings = () => ({
    STORE: 'qdrant',
    QDRANT_URL: qdrant.url,
    DATA_DIR: 'changing',
    QDRANT_COLLECTION: 'changing',
  });
  beforeAll(async () => {
    qdrant = await startFragileQdrant();
    const environment = { ...loading.environment, ...settings() };
    const { code } = await runPaperql(['ingest', dump], environment, loading.directory);
    expect(code).toBe(0);
  }, 60_000);
  afterAll(async () => {
    await qdrant.drop('changing');
    await qdrant.close();
  });

  const readsVectors = ({ method, path: place, body }: QdrantRequest) =>
    method === 'POST' && place === '/collections/changing/points' && hasVectors.safeParse(body).success;
  const hasVectors = z.object({ with_vector: z.array(z.string()) });

  async function exportInto(name: string) {
    const { code, stdout, stderr } = await embeddings(['export', name, '--json'], settings());
    expect(`${code}: ${stderr}`).toMatch(/^0: /);
    return { told: JSON.parse(stdout) as { embeddings: number }, stderr };
  }

  test('leaves out a paper whose abstract is revised while its embedding is read', async () => {
    qdrant.beforeNext(readsVectors, async () => {
      const [point] = await qdrant.readPoints('changing', ids.slice(0, 1));
      const points = [{ ...point, payload: { ...point?.payload, abstract: 'Revised.' } }];
      await qdrant.change('PUT', '/collections/changing/points?wait=true', { points });
    });
    const { told } = await exportInto('revised.safetensors');
    expect(told).toMatchObject({ embeddings: PAPERS - 1 });
  }, 60_000);

  test.each<[string, (request: QdrantRequest) => boolean]>([
    ['papers', ({ path: place }) => place.endsWith('/points/scroll')],
    ['embeddings', readsVectors],
  ])(
    'continues after a failure to read %s',
    async (what, isMeant) => {
      qdrant.failNext(3, 'reset', isMeant);
      const { told, stderr } = await exportInto(`${what}.safetensors`);
      expect(told).toMatchObject({ embeddings: PAPERS });
      expect(stderr).toMatch(/; retrying in/);
    },
    60_000,
  );
});

describe('an import is rejected and keeps nothing if the file', () => {
  async function refused(name: string, settings: Record<string, string> = {}) {
    const { code, stdout, stderr } = await embeddings(['import', name], {
      DATA_DIR: 'refusing',
      ...settings,
    });
    expect([code, stdout]).toEqual([1, '']);
    expect(existsSync(path.join(loading.directory, 'refusing', 'embeddings'))).toBe(false);
    return stderr;
  }

  async function writeChanged(change: (bytes: Buffer) => Buffer): Promise<string> {
    await writeFile(path.join(loading.directory, 'changed.safetensors'), change(await readFile(file())));
    return 'changed.safetensors';
  }

  test.each([
    ['is missing', 'nowhere.safetensors', /nowhere.safetensors cannot be read: ENOENT/],
    ['is a folder', 'data', /data is not a file/],
    ['is something else', 'dump.json', /dump.json does not contain embeddings; expected a file from/],
  ])('%s', async (_what, name, sentence) => {
    expect(await refused(name)).toMatch(sentence);
  });

  test('ends too early', async () => {
    const name = await writeChanged((bytes) => bytes.subarray(0, -1));
    expect(await refused(name)).toMatch(/is truncated: it has \d+ bytes; expected \d+/);
  });

  test('has one byte changed', async () => {
    const name = await writeChanged((bytes) => bytes.fill(0x31, bytes.length - 5, bytes.length - 4));
    expect(await refused(name)).toMatch(/is damaged: its content does not match its checksum/);
  });

  test.each([
    [{ OPENAI_EMBEDDING_MODEL: 'other' }, /embeddings of openai:small \(8 dimensions\), but the configured/],
    [{ EMBEDDING_DOCUMENT_PREFIX: 'doc: ' }, /is openai:small \(8 dimensions\) with the document prefix/],
  ])('was made by an embedder other than %j', async (settings, sentence) => {
    expect(await refused('all.safetensors', settings)).toMatch(sentence);
  });
});

describe('an export', () => {
  test('reports the size and writes nothing in a dry run', async () => {
    const told = await embeddings(['export', 'planned.safetensors', '--dry-run', '--json']);
    expect(JSON.parse(told.stdout)).toMatchObject({
      status: 'would be exported',
      embeddings: PAPERS,
      bytes: 960,
    });
    expect(existsSync(path.join(loading.directory, 'planned.safetensors'))).toBe(false);
  });

  test.each([
    ['a file that exists', ['export', 'all.safetensors'], {}, /all.safetensors already exists/],
    ['a folder that does not', ['export', 'no/where.safetensors'], {}, /no does not exist/],
    [
      'a collection that does not',
      ['export', 'new.st'],
      { QDRANT_COLLECTION: 'nothing' },
      /no collection "nothing"/,
    ],
    ['a store that does not', ['export', 'new.st'], { DATA_DIR: 'unmade' }, /There is no collection/],
  ])('rejects %s', async (_what, args, settings, sentence) => {
    const before = await readdir(loading.directory);
    const { code, stderr } = await embeddings(args, settings);
    expect([code, stderr]).toEqual([1, expect.stringMatching(sentence)]);
    expect(await readdir(loading.directory)).toEqual(before);
  });

  test('overwrites what a killed export left', async () => {
    const target = path.join(loading.directory, 'again.safetensors');
    await Promise.all([
      copyFile(file(), `${target}.unfinished`),
      copyFile(file(), `${target}.hashes.unfinished`),
    ]);
    expect((await embeddings(['export', 'again.safetensors'])).code).toBe(0);
    expect(await readFile(target)).toEqual(await readFile(file()));
    expect((await readdir(loading.directory)).filter((name) => name.includes('unfinished'))).toEqual([]);
  });
});
