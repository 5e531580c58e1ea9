import { appendFile, cp, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { toDumpRecord, writeDump } from '../support/kaggle-records.js';
import { DIMENSION, startLoading, type Loading } from '../support/loading.js';
import { finish, runPaperql, spawnPaperql } from '../support/process.js';
import {
  ok,
  refusal,
  startQdrantServer,
  type QdrantServer,
  type React,
  type Reaction,
} from '../support/qdrant-server.js';
import { createQdrantStandIn } from '../support/qdrant-stand-in.js';
import { toPointId } from '../../src/papers/point-id.js';
import { openQdrantStore } from '../../src/store/qdrant/store.js';
import type { PaperStore } from '../../src/store/store.js';

/** Uses the server at QDRANT_URL if set, otherwise a stand-in. The collections are named `backup_…`, and are dropped. */
const { QDRANT_URL: realUrl, QDRANT_API_KEY: apiKey = '' } = process.env;

/** Number of papers that searches find, and of papers that are loaded meanwhile. */
const FIRST = 300;
const MORE = 1_500;
const COLLECTIONS = ['backup_papers', 'backup_restored', 'backup_empty'];

const answer = createQdrantStandIn();
let standIn: QdrantServer;
let url: string;
/** What the stand-in does instead of answering a request. */
let mishap: (path: string) => Reaction | undefined = () => undefined;
let loading: Loading;
beforeAll(async () => {
  standIn = await startQdrantServer((request) => mishap(request.path) ?? answer(request));
  url = realUrl ?? standIn.url;
  loading = await startLoading({
    STORE: 'qdrant',
    QDRANT_URL: url,
    QDRANT_API_KEY: apiKey,
    QDRANT_COLLECTION: 'backup_papers',
  });
  await dropAll();
  const { directory } = loading;
  await writeDump(directory, 'first.jsonl', toRecords(0, FIRST, toFirstVector));
  await writeDump(directory, 'more.jsonl', toRecords(FIRST, MORE, toOtherVector));
  await loading.summaryOf(0, '--embedding-model', 'small', 'first.jsonl');
}, 180_000);
afterAll(async () => {
  await dropAll();
  await Promise.all([standIn.close(), loading.close()]);
});

async function dropAll(): Promise<void> {
  for (const collection of COLLECTIONS) {
    await withStore(collection, async (store) => {
      await store.directory.drop();
      await store.drop();
    });
  }
}

function toRecords(from: number, count: number, toVector: (seed: number) => number[]) {
  return Array.from({ length: count }, (_, at) =>
    toDumpRecord(from + at, { embedding: toVector(from + at) }),
  );
}

/** Vectors nearer to each other than to any from `toOtherVector`. */
function toFirstVector(seed: number): number[] {
  return Array.from({ length: DIMENSION }, (_, at) => (at === 0 ? 2 : Math.sin(seed + at)));
}

function toOtherVector(seed: number): number[] {
  return Array.from({ length: DIMENSION }, (_, at) => (at === 0 ? -2 : Math.sin(seed + at)));
}

async function withStore<Result>(
  collection: string,
  use: (store: PaperStore) => Promise<Result>,
): Promise<Result> {
  const options = { timeoutMs: 20_000, compression: false, ...(apiKey && { apiKey }) };
  const store = await openQdrantStore({ url, collection, ...options });
  return use(store).finally(() => store.close());
}

/** Searches whose answers the simultaneous load does not change. */
async function askGolden(store: PaperStore): Promise<unknown> {
  const rest = { offset: 0, limit: 10, window: 50, fields: ['id', 'title'] } as const;
  const outcomes = await store.search(
    [3, 77, 250].map((seed) => ({
      ...rest,
      ranking: { kind: 'nearest', vector: Float32Array.from(toFirstVector(seed)) },
      params: { exact: true },
    })),
  );
  return outcomes.map((hits) =>
    hits instanceof Error ? hits : hits.map(({ id, payload }) => [id, payload]),
  );
}

async function backup(args: string[], settings: Record<string, string> = {}) {
  const environment = { ...loading.environment, ...settings };
  const { code, stdout, stderr } = await runPaperql(['backup', ...args], environment, loading.directory);
  const report = code === 0 ? (JSON.parse(stdout) as { status: string; papers: number }) : null;
  return { code, said: stderr, report };
}

const RESTORED = { QDRANT_COLLECTION: 'backup_restored', DATA_DIR: 'restored' };

async function saveOnce(): Promise<string> {
  const name = 'whole';
  if (!(await readdir(loading.directory)).includes(name)) {
    expect(await backup(['save', name, '--json'])).toMatchObject({ code: 0 });
  }
  return name;
}

const inFolder = (...names: string[]) => path.join(loading.directory, ...names);

test('a backup made during a load is restored, and answers the same', async () => {
  const golden = await withStore('backup_papers', askGolden);
  const args = ['ingest', '--embedding-model', 'small', '--batch-size', '100', 'more.jsonl'];
  const loaded = finish(spawnPaperql(args, loading.environment, loading.directory));
  while ((await withStore('backup_papers', (store) => store.count())) <= FIRST) await setTimeout(20);
  const saved = await backup(['save', 'saved', '--json']);
  expect([saved.code, saved.said]).toEqual([0, '']);
  expect((await loaded).code).toBe(0);
  expect(await readdir(inFolder('saved'))).toEqual([
    'collection.json',
    'manifest.json',
    'shard-0.snapshot',
    'sync',
  ]);
  expect(await backup(['verify', 'saved', '--json'])).toMatchObject({
    code: 0,
    report: { status: 'verified' },
  });

  expect(await backup(['restore', 'saved', '--json'], RESTORED)).toMatchObject({
    code: 0,
    report: { status: 'restored', papers: saved.report?.papers },
  });
  const { papers, again, info } = await withStore('backup_restored', async (store) => ({
    papers: await store.count(),
    again: await askGolden(store),
    info: await store.describe(),
  }));
  expect(again).toEqual(golden);
  expect(info).toMatchObject({ missingIndexes: [], metadata: { embedder: 'openai:small' } });
  expect(papers).toBeGreaterThanOrEqual(saved.report?.papers ?? NaN);
  expect(papers).toBeLessThanOrEqual(FIRST + MORE);

  // A restored collection can be written to like any other.
  const resumed = await runPaperql(
    ['ingest', '--json', '--embedding-model', 'small', 'more.jsonl'],
    { ...loading.environment, ...RESTORED },
    loading.directory,
  );
  expect(JSON.parse(resumed.stdout)).toMatchObject({
    counts: { new: FIRST + MORE - papers, unchanged: papers - FIRST },
  });
}, 120_000);

test.each<[string, (folder: string) => Promise<void>, RegExp]>([
  [
    'a changed file',
    (folder) => appendFile(path.join(folder, 'shard-0.snapshot'), 'x'),
    /damaged: shard-0.snapshot has/,
  ],
  [
    'a lost file',
    (folder) => rm(path.join(folder, 'collection.json')),
    /damaged: collection.json is missing/,
  ],
])(
  'a backup with %s is rejected before anything is written',
  async (_name, damage, message) => {
    await rm(inFolder('damaged'), { recursive: true, force: true });
    await cp(inFolder(await saveOnce()), inFolder('damaged'), { recursive: true });
    await damage(inFolder('damaged'));
    for (const command of ['verify', 'restore']) {
      const { code, said } = await backup([command, 'damaged', '--json'], {
        QDRANT_COLLECTION: 'backup_empty',
      });
      expect([code, said]).toEqual([1, expect.stringMatching(message)]);
    }
    expect(await withStore('backup_empty', (store) => store.describe())).toBeNull();
  },
  60_000,
);

test('existing papers are kept, and an empty collection does not prevent a restore', async () => {
  const folder = await saveOnce();
  expect(await backup(['restore', folder])).toMatchObject({
    code: 1,
    said: expect.stringMatching(/"backup_papers" already exists, with \d+ papers/) as unknown,
  });
  await withStore('backup_empty', async (store) => {
    const saved = await withStore('backup_papers', (given) => given.describe());
    if (!saved?.metadata) throw new Error('The collection has no metadata');
    await store.create(saved.metadata);
  });
  const restored = await backup(['restore', folder, '--json'], { QDRANT_COLLECTION: 'backup_empty' });
  expect([restored.code, restored.said]).toEqual([0, '']);
  expect(await withStore('backup_empty', (store) => store.count())).toBeGreaterThanOrEqual(FIRST);
}, 60_000);

test('a backup of the other kind of store is rejected', async () => {
  const said = expect.stringMatching(
    /was made from a Qdrant server .* and cannot be restored into the embedded store/,
  ) as unknown;
  const lance = { STORE: 'lance', DATA_DIR: 'nowhere' };
  expect(await backup(['restore', await saveOnce()], lance)).toMatchObject({ code: 1, said });
  expect(await readdir(loading.directory)).not.toContain('nowhere');
}, 30_000);

/** Whether the contents of a snapshot are requested. */
const isFile = (asked: string) => /\/snapshots\/[^/?]+$/.test(asked);

/** A real server cannot be made to fail in these ways. */
describe('on a server that fails', () => {
  const onStandIn = () => ({ QDRANT_URL: standIn.url });
  const failing = async (react: typeof mishap, run: () => Promise<void>) => {
    mishap = react;
    await run().finally(() => (mishap = () => undefined));
  };
  beforeAll(async () => {
    if (!realUrl) return;
    await runPaperql(
      ['ingest', '--embedding-model', 'small', 'first.jsonl'],
      { ...loading.environment, ...onStandIn(), DATA_DIR: 'stand-in' },
      loading.directory,
    );
  });

  test('a snapshot that arrives damaged does not become a backup, and is deleted from the server', async () => {
    await failing(
      (asked) => (isFile(asked) ? { status: 200, body: Buffer.from('half') } : undefined),
      async () => {
        const { code, said } = await backup(['save', 'half'], onStandIn());
        expect([code, said]).toEqual([1, expect.stringMatching(/shard 0 did not arrive as it was made/)]);
      },
    );
    expect((await readdir(loading.directory)).filter((name) => name.startsWith('half'))).toEqual([]);
    expect(standIn.requests.at(-1)).toMatchObject({
      method: 'DELETE',
      path: expect.stringContaining('/snapshots/') as unknown,
    });
  }, 30_000);

  /** Saves from a cluster whose first server reacts like this; the second one is the stand-in. */
  async function saveBeside(name: string, react: React): Promise<void> {
    const first = await startQdrantServer(react);
    try {
      const { code, said } = await backup(['save', name, '--json'], {
        QDRANT_URL: `${first.url},${standIn.url}`,
      });
      expect([code, said]).toEqual([0, '']);
    } finally {
      await first.close();
    }
    expect(await backup(['verify', name, '--json'])).toMatchObject({ code: 0 });
  }

  test('a server that stays silent is left out if another one has its shards', async () => {
    await saveBeside('beside-silent', () => 'silence');
  }, 60_000);

  test('a shard is copied from the next server if one no longer answers', async () => {
    await saveBeside('beside-failing', (request) => {
      if (request.path.endsWith('/cluster')) {
        const shards = [{ shard_id: 0, points_count: 1, state: 'Active' }];
        return ok({ peer_id: 2, shard_count: 1, local_shards: shards, remote_shards: [] });
      }
      if (isFile(request.path)) return 'reset';
      return request.method === 'DELETE' ? 'silence' : answer(request);
    });
  }, 60_000);

  test('a failed restore can be repeated from the start', async () => {
    const saved = await backup(['save', 'again', '--json'], onStandIn());
    expect(saved.code).toBe(0);
    const target = { ...onStandIn(), QDRANT_COLLECTION: 'backup_again', DATA_DIR: 'again-data' };
    await failing(
      (asked) =>
        asked.includes('/upload') ? refusal(500, 'Service internal error: No space left') : undefined,
      async () => expect(await backup(['restore', 'again'], target)).toMatchObject({ code: 1 }),
    );
    expect((await fetch(`${standIn.url}/collections/backup_again`)).status).toBe(404);
    // A restore that is killed later leaves this.
    const mark = { vectors: { size: DIMENSION, distance: 'Cosine' }, metadata: { unfinished_restore: true } };
    await fetch(`${standIn.url}/collections/backup_again`, { method: 'PUT', body: JSON.stringify(mark) });
    const point = { id: toPointId('2101.00001'), vector: toFirstVector(1), payload: {} };
    const body = JSON.stringify({ points: [point] });
    await fetch(`${standIn.url}/collections/backup_again/points`, { method: 'PUT', body });
    expect(await backup(['restore', 'again', '--json'], target)).toMatchObject({ code: 0 });
    expect(await backup(['restore', 'again'], target)).toMatchObject({
      code: 1,
      said: expect.stringMatching(/already exists/) as unknown,
    });
  }, 60_000);

  test.each([
    [
      'a shard that is on none of the servers in QDRANT_URL',
      { remote_shards: [{ shard_id: 1, peer_id: 2, state: 'Active' }] },
      /shards that are whole at none of the servers in QDRANT_URL: 1/,
    ],
    [
      'an incomplete shard',
      { local_shards: [{ shard_id: 0, points_count: 1, state: 'Dead' }] },
      /shards that are whole at none of the servers in QDRANT_URL: 0/,
    ],
    [
      'shards by key',
      { local_shards: [{ shard_id: 0, shard_key: 'x', points_count: 1, state: 'Active' }] },
      /has shards by key/,
    ],
  ])(
    'a collection with %s is not saved',
    async (_name, cluster, message) => {
      const shards = [{ shard_id: 0, points_count: 1, state: 'Active' }];
      const told = {
        peer_id: 1,
        shard_count: 2,
        local_shards: shards,
        remote_shards: [],
        shard_transfers: [],
        ...cluster,
      };
      await failing(
        (asked) => (asked.endsWith('/cluster') ? ok(told) : undefined),
        async () => {
          const { code, said } = await backup(['save', 'partial'], onStandIn());
          expect([code, said]).toEqual([1, expect.stringMatching(message)]);
        },
      );
      expect(await readdir(loading.directory)).not.toContain('partial');
    },
    30_000,
  );
});

test('the manifest names the store, the collection and the dimension', async () => {
  const manifest: unknown = JSON.parse(await readFile(inFolder(await saveOnce(), 'manifest.json'), 'utf8'));
  expect(manifest).toMatchObject({ store: 'qdrant', collection: 'backup_papers', dimension: DIMENSION });
});
