import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { startCluster, type Cluster } from './cluster.js';
import { startSearches, type Searched, type Searches } from './searches.js';
import { startArxivServer } from '../support/arxiv-server.js';
import { numberSeries } from '../support/clustered-points.js';
import { toDumpRecord, writeDump } from '../support/kaggle-records.js';
import { finish, spawnPaperql, startProcess, type Finished } from '../support/process.js';
import { toArxivPaper } from '../support/syncing.js';
import { inParts } from '../../src/in-parts.js';
import { toPointId } from '../../src/papers/point-id.js';
import { copyPrefix } from '../../src/store/tuning.js';

/**
 * The failures that `docs/operations.md` describes: nodes of a cluster fail while two servers search it and papers are loaded
 * into it. Runs on the Qdrant in QDRANT_BIN, or with less data on a stand-in; the output says which.
 */
const { QDRANT_BIN: binary } = process.env;
jest.setTimeout(600_000);

const PAPERS = binary ? 20_000 : 300;
const MORE = binary ? 5_000 : 200;
/** Papers that a sync receives, which it has to embed. */
const SYNCED = 40;
/** Papers in a collection made by another program. */
const FOREIGN = binary ? 3_000 : 200;
const DIMENSION = 384;
/** Searches to observe after each failure. */
const MANY = binary ? 300 : 40;
const COLLECTION = 'arxiv_papers';
const OF_OTHERS = 'course_papers';

let directory: string;
let cluster: Cluster;
let searches: Searches;
/** Stops everything that was started, in reverse order. */
const closers: (() => Promise<unknown>)[] = [];
/** Times when a node was killed, frozen or restored. */
const failures: number[] = [];
const toEnvironment = (urls: readonly string[]) => ({
  DATA_DIR: 'data',
  EMBEDDER: 'local',
  QDRANT_COLLECTION: COLLECTION,
  QDRANT_URL: urls.join(','),
});

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'paperql-test-'));
  closers.push(() => rm(directory, { recursive: true }));
  // Before searches begin, because this process would slow them down.
  await writeDump(directory, '0.jsonl', toRecords(0, PAPERS));
  await writeDump(directory, `${PAPERS}.jsonl`, toRecords(PAPERS, MORE));
  const foreign = toRecords(0, FOREIGN);
  cluster = await startCluster(binary);
  closers.push(() => cluster.close());
  await makeForeign(foreign);
  expect(await load(0, '--shards', '3', '--replicas', '2')).toMatchObject({ code: 0, new: PAPERS });
  const [first = '', second = '', third = ''] = cluster.urls;
  const servers = await Promise.all([
    startProcess(toEnvironment([first, second, third]), directory),
    startProcess(toEnvironment([second, third, first]), directory),
  ]);
  closers.push(() => Promise.all(servers.map((server) => server.stop('SIGTERM'))));
  searches = startSearches(
    servers.map(({ url }) => url),
    PAPERS,
  );
  closers.push(() => searches.stop());
  await searches.more(MANY);
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
  const { ended } = searches;
  const times = ended.map(({ startedAt, endedAt }) => endedAt - startedAt).sort((a, b) => a - b);
  const timeAt = (share: number) => Math.round(times[Math.ceil(share * times.length) - 1] ?? NaN);
  const failed = ended.filter(({ problem }) => problem !== null).length;
  console.log(
    `On ${cluster.name}: ${PAPERS + MORE} papers, ${ended.length} searches, ${failed} failed; half of them took ` +
      `${timeAt(0.5)} ms at most, 99 % ${timeAt(0.99)} ms, the slowest ${timeAt(1)} ms`,
  );
});

/** Loads a dump whose papers are numbered from this number, and returns the summary. */
async function load(from: number, ...options: string[]) {
  const args = ['ingest', '--json', '--embedding-model', 'all-MiniLM-L6-v2', '--batch-size', '200'];
  const { code, stdout, stderr } = await run([...args, `${from}.jsonl`, ...options]);
  const Summary = z.object({ counts: z.object({ new: z.int() }) });
  const summary = stdout === '' ? null : Summary.parse(JSON.parse(stdout));
  return { code, new: summary?.counts.new, stderr };
}

