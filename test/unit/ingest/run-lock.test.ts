import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { takeLock } from '../../../src/ingest/run-lock.js';

let directory: string;
let file: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'paperql-lock-'));
  file = path.join(directory, 'locks', 'papers.lock');
});

afterEach(() => rm(directory, { recursive: true }));

function take(signal = new AbortController().signal, onWait: (pid: number) => void = () => undefined) {
  return takeLock(file, { signal, onWait });
}

/** A process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

async function leaveLock(holder: unknown): Promise<void> {
  const giveBack = await take();
  await giveBack();
  await writeFile(file, typeof holder === 'string' ? holder : JSON.stringify(holder));
}

test('the second process waits until the first releases the lock, and reports its holder once', async () => {
  const giveBack = await take();
  const told: number[] = [];
  let isTaken = false;
  const second = take(undefined, (pid) => told.push(pid)).then((give) => {
    isTaken = true;
    return give;
  });
  while (told.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(isTaken).toBe(false);
  await giveBack();
  await (
    await second
  )();
  expect(told).toEqual([process.pid]);
  expect(existsSync(file)).toBe(false);
});

test('a process that is stopped while it waits does not affect the lock', async () => {
  const giveBack = await take();
  const stop = new AbortController();
  await expect(take(stop.signal, () => stop.abort(new Error('stopped')))).rejects.toThrow();
  expect(existsSync(file)).toBe(true);
  await giveBack();
});

test('the lock of a process that has ended is taken over', async () => {
  await leaveLock({ pid: deadPid(), host: hostname() });
  const giveBack = await take();
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ pid: process.pid, host: hostname() });
  await giveBack();
});

test.each([[{ pid: 1, host: 'elsewhere' }], ['not written yet']])(
  'a lock of %j is taken over if it was not refreshed for half a minute',
  async (holder) => {
    await leaveLock(holder);
    const old = new Date(Date.now() - 31_000);
    await utimes(file, old, old);
    await (
      await take()
    )();
    expect(existsSync(file)).toBe(false);
  },
);

/** Running processes that began after the lock was last refreshed, when another process had their id. */
const OTHERS: [string, () => ChildProcess | typeof process][] = [
  ['this process', () => process],
  // Only Linux reports when another process began.
  ...(existsSync('/proc/self/stat')
    ? ([['another one', () => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])]] satisfies [
        string,
        () => ChildProcess,
      ][])
    : []),
];

test.each(OTHERS)('the lock of a process is taken over if %s now has its id', async (_name, begin) => {
  const other = begin();
  await leaveLock({ pid: other.pid, host: hostname() });
  const old = new Date(Date.now() - 3_600_000);
  await utimes(file, old, old);
  await (
    await take()
  )();
  expect(existsSync(file)).toBe(false);
  if (other !== process) (other as ChildProcess).kill('SIGKILL');
});

test('the lock of another process that began before it took the lock is waited for', async () => {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await leaveLock({ pid: other.pid, host: hostname() });
  const stop = new AbortController();
  const waiting = take(stop.signal, () => stop.abort());
  await expect(waiting).rejects.toThrow();
  expect(existsSync(file)).toBe(true);
  other.kill('SIGKILL');
});

test('a lock of another host that is refreshed is waited for', async () => {
  await leaveLock({ pid: 1, host: 'elsewhere' });
  const stop = new AbortController();
  const told: number[] = [];
  const waiting = take(stop.signal, (pid) => {
    told.push(pid);
    stop.abort();
  });
  await expect(waiting).rejects.toThrow();
  expect(told).toEqual([1]);
  expect(existsSync(file)).toBe(true);
});

test('if many find a dead holder at the same time, only one at a time gets the lock', async () => {
  await leaveLock({ pid: deadPid(), host: hostname() });
  let holders = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      const giveBack = await take();
      most = Math.max(most, ++holders);
      await new Promise((resolve) => setTimeout(resolve, 5));
      holders--;
      await giveBack();
    }),
  );
  expect(most).toBe(1);
});

test('a holder whose lock was taken over does not release the new lock', async () => {
  const giveBack = await take();
  await writeFile(file, JSON.stringify({ pid: 1, host: 'elsewhere' }));
  await giveBack();
  expect(existsSync(file)).toBe(true);
});
