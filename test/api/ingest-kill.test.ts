import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createRandom } from '../../src/evaluation/random.js';
import { toPointId } from '../../src/papers/point-id.js';
import { openLanceStore } from '../support/lance-store.js';
import { isUpsert, startFragileQdrant, type FragileQdrant } from '../support/fragile-qdrant.js';
import { toDumpRecords, toJsonLines, writeDump } from '../support/kaggle-records.js';
import { startLoading, type Loading } from '../support/loading.js';
import { finish, runPaperql, spawnPaperql } from '../support/process.js';

/** In forty batches; writing a batch takes longer than reading its papers. */
const PAPERS = 160;
/** Number of these records that are not rejected. */
const LOADABLE = 156;
const BATCH = 4;
/** Number of batches that `paperql ingest` has in flight with this embedder. */
const IN_FLIGHT = 6;
/**
 * When loads are killed, by the embedding calls of this load and the texts that any load has sent: before the first write, between
 * writes, and once only writes and indexes are left. At the first two points, most batches are still to be embedded.
 */
const POINTS: ((calls: number, texts: number) => boolean)[] = [
  (calls) => calls >= 1,
  (calls) => calls >= 8,
  (_calls, texts) => texts === LOADABLE,
];

const ids = toDumpRecords(PAPERS).map(({ id }) => toPointId(id));

type Papers = Record<string, unknown>;

let loading: Loading;
let qdrant: FragileQdrant;
/** Both files have the same records. The compressed one is small enough to be read without threads. */
let dump: string;
let largeDump: string;
let collections: string[];
beforeEach(async () => {
  loading = await startLoading();
  qdrant = await startFragileQdrant();
  const records = toDumpRecords(PAPERS, (at) => (at % 50 === 7 ? { abstract: null } : {}));
  dump = await writeDump(loading.directory, 'dump.jsonl.gz', records);
  largeDump = await writeDump(loading.directory, 'dump.jsonl', records);
  collections = [];
});
afterEach(async () => {
  await Promise.all(collections.map((name) => qdrant.drop(name)));
  await Promise.all([loading.close(), qdrant.close()]);
});

/** A store and what it contains after a load with this name: the identity of each paper's content, by id. */
interface Target {
  settings: (name: string) => Record<string, string>;
  readAll: (name: string) => Promise<Papers>;
  dump: () => string;
}

const lance: Target = {
  settings: () => ({}),
  dump: () => dump,
  async readAll(name) {
    const store = await openLanceStore({
      dataDir: path.join(loading.directory, name),
      collection: 'arxiv_papers',
    });
    try {
      const papers = await store.retrieve(ids, ['id', 'title', 'abstract', 'content_hash']);
      expect(await store.count()).toBe(papers.size);
      return Object.fromEntries([...papers].map(([id, { payload }]) => [id, payload.content_hash]));
    } finally {
      await store.close();
    }
  },
};

const onServer: Target = {
  dump: () => largeDump,
  settings: (name) => ({ QDRANT_URL: qdrant.url, QDRANT_COLLECTION: `kill_${name}` }),
  async readAll(name) {
    const papers = await qdrant.readPapers(`kill_${name}`, ids);
    expect(await qdrant.count(`kill_${name}`)).toBe(papers.length);
    return Object.fromEntries(papers.map(({ id, content_hash: hash }) => [toPointId(String(id)), hash]));
  },
};

/** Arguments, environment and folder of a load with this name. */
async function toCommand({ settings, ...target }: Target, name: string, input = target.dump()) {
  if (!collections.includes(`kill_${name}`)) {
    collections.push(`kill_${name}`);
    await qdrant.drop(`kill_${name}`);
  }
  const options = ['--batch-size', String(BATCH), '--rejects', `${name}.rejects.jsonl`, '--json'];
  const environment = { ...loading.environment, DATA_DIR: name, ...settings(name) };
  return [['ingest', ...options, input], environment, loading.directory] as const;
}

async function start(...load: Parameters<typeof toCommand>) {
  return spawnPaperql(...(await toCommand(...load)));
}

async function run(...load: Parameters<typeof toCommand>) {
  return runPaperql(...(await toCommand(...load)));
}

function readRejects(name: string): Promise<string> {
  return readFile(path.join(loading.directory, `${name}.rejects.jsonl`), 'utf8');
}

