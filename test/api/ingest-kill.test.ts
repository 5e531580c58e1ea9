import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { toPointId } from '../../src/papers/point-id.js';
import { openLanceStore } from '../../src/store/lance/store.js';
import type { StoredPaper } from '../../src/store/store.js';
import { toDumpRecords, writeDump } from '../support/kaggle-records.js';
import { startOpenAiServer, type OpenAiServer } from '../support/openai-server.js';
import { finish, spawnPaperql } from '../support/process.js';

const PAPERS = 600;
const BATCH = 10;
/** As many as `paperql ingest` has under way with this embedder. */
const IN_FLIGHT = 6;
const ROUNDS = 4;
const KILLS_IN_A_ROUND = 5;

let directory: string;
let openai: OpenAiServer;
let dump: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'paperql-kill-'));
  openai = await startOpenAiServer({ compatibleModels: { small: 8 } });
  const records = toDumpRecords(PAPERS, (at) => (at % 50 === 7 ? { abstract: null } : {}));
  dump = await writeDump(directory, 'dump.jsonl.gz', records);
});
afterEach(async () => {
  await openai.close();
  await rm(directory, { recursive: true });
});

function start(name: string) {
  const environment = {
    EMBEDDER: 'openai',
    OPENAI_API_KEY: openai.apiKey,
    OPENAI_BASE_URL: openai.url,
    OPENAI_EMBEDDING_MODEL: 'small',
    EMBEDDING_DIMENSIONS: '8',
    DATA_DIR: name,
  };
  const options = ['--batch-size', String(BATCH), '--rejects', `${name}.rejects.jsonl`, '--json'];
  return spawnPaperql(['ingest', ...options, dump], environment, directory);
}

async function readAll(name: string): Promise<Map<string, StoredPaper>> {
  const store = await openLanceStore({ dataDir: path.join(directory, name), collection: 'arxiv_papers' });
  const ids = toDumpRecords(PAPERS).map(({ id }) => toPointId(id));
  try {
    const papers = await store.retrieve(ids, ['id', 'title', 'abstract', 'content_hash']);
    expect(await store.count()).toBe(papers.size);
    return papers;
  } finally {
    await store.close();
  }
}

function readRejects(name: string): Promise<string> {
  return readFile(path.join(directory, `${name}.rejects.jsonl`), 'utf8');
}

/** Numbers from 0 to 1 that follow from the seed (Park and Miller's generator). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

test(`killed at ${ROUNDS * KILLS_IN_A_ROUND} points, it ends with the papers and rejects of an uninterrupted load`, async () => {
  const random = createRandom(20_261_124);
  const began = performance.now();
  expect((await finish(start('whole'))).code).toBe(0);
  const wholeMs = performance.now() - began;
  const expected = await readAll('whole');
  expect(expected.size).toBe(588);

  for (let round = 0; round < ROUNDS; round++) {
    const name = `killed-${round}`;
    openai.calls.length = 0;
    let kills = 0;
    for (let kill = 0; kill < KILLS_IN_A_ROUND; kill++) {
      const child = start(name);
      const finished = finish(child);
      // From before anything is written to the building of the indexes; each run goes on from the one before.
      await Promise.race([setTimeout(wholeMs * (0.25 + 0.75 * random())), finished]);
      child.kill('SIGKILL');
      if ((await finished).code === null) kills++;
    }
    const last = await finish(start(name));
    expect([last.code, last.stderr]).toEqual([0, expect.any(String)]);
    expect(await readAll(name)).toEqual(expected);
    expect((await readRejects(name)).replaceAll(name, 'whole')).toEqual(await readRejects('whole'));
    const embedded = openai.calls.flat().length;
    expect(embedded).toBeLessThanOrEqual(588 + kills * IN_FLIGHT * BATCH);
  }
}, 240_000);

describe('SIGINT', () => {
  test('finishes what is in flight, says how to go on, and the same command does', async () => {
    const child = start('stopped');
    const finished = finish(child);
    while (openai.calls.length < 5) await setTimeout(5);
    child.kill('SIGINT');
    const { code, stdout, stderr } = await finished;
    expect(code).toBe(130);
    expect(stderr).toMatch(/The same command goes on from here/);
    const { status, counts } = JSON.parse(stdout) as { status: string; counts: { new: number } };
    expect(status).toBe('interrupted');
    expect((await readAll('stopped')).size).toBe(counts.new);
    expect(openai.calls.flat()).toHaveLength(counts.new);

    const rest = await finish(start('stopped'));
    expect(rest.stderr).toMatch(/Going on where the last run stopped/);
    expect(JSON.parse(rest.stdout)).toMatchObject({ status: 'finished', counts: { read: PAPERS, new: 588 } });
    expect(openai.calls.flat()).toHaveLength(588);
  });
});
