import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createRandom } from '../../src/evaluation/random.js';
import { finish, spawnPaperql } from '../support/process.js';
import { startSyncing, toArxivPaper, type Syncing } from '../support/syncing.js';

const PAPERS = 240;
const KILLS = 6;

let syncing: Syncing;
beforeEach(async () => {
  // Every fiftieth paper has no abstract, so that there are rejects. The list spans twelve days.
  const papers = Array.from({ length: PAPERS }, (_, index) =>
    toArxivPaper(index, 1 + Math.floor(index / 20), index % 50 === 7 ? { abstract: undefined } : {}),
  );
  syncing = await startSyncing({ papers, pageSize: 6, now: '2026-06-20T04:00:00Z' });
});
afterEach(() => syncing.close());

test(`a sync killed at ${KILLS} points ends with the same papers as an uninterrupted one`, async () => {
  const random = createRandom(20_261_129);
  const { arxiv, environment, directory } = syncing;
  const readAll = async (dataDir: string) => {
    const papers = await syncing.storedPapers(dataDir);
    return Object.fromEntries([...papers].sort());
  };
  const readRejects = async (dataDir: string) => {
    const lines = (await readFile(path.join(directory, `${dataDir}.jsonl`), 'utf8')).trimEnd().split('\n');
    return lines.map((line) => toReject(JSON.parse(line))).sort();
  };
  const start = (dataDir: string) =>
    spawnPaperql(
      ['sync', '--json', '--rejects', `${dataDir}.jsonl`],
      { ...environment, DATA_DIR: dataDir },
      directory,
    );
  const whole = await finish(start('whole'));
  expect([whole.code, whole.stderr]).toEqual([0, expect.any(String)]);
  const expected = await readAll('whole');
  expect(Object.keys(expected)).toHaveLength(PAPERS - 5);

  let kills = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const [requests, embedded] = [arxiv.requests.length, syncing.openai.calls.length];
    const child = start('killed');
    const finished = finish(child);
    // After a few requests, or, once all pages are received, while papers are embedded, written and indexed.
    const isPoint = toKillPoint(random);
    while (
      child.exitCode === null &&
      !isPoint(arxiv.requests.length - requests, syncing.openai.calls.length - embedded)
    ) {
      await setTimeout(2);
    }
    await setTimeout(30 * random());
    child.kill('SIGKILL');
    if ((await finished).code === null) kills++;
  }
  expect(kills).toBeGreaterThanOrEqual(KILLS - 2);
  const last = await finish(start('killed'));
  expect([last.code, last.stderr]).toEqual([0, expect.any(String)]);
  expect(await readAll('killed')).toEqual(expected);
  const rejects = await readRejects('whole');
  expect(rejects).toEqual(await readRejects('killed'));
}, 240_000);

/** Only the reason and the id, because the pages have other numbers after a kill. */
function toReject(line: unknown): string {
  const { reason, text } = line as { reason: string; text: string };
  return `${reason} ${String((JSON.parse(text) as { id: unknown }).id)}`;
}

type IsPoint = (requests: number, embeddings: number) => boolean;

function toKillPoint(random: () => number): IsPoint {
  const after = 1 + Math.floor(5 * random());
  return (requests, embeddings) => requests >= after || embeddings > 0;
}