function run(args: readonly string[], settings: Record<string, string> = {}): Promise<Finished> {
  return finish(spawnPaperql(args, { ...toEnvironment(cluster.urls), ...settings }, directory));
}

/** A collection with only the vectors and records of papers, as the Python course makes it. */
async function makeForeign(records: ReturnType<typeof toRecords>): Promise<void> {
  const collection = `/collections/${OF_OTHERS}`;
  const vectors = { size: DIMENSION, distance: 'Cosine' };
  await request('PUT', collection, { vectors, shard_number: 3, replication_factor: 2 });
  for (const part of inParts(records, 200)) {
    const points = part.map(({ embedding, ...payload }) => ({
      id: toPointId(payload.id),
      vector: embedding,
      payload,
    }));
    await request('PUT', `${collection}/points?wait=true`, { points });
  }
}

/** Papers with embeddings around forty centres. */
function toRecords(from: number, count: number) {
  const next = numberSeries(1 + from);
  const vectorOf = () => Array.from({ length: DIMENSION }, () => Number((next() - 0.5).toFixed(4)));
  const centres = Array.from({ length: 40 }, vectorOf);
  return Array.from({ length: count }, (_, at) => {
    const centre = centres[at % 40] ?? [];
    const embedding = vectorOf().map((number, axis) => number * 0.6 + (centre[axis] ?? 0));
    return toDumpRecord(from + at, { embedding });
  });
}

async function fail(how: (node: number) => Promise<void> | void, node: number): Promise<void> {
  failures.push(performance.now());
  await how(node);
}

/** Failed searches, except those that were in flight when a node was killed or frozen. */
function findUnexcused(): Searched[] {
  return searches.ended.filter(
    ({ problem, startedAt, endedAt }) =>
      problem !== null && !failures.some((at) => startedAt <= at && endedAt >= at),
  );
}