describe.each([
  { store: 'the embedded store', target: lance },
  { store: 'a Qdrant server', target: onServer },
])('a load into $store', ({ target }) => {
  test(`killed at ${POINTS.length} points ends with the same papers and rejects as an uninterrupted one`, async () => {
    const random = createRandom(20_261_124);
    // In its own process, like the loads that are killed.
    expect((await finish(await start(target, 'whole'))).code).toBe(0);
    const expected = await target.readAll('whole');
    expect(Object.keys(expected)).toHaveLength(LOADABLE);

    const name = 'killed';
    loading.openai.calls.length = 0;
    let kills = 0;
    // Each load resumes the previous one.
    for (const isPoint of POINTS) {
      const { calls } = loading.openai;
      const before = calls.length;
      const child = await start(target, name);
      const finished = finish(child);
      const isReached = () => isPoint(calls.length - before, new Set(loading.embeddedTexts()).size);
      while (child.exitCode === null && !isReached()) await setTimeout(2);
      await setTimeout(20 * random());
      child.kill('SIGKILL');
      if ((await finished).code === null) kills++;
    }
    // The last load has little left to do, and may end first.
    expect(kills).toBeGreaterThanOrEqual(POINTS.length - 1);
    const last = await run(target, name);
    expect([last.code, last.stderr]).toEqual([0, expect.any(String)]);
    expect(await target.readAll(name)).toEqual(expected);
    expect((await readRejects(name)).replaceAll(name, 'whole')).toEqual(await readRejects('whole'));
    const embedded = loading.embeddedTexts().length;
    expect(embedded).toBeLessThanOrEqual(LOADABLE + kills * IN_FLIGHT * BATCH);
  }, 240_000);

  test('finishes work in flight on SIGINT and says how to resume, and the same command resumes', async () => {
    const child = await start(target, 'stopped');
    const finished = finish(child);
    while (loading.openai.calls.length < 5) await setTimeout(5);
    child.kill('SIGINT');
    const { code, stdout, stderr } = await finished;
    expect(code).toBe(130);
    expect(stderr).toMatch(/Run the same command again to resume/);
    const { status, counts } = JSON.parse(stdout) as { status: string; counts: { new: number } };
    expect(status).toBe('interrupted');
    expect(Object.keys(await target.readAll('stopped'))).toHaveLength(counts.new);
    expect(loading.embeddedTexts()).toHaveLength(counts.new);

    const rest = await run(target, 'stopped');
    expect(rest.stderr).toMatch(/Resuming after \d+ records/);
    expect(JSON.parse(rest.stdout)).toMatchObject({
      status: 'finished',
      counts: { read: PAPERS, new: LOADABLE },
    });
    expect(loading.embeddedTexts()).toHaveLength(LOADABLE);
  });
});

test('the next load completes a collection whose creation was killed', async () => {
  const isThirdIndex = () => qdrant.requests.filter(({ path: url }) => url.includes('/index')).length === 3;
  qdrant.failNext(1, 'silence', isThirdIndex);
  const child = await start(onServer, 'half');
  const finished = finish(child);
  while (!isThirdIndex()) await setTimeout(5);
  child.kill('SIGKILL');
  await finished;
  expect(qdrant.requests.filter(isUpsert)).toEqual([]);
  expect((await run(onServer, 'half')).code).toBe(0);
  expect(Object.keys(await onServer.readAll('half'))).toHaveLength(LOADABLE);
});

test('the next load, of any file, adds the names that a killed load changed to the directory', async () => {
  const first = await writeDump(loading.directory, 'first.json', toDumpRecords(20));
  expect((await run(lance, 'names', first)).code).toBe(0);

  // Standard input has no checkpoint, which would record the papers that the load changed.
  const child = await start(lance, 'names', '-');
  const finished = finish(child);
  const renamed = toDumpRecords(20, () => ({ authors_parsed: [['Changed', 'Name', '']] }));
  child.stdin.write(toJsonLines(renamed));
  const findNew = async () => {
    const store = await openLanceStore({
      dataDir: path.join(loading.directory, 'names'),
      collection: 'arxiv_papers',
    });
    try {
      const query = { by: 'prefixes', kind: 'author', prefixes: ['changed'], limit: 5 } as const;
      const [entries = []] = await store.directory.find([query]);
      const changed = await store.count({
        must: [{ key: 'author_names', match: { value: 'Name Changed' } }],
      });
      return { changed, names: entries.map(({ text }) => text) };
    } finally {
      await store.close();
    }
  };
  while ((await findNew()).changed < 20) await setTimeout(50);
  child.kill('SIGKILL');
  await finished;
  expect((await findNew()).names).toEqual([]);

  const second = await writeDump(loading.directory, 'second.json', renamed.slice(0, 10));
  const { code, stdout } = await run(lance, 'names', second);
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { counts: { unchanged: 10 } }]);
  expect((await findNew()).names).toEqual(['Name Changed']);
});
