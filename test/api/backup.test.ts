import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, cp, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { toDumpRecord, writeDump } from '../support/kaggle-records.js';
import { startLoading, toVector, type Loading } from '../support/loading.js';
import { finish, runPaperql, spawnPaperql } from '../support/process.js';
import type { PaperStore, SearchRequest } from '../../src/store/store.js';

/** Number of papers of the first load, which searches find, and of the load that runs meanwhile. */
const FIRST = 300;
const MORE = 2_000;

let loading: Loading;
beforeAll(async () => {
  loading = await startLoading();
  const { directory } = loading;
  const first = Array.from({ length: FIRST }, (_, at) => toDumpRecord(at, { embedding: toVector(at) }));
  const more = Array.from({ length: MORE }, (_, at) =>
    toDumpRecord(FIRST + at, { embedding: toVector(FIRST + at), categories: 'hep-th' }),
  );
  await writeDump(directory, 'first.jsonl', first);
  await writeDump(directory, 'more.jsonl', more);
  await loading.summaryOf(0, '--embedding-model', 'small', 'first.jsonl');
}, 60_000);
afterAll(() => loading.close());

async function backup(args: string[], settings: Record<string, string> = {}) {
  const environment = { ...loading.environment, ...settings };
  const { code, stdout, stderr } = await runPaperql(['backup', ...args], environment, loading.directory);
  return { code, said: code === 0 ? '' : stderr, report: code === 0 ? toReport(stdout) : null };
}

function toReport(stdout: string): { status: string; papers: number; collection: string } {
  return JSON.parse(stdout) as { status: string; papers: number; collection: string };
}

/** Searches whose answers the second load does not change. */
async function askGolden(store: PaperStore): Promise<unknown> {
  const rest = { offset: 0, limit: 10, window: 50, fields: ['id', 'title'] } as const;
  const filter = { must: [{ key: 'primary_category', match: { any: ['cs.LG', 'math.CO'] } }] };
  const requests: SearchRequest[] = [
    ...[3, 77, 250].map((seed): SearchRequest => ({
      ...rest,
      filter,
      ranking: { kind: 'nearest', vector: Float32Array.from(toVector(seed)) },
      params: { exact: true },
    })),
    { ...rest, filter, ranking: { kind: 'listing', by: 'submitted_at', direction: 'desc' } },
  ];
  const searched = await store.search(requests);
  const authors = await store.directory.find([
    { by: 'prefixes', kind: 'author', prefixes: ['auth'], limit: 20 },
  ]);
  return {
    searched,
    authors: authors
      .flat()
      .map(({ text }) => text)
      .sort(),
  };
}

test('a backup made during a load is restored unchanged, and answers the same', async () => {
  const golden = await loading.withStore(askGolden);
  const load = spawnPaperql(
    ['ingest', '--embedding-model', 'small', 'more.jsonl'],
    loading.environment,
    loading.directory,
  );
  const loaded = finish(load);
  while ((await loading.withStore((store) => store.count())) <= FIRST) await setTimeout(20);
  const saved = await backup(['save', 'saved', '--json']);
  expect([saved.code, saved.said]).toEqual([0, '']);
  expect((await loaded).code).toBe(0);
  expect(await loading.withStore((store) => store.count())).toBe(FIRST + MORE);

  expect(await backup(['verify', 'saved', '--json'])).toMatchObject({
    code: 0,
    report: { status: 'verified' },
  });
  const restored = await backup(['restore', 'saved', '--json'], { DATA_DIR: 'restored' });
  expect(restored).toMatchObject({ code: 0, report: { status: 'restored', papers: saved.report?.papers } });
  const papers = await loading.withStore((store) => store.count(), 'restored');
  expect(papers).toBe(saved.report?.papers);
  expect(papers).toBeGreaterThan(FIRST);
  expect(await loading.withStore(askGolden, 'restored')).toEqual(golden);

  // A restored collection can be written to like any other.
  const again = await runPaperql(
    ['ingest', '--json', '--embedding-model', 'small', 'more.jsonl'],
    { ...loading.environment, DATA_DIR: 'restored' },
    loading.directory,
  );
  expect(JSON.parse(again.stdout)).toMatchObject({
    counts: { new: FIRST + MORE - papers, unchanged: papers - FIRST },
  });
}, 120_000);

