import { spawn, spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Summary } from '../../src/ingest/summary.js';
import { packagePath } from '../../src/package-root.js';
import { openLanceStore } from '../support/lance-store.js';
import { toDumpRecords, writeDump } from '../support/kaggle-records.js';
import { startLoading, type Loading } from '../support/loading.js';
import { finish } from '../support/process.js';

/** A small in-memory disk in its own namespaces, which an ordinary user may create on most systems. */
const UNSHARE = ['--user', '--map-root-user', '--mount', 'sh', '-c'];
const canMount = spawnSync('unshare', [...UNSHARE, 'mount -t tmpfs tmpfs /mnt']).status === 0;

function onSmallDisk(name: string, run: () => Promise<void>): void {
  if (canMount) test(name, run);
  else test.skip(`${name} (not run: unshare may not mount a small disk on this system)`, run);
}

const PAPERS = 120;

let loading: Loading;
beforeEach(async () => {
  loading = await startLoading();
  const { directory } = loading;
  await mkdir(path.join(directory, 'data'));
  // Random letters, which cannot be compressed, in a few long words, because indexing each word takes time.
  const abstract = (at: number) =>
    Array.from({ length: 900 }, (_, part) => hashed(at * 1_000 + part) + (part % 10 === 9 ? ' ' : '')).join(
      '',
    );
  await writeDump(
    directory,
    'dump.json',
    toDumpRecords(PAPERS, (at) => ({ abstract: abstract(at) })),
  );
});
afterEach(() => loading.close());

function hashed(seed: number): string {
  return ((seed * 2_654_435_761) % 4_294_967_296).toString(36);
}

/** Leaves room for a few batches, or for all once the filler is deleted. */
const PREPARE = 'mount -t tmpfs -o size=40m tmpfs data && head -c 40700000 /dev/zero > data/filler';
/** The disk disappears with the namespace. */
const KEEP = 'cp -r data kept';

/** Runs the script on a small, nearly full disk. In the script, `ingest` runs the command with further options. */
function spawnOnSmallDisk(script: string) {
  const command = `ingest() { "${process.execPath}" "${packagePath('dist', 'main.js')}" ingest --json --batch-size 20 "$@" dump.json; }`;
  const { PATH = '' } = process.env;
  return spawn('unshare', [...UNSHARE, [command, PREPARE, script, KEEP].join('\n')], {
    cwd: loading.directory,
    env: { PATH, LOG_LEVEL: 'warn', ...loading.environment },
  });
}

async function expectAllStored(): Promise<void> {
  const dataDir = path.join(loading.directory, 'kept');
  const store = await openLanceStore({ dataDir, collection: 'arxiv_papers' });
  try {
    expect(await store.describe()).toMatchObject({ count: PAPERS, missingIndexes: [] });
  } finally {
    await store.close();
  }
}

onSmallDisk('a load waits while the disk is full, and nothing is lost or done twice', async () => {
  const child = spawnOnSmallDisk(`
    ingest & load=$!
    while kill -0 $load 2> /dev/null; do
      if [ -e room ]; then rm -f data/filler; fi
      sleep 0.1
    done
    wait $load`);
  let printed = '';
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const finished = finish(child);
  while (!printed.includes('The disk is full') && child.exitCode === null) await setTimeout(20);
  await writeFile(path.join(loading.directory, 'room'), '');
  const { stdout, stderr } = await finished;
  expect(stderr).toMatch(/^The disk is full: .* cannot write collection arxiv_papers; retrying in/m);
  expect(JSON.parse(stdout)).toMatchObject({
    status: 'finished',
    counts: { new: PAPERS, embedded: PAPERS },
  });
  expect(loading.embeddedTexts()).toHaveLength(PAPERS);
  await expectAllStored();
});

onSmallDisk('a disk that stays full stops the load gracefully, and the same command resumes it', async () => {
  const child = spawnOnSmallDisk(`
    ingest --max-wait 1 > stopped.json; echo $? > stopped.code
    cp data/ingest/arxiv_papers.checkpoint.json .
    rm data/filler
    ingest`);
  const { stdout, stderr } = await finish(child);
  const read = (name: string) => readFile(path.join(loading.directory, name), 'utf8');
  expect([await read('stopped.code'), stderr]).toEqual([
    '3\n',
    expect.stringMatching(/^Stopped: The disk is full.*\nRun the same command again to resume/m),
  ]);
  const stopped = JSON.parse(await read('stopped.json')) as Summary;
  expect(stopped).toMatchObject({ status: 'stopped' });
  const checkpoint = JSON.parse(await read('arxiv_papers.checkpoint.json')) as Pick<Summary, 'counts'>;
  expect(checkpoint.counts.new).toBeLessThanOrEqual(stopped.counts.new);

  expect(stderr).toMatch(/Resuming after \d+ records/);
  const finished = JSON.parse(stdout) as Summary;
  expect(finished).toMatchObject({ status: 'finished', counts: { read: PAPERS } });
  // The disk may have had no room for the last checkpoint. Papers stored after it are then found unchanged.
  expect(finished.counts.new + finished.counts.unchanged).toBe(PAPERS);
  await expectAllStored();
});
