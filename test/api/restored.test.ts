import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { toDumpRecords, writeDump } from '../support/kaggle-records.js';
import { finish, runPaperql, spawnPaperql } from '../support/process.js';
import { startQdrantServer } from '../support/qdrant-server.js';
import { createQdrantStandIn } from '../support/qdrant-stand-in.js';
import { startSyncing, toArxivPaper, type Syncing } from '../support/syncing.js';
import { takeLock } from '../../src/ingest/run-lock.js';

/** Papers of the backup. */
const SAVED = 20;
const PAPERS = 100;

let syncing: Syncing;
beforeEach(async () => {
  const papers = Array.from({ length: SAVED }, (_, index) => toArxivPaper(index, 1));
  syncing = await startSyncing({ papers, pageSize: 10 });
});
afterEach(() => syncing.close());

/** Runs a command that must succeed. */
async function run(args: string[], settings: Record<string, string> = {}): Promise<string> {
  const { code, stdout, stderr } = await runPaperql(
    args,
    { ...syncing.environment, ...settings },
    syncing.directory,
  );
  expect(`${code}: ${stderr}`).toMatch(/^0: /);
  return stdout;
}

test('a load that was interrupted before a restore starts from the beginning', async () => {
  const { directory, openai } = syncing;
  await run(['ingest', await writeDump(directory, 'few.jsonl', toDumpRecords(SAVED))]);
  await run(['backup', 'save', 'saved']);

  const file = await writeDump(directory, 'all.jsonl', toDumpRecords(PAPERS));
  const load = ['--max-wait', '1', '--batch-size', '10', file];
  openai.failWhen(() => (syncing.embeddedTexts().length > 60 ? { status: 500 } : undefined));
  expect((await syncing.ingest(...load)).code).toBe(3);
  openai.failWhen(() => undefined);
  await syncing.withStore((store) => store.drop());

  await run(['backup', 'restore', 'saved']);
  const { counts } = await syncing.summaryOf(0, ...load);
  expect(counts).toMatchObject({ read: PAPERS, new: PAPERS - SAVED });
  expect(await syncing.withStore((store) => store.count())).toBe(PAPERS);
});

test('a collection restored under another name receives only what changed since', async () => {
  expect(await syncing.reportOf(0)).toMatchObject({ counts: { new: SAVED } });
  await run(['backup', 'save', 'saved']);
  syncing.arxiv.clock.move(2 * 86_400_000);
  syncing.arxiv.papers.push(toArxivPaper(SAVED, 11));

  const renamed = { QDRANT_COLLECTION: 'renamed' };
  await run(['backup', 'restore', 'saved'], renamed);
  const report: unknown = JSON.parse(await run(['sync', '--json'], renamed));
  expect(report).toMatchObject({ pages: 1, counts: { read: 1, new: 1 } });
});

test('the sync state of another collection is not saved', async () => {
  await syncing.reportOf(0);
  const qdrant = await startQdrantServer(createQdrantStandIn());
  // It has the same name, and its data folder is the same.
  const other = { STORE: 'qdrant', QDRANT_URL: qdrant.url };
  try {
    await run(['ingest', await writeDump(syncing.directory, 'few.jsonl', toDumpRecords(1))], other);
    await run(['backup', 'save', 'saved'], other);
    expect(await readdir(path.join(syncing.directory, 'saved', 'sync'))).toEqual([]);
  } finally {
    await qdrant.close();
  }
});

test('a restore waits for a sync of the collection', async () => {
  const { directory, environment } = syncing;
  await syncing.reportOf(0);
  await run(['backup', 'save', 'saved']);
  await syncing.withStore((store) => store.drop());

  const sync = path.join(directory, 'data', 'sync');
  const before = await readdir(sync);
  const release = await takeLock(path.join(sync, 'arxiv_papers.json.lock'), {
    signal: new AbortController().signal,
    onWait: () => undefined,
  });
  const restore = spawnPaperql(['backup', 'restore', 'saved'], environment, directory);
  const restored = finish(restore);
  let said = '';
  restore.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  while (said === '' && restore.exitCode === null) await setTimeout(20);
  expect(said).toBe(`Waiting for a sync to end (process ${process.pid}).\n`);
  expect(existsSync(path.join(directory, 'data', 'arxiv_papers.lance'))).toBe(false);
  await release();
  expect((await restored).code).toBe(0);
  expect(await readdir(sync)).toEqual(before);
});
