import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { makeFolder } from '../make-folder.js';
import { systemCodeOf } from '../system-error.js';

/**
 * Interval at which a holder shows that it is alive, for those who cannot see its process, for example from another
 * container.
 */
const SHOW_LIFE_MS = 5_000;
const DEAD_AFTER_MS = 30_000;
const LOOK_EVERY_MS = 500;
/** Maximum difference between the system's times of a file and of a process. */
const CLOCKS_DIFFER_MS = 1_000;
/** Linux's unit of time, on every processor that Node runs on. */
const TICKS_PER_SECOND = 100;

const Holder = z.object({ pid: z.int(), host: z.string() });
type Holder = z.infer<typeof Holder>;

/**
 * Lets one process at a time write to a collection; others wait. The lock of a dead process is taken over.
 *
 * @param onWait called once if another process holds the lock.
 * @returns a function that releases the lock.
 * @throws the reason of `signal` if it is aborted while waiting.
 */
export async function takeLock(
  file: string,
  { signal, onWait }: { signal: AbortSignal; onWait: (pid: number) => void },
): Promise<() => Promise<void>> {
  await makeFolder(path.dirname(file));
  let told = false;
  while (!(await tryLock(file))) {
    signal.throwIfAborted();
    const holder = await readHolder(file);
    if ((await isDead(file, holder)) && (await removeDead(file))) continue;
    if (!told && holder) onWait(holder.pid);
    told ||= holder !== null;
    await setTimeout(LOOK_EVERY_MS, undefined, { signal });
  }
  const timer = setInterval(() => void showLife(file), SHOW_LIFE_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    // A process that could not see this one may have taken the lock over.
    const holder = await readHolder(file);
    if (holder?.pid === process.pid && holder.host === hostname()) await rm(file, { force: true });
  };
}

/**
 * Removes the lock of a dead holder, one process at a time and after checking again. Otherwise, of two processes that
 * find the same dead holder, the slower one would remove the lock that the faster one has just taken.
 *
 * @returns whether it was removed; false while another process is about to.
 */
async function removeDead(file: string): Promise<boolean> {
  const guard = `${file}.takeover`;
  if (!(await tryLock(guard))) {
    if (await isDead(guard, await readHolder(guard))) await rm(guard, { force: true });
    return false;
  }
  try {
    if (!(await isDead(file, await readHolder(file)))) return false;
    await rm(file, { force: true });
    return true;
  } finally {
    await rm(guard, { force: true });
  }
}

async function tryLock(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    try {
      await handle.writeFile(JSON.stringify({ pid: process.pid, host: hostname() } satisfies Holder));
    } catch (error) {
      // The disk may be full. Others would wait for a lock without a holder.
      await rm(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Null if it has not been written yet, or is gone. */
async function readHolder(file: string): Promise<Holder | null> {
  try {
    return Holder.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
}

async function isDead(file: string, holder: Holder | null): Promise<boolean> {
  if (holder?.host === hostname() && !isRunning(holder.pid)) return true;
  const shown = await stat(file).catch(() => null);
  if (shown === null) return false;
  if (holder?.host !== hostname()) return Date.now() - shown.mtimeMs > DEAD_AFTER_MS;
  // In a restarted container, another process soon has the same number, possibly this one.
  const startedAt = await startOf(holder.pid);
  return startedAt !== null && startedAt > shown.mtimeMs + CLOCKS_DIFFER_MS;
}

/** The start time of a running process, by this machine's clock; null if the system does not report it. */
async function startOf(pid: number): Promise<number | null> {
  try {
    const [uptime, status] = await Promise.all([
      readFile('/proc/uptime', 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ]);
    // The name, in brackets, may contain anything. The start is field 22, and field 3 follows the name:
    // proc_pid_stat(5).
    const ticks = Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[22 - 3]);
    const startedAt = Date.now() - 1_000 * (Number.parseFloat(uptime) - ticks / TICKS_PER_SECOND);
    return Number.isNaN(startedAt) ? null : startedAt;
  } catch {
    return pid === process.pid ? Date.now() - process.uptime() * 1_000 : null;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process exists even if it may not be signalled.
    return systemCodeOf(error) === 'EPERM';
  }
}

async function showLife(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now).catch(() => undefined);
}