describe('while two servers search a cluster of three nodes with two replicas of each shard', () => {
  test.each([0, 1, 2])('node %d is killed and restarted, and no search fails', async (node) => {
    await fail((killed) => cluster.kill(killed), node);
    await searches.more(MANY);
    await cluster.restart(node);
    await searches.more(MANY);
    expect(findUnexcused()).toEqual([]);
  });

  test.each([0, 1])('node %d freezes and resumes, and no search fails', async (node) => {
    await fail((frozen) => cluster.freeze(frozen), node);
    await searches.more(MANY);
    await cluster.thaw(node);
    await searches.more(MANY);
    expect(findUnexcused()).toEqual([]);
  });

  test('nodes are killed and frozen during a load, which stores every paper', async () => {
    const loaded = load(PAPERS);
    await fail((killed) => cluster.kill(killed), 0);
    await searches.more(MANY);
    await cluster.restart(0);
    await fail((frozen) => cluster.freeze(frozen), 1);
    await searches.more(MANY);
    await cluster.thaw(1);
    expect(await loaded).toMatchObject({ code: 0 });
    expect(findUnexcused()).toEqual([]);
  });

  test('nodes are killed and frozen during a repair, which completes every paper', async () => {
    const args = ['repair', '--embedding-model', 'all-MiniLM-L6-v2'];
    const repaired = run(args, { QDRANT_COLLECTION: OF_OTHERS });
    await fail((killed) => cluster.kill(killed), 1);
    await searches.more(MANY);
    await cluster.restart(1);
    await fail((frozen) => cluster.freeze(frozen), 0);
    await searches.more(MANY);
    await cluster.thaw(0);
    expect(await repaired).toMatchObject({ code: 0 });
    expect(findUnexcused()).toEqual([]);
    const incomplete = { must: [{ is_empty: { key: 'content_hash' } }] };
    for (const url of cluster.urls) {
      const body = { limit: 10, filter: incomplete, with_payload: true };
      const { points } = Scrolled.parse(
        await request('POST', `/collections/${OF_OTHERS}/points/scroll`, body, url),
      );
      expect(points).toEqual([]);
    }
    expect(await countPapers(OF_OTHERS)).toEqual(cluster.urls.map(() => FOREIGN));
  });

  test('a node is killed during a sync, which stores every paper', async () => {
    const papers = Array.from({ length: SYNCED }, (_, at) => toArxivPaper(PAPERS + MORE + at, 9));
    const arxiv = await startArxivServer({ papers, pageSize: SYNCED / 2 });
    closers.push(() => arxiv.close());
    const received = new Promise<void>((resolve) => {
      arxiv.onRequest = (count) => {
        if (count === 2) resolve();
      };
    });
    const synced = run(['sync', '--json'], { OAI_URL: arxiv.url, SYNC_PAUSE_MS: '0' });
    await received;
    await fail((killed) => cluster.kill(killed), 2);
    await searches.more(MANY);
    await cluster.restart(2);
    const { code, stdout, stderr } = await synced;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(JSON.parse(stdout)).toMatchObject({ status: 'finished', counts: { new: SYNCED } });
    expect(findUnexcused()).toEqual([]);
  });

  test('a node is killed during a tuning, which measures everything and leaves no scratch copy', async () => {
    const args = ['hnsw', '--graphs', '8:64', '--sample', '20', '--repeats', '1', '--k', '5'];
    const tuned = run(['tune', ...args, '--name', 'cluster']);
    while ((await listCopies()).length === 0) await setTimeout(50);
    await fail((killed) => cluster.kill(killed), 0);
    await searches.more(MANY);
    await cluster.restart(0);
    expect(await tuned).toMatchObject({ code: 0 });
    const report = await readFile(path.join(directory, 'reports', 'cluster.json'), 'utf8');
    expect(JSON.parse(report)).toMatchObject({ experiments: [{ measurements: [{}, {}], skipped: [] }] });
    expect(await listCopies()).toEqual([]);
    expect(findUnexcused()).toEqual([]);
  });

  test('a backup is restored to every node', async () => {
    expect(await run(['backup', 'save', 'saved'])).toMatchObject({ code: 0 });
    const restored = { QDRANT_COLLECTION: 'restored_papers' };
    expect(await run(['backup', 'restore', 'saved'], restored)).toMatchObject({ code: 0 });
    expect(await countPapers('restored_papers')).toEqual(cluster.urls.map(() => PAPERS + MORE + SYNCED));
    expect(findUnexcused()).toEqual([]);
  });

  test('every node has every paper at the end', async () => {
    expect(await countPapers(COLLECTION)).toEqual(cluster.urls.map(() => PAPERS + MORE + SYNCED));
    expect(await load(0)).toMatchObject({ code: 0, new: 0 });
    expect(await load(PAPERS)).toMatchObject({ code: 0, new: 0 });
  });
});

const Collections = z.object({ collections: z.array(z.object({ name: z.string() })) });

async function listCopies(): Promise<string[]> {
  const { collections } = Collections.parse(await request('GET', '/collections'));
  return collections.map(({ name }) => name).filter((name) => name.startsWith(copyPrefix(COLLECTION)));
}

const Scrolled = z.object({ points: z.array(z.unknown()) });
const Counted = z.object({ count: z.int() });

/** As each node reports it. */
function countPapers(collection: string): Promise<number[]> {
  const path = `/collections/${collection}/points/count`;
  return Promise.all(
    cluster.urls.map(async (url) => Counted.parse(await request('POST', path, { exact: true }, url)).count),
  );
}

/** Sends a request directly to a node, and returns the result. */
async function request(
  method: string,
  path: string,
  body?: unknown,
  url = cluster.urls[0] ?? '',
): Promise<unknown> {
  const response = await fetch(url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return z.object({ result: z.unknown() }).parse(await response.json()).result;
}
