import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { startCluster, type Cluster } from './cluster.js';
import { startSearches, type Searched, type Searches } from './searches.js';
import { numberSeries } from '../support/clustered-points.js';
import { toDumpRecord, writeDump } from '../support/kaggle-records.js';
import { finish, spawnPaperql, startProcess, type ServerProcess } from '../support/process.js';

/**
 * The scenes of `docs/operations.md`: nodes of a cluster fail while two servers search it and papers are loaded into it. On the
 * Qdrant that QDRANT_BIN names, or smaller on a stand-in; the output says on which.
 */
const { QDRANT_BIN: binary } = process.env;
jest.setTimeout(600_000);

const PAPERS = binary ? 20_000 : 300;
const MORE = binary ? 5_000 : 200;
const DIMENSION = 384;
/** Searches that a failure is looked at for. */
const MANY = binary ? 300 : 40;
const COLLECTION = 'arxiv_papers';

let directory: string;
let cluster: Cluster;
let servers: ServerProcess[];
let searches: Searches;
/** When something was done to a node. */
const failures: number[] = [];
const toEnvironment = (urls: readonly string[]) => ({
  DATA_DIR: 'data',
  EMBEDDER: 'local',
  QDRANT_COLLECTION: COLLECTION,
  QDRANT_URL: urls.join(','),
});

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'paperql-test-'));
  cluster = await startCluster(binary);
  expect(await load(0, PAPERS, '--shards', '3', '--replicas', '2')).toMatchObject({ code: 0, new: PAPERS });
  const [first = '', second = '', third = ''] = cluster.urls;
  servers = await Promise.all([
    startProcess(toEnvironment([first, second, third]), directory),
    startProcess(toEnvironment([second, third, first]), directory),
  ]);
  searches = startSearches(
    servers.map(({ url }) => url),
    PAPERS,
  );
  await searches.more(MANY);
});
afterAll(async () => {
  await searches.stop();
  await Promise.all(servers.map((server) => server.stop('SIGTERM')));
  await cluster.close();
  await rm(directory, { recursive: true });
  const { ended } = searches;
  const slowest = Math.max(...ended.map(({ startedAt, endedAt }) => endedAt - startedAt));
  const failed = ended.filter(({ problem }) => problem !== null).length;
  console.log(
    `On ${cluster.name}: ${PAPERS + MORE} papers, ${ended.length} searches, ${failed} failed, ` +
      `the slowest took ${Math.round(slowest)} ms`,
  );
});

/** Loads papers from a number on, with embeddings; what the command says of it. */
async function load(from: number, count: number, ...options: string[]) {
  const dump = await writeDump(directory, `${from}.jsonl`, toRecords(from, count));
  const args = ['ingest', '--json', '--embedding-model', 'all-MiniLM-L6-v2', '--batch-size', '200', dump];
  const child = spawnPaperql([...args, ...options], toEnvironment(cluster.urls), directory);
  const { code, stdout, stderr } = await finish(child);
  const Summary = z.object({ counts: z.object({ new: z.int() }) });
  const summary = stdout === '' ? null : Summary.parse(JSON.parse(stdout));
  return { code, new: summary?.counts.new, stderr };
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

/** Searches that failed, less those that were under way when a node was killed or frozen. */
function findUnexcused(): Searched[] {
  return searches.ended.filter(
    ({ problem, startedAt, endedAt }) =>
      problem !== null && !failures.some((at) => startedAt <= at && endedAt >= at),
  );
}

describe('while two servers search a cluster of three nodes, of which each shard has two replicas', () => {
  test.each([0, 1, 2])('node %d is killed and started again without a search that fails', async (node) => {
    await fail((killed) => cluster.kill(killed), node);
    await searches.more(MANY);
    await cluster.restart(node);
    await searches.more(MANY);
    expect(findUnexcused()).toEqual([]);
  });

  test.each([0, 1])('node %d freezes and thaws without a search that fails', async (node) => {
    await fail((frozen) => cluster.freeze(frozen), node);
    await searches.more(MANY);
    await cluster.thaw(node);
    await searches.more(MANY);
    expect(findUnexcused()).toEqual([]);
  });

  test('nodes are killed and frozen under a load, which ends with every paper stored', async () => {
    const loaded = load(PAPERS, MORE);
    await fail((killed) => cluster.kill(killed), 0);
    await searches.more(MANY);
    await cluster.restart(0);
    await fail((frozen) => cluster.freeze(frozen), 1);
    await searches.more(MANY);
    await cluster.thaw(1);
    expect(await loaded).toMatchObject({ code: 0 });
    expect(findUnexcused()).toEqual([]);
  });

  test('every node has every paper at the end', async () => {
    const counts = await Promise.all(cluster.urls.map(countPapers));
    expect(counts).toEqual(cluster.urls.map(() => PAPERS + MORE));
    expect(await load(0, PAPERS)).toMatchObject({ code: 0, new: 0 });
    expect(await load(PAPERS, MORE)).toMatchObject({ code: 0, new: 0 });
  });
});

async function countPapers(url: string): Promise<number> {
  const response = await fetch(`${url}/collections/${COLLECTION}/points/count`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ exact: true }),
  });
  return z.object({ result: z.object({ count: z.int() }) }).parse(await response.json()).result.count;
}