test.each<[string, (folder: string) => Promise<void>, RegExp]>([
  ['without a folder', (folder) => rm(folder, { recursive: true }), /is not a backup/],
  ['without a manifest', (folder) => rm(path.join(folder, 'manifest.json')), /is not a backup/],
  [
    'of another program',
    (folder) => writeFile(path.join(folder, 'manifest.json'), '{"format":"x"}'),
    /another program/,
  ],
  [
    'with a changed file',
    async (folder) => appendFile(await findData(folder), 'x'),
    /damaged: .* has \d+ bytes/,
  ],
  ['with a missing file', async (folder) => rm(await findData(folder)), /damaged: .* is missing/],
  ['with a foreign file', (folder) => writeFile(path.join(folder, 'x'), ''), /x is not in the manifest/],
  ['with a link', (folder) => symlink('/etc/passwd', path.join(folder, 'x')), /x is not a regular file/],
])(
  'a backup %s is rejected before anything is written',
  async (_name, damage, message) => {
    const folder = path.join(loading.directory, 'damaged');
    await rm(folder, { recursive: true, force: true });
    if (!existsSync(path.join(loading.directory, 'intact'))) await backup(['save', 'intact', '--json']);
    await cp(path.join(loading.directory, 'intact'), folder, { recursive: true });
    await damage(folder);
    for (const command of ['verify', 'restore']) {
      const { code, said } = await backup([command, 'damaged', '--json'], { DATA_DIR: 'nowhere' });
      expect([code, said]).toEqual([1, expect.stringMatching(message)]);
    }
    expect(await readdir(loading.directory)).not.toContain('nowhere');
  },
  60_000,
);

test('backups and restores overwrite nothing', async () => {
  await mkdir(path.join(loading.directory, 'taken'));
  expect(await backup(['save', 'taken'])).toMatchObject({
    code: 1,
    said: expect.stringMatching(/already exists/),
  });
  await backup(['save', 'twice', '--json']);
  const before = await loading.withStore((store) => store.count());
  const restored = await backup(['restore', 'twice']);
  expect(restored).toMatchObject({
    code: 1,
    said: expect.stringMatching(/"arxiv_papers" already exists, with/),
  });
  expect(await loading.withStore((store) => store.count())).toBe(before);
  expect(await backup(['save', 'none'], { QDRANT_COLLECTION: 'missing' })).toMatchObject({ code: 1 });
  expect(await readdir(loading.directory)).not.toContain('none');
});

test('a save killed at any time leaves a complete backup or none, and a restore the complete collection or none', async () => {
  await backup(['save', 'whole', '--json']);
  for (let kill = 0; kill < 4; kill++) {
    const isSaving = kill % 2 === 0;
    const dataDir = isSaving ? 'data' : `killed-${kill}`;
    const args = isSaving ? ['save', `killed-${kill}`] : ['restore', 'whole'];
    const child = spawnPaperql(
      ['backup', ...args],
      { ...loading.environment, DATA_DIR: dataDir },
      loading.directory,
    );
    const ended = once(child, 'close');
    await setTimeout(600 + 300 * kill);
    child.kill('SIGKILL');
    await ended;
    const names = await readdir(loading.directory);
    if (isSaving && names.includes(`killed-${kill}`)) {
      expect(await backup(['verify', `killed-${kill}`, '--json'])).toMatchObject({ code: 0 });
    }
    if (!isSaving && names.includes(dataDir)) {
      const papers = await loading.withStore(
        async (store) => ((await store.describe()) === null ? null : store.count()),
        dataDir,
      );
      expect([null, FIRST + MORE]).toContain(papers);
    }
  }
  expect(await backup(['save', 'after', '--json'])).toMatchObject({ code: 0 });
  expect(
    (await readdir(path.join(loading.directory, 'data'))).filter((name) => name.includes('.backup-')),
  ).toEqual([]);
}, 120_000);

async function findData(folder: string): Promise<string> {
  const data = path.join(folder, 'collection.lance', 'data');
  return path.join(data, (await readdir(data))[0] ?? '');
}
