import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { makeFolder } from '../make-folder.js';
import { systemCodeOf } from '../system-error.js';

/** A holder shows so often that it lives, for those who cannot see its process: in another container, say. */
const SHOW_LIFE_MS = 5_000;
const DEAD_AFTER_MS = 30_000;
const LOOK_EVERY_MS = 500;
/** By how much the system's times of a file and of a process may differ. */
const CLOCKS_DIFFER_MS = 1_000;
/** What Linux counts in, on every processor that Node runs on. */
const TICKS_PER_SECOND = 100;

const Holder = z.object({ pid: z.int(), host: z.string() });
type Holder = z.infer<typeof Holder>;

/**
 * Lets one process at a time write into a collection; another one waits. A lock whose process has died is taken over.
 *
 * @param onWait called once when somebody else holds the lock.
 * @returns what gives the lock back.
 * @throws the reason of `signal` when it is aborted while waiting.
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
    // Somebody who could not see that this process lives may have taken the lock over.
    const holder = await readHolder(file);
    if (holder?.pid === process.pid && holder.host === hostname()) await rm(file, { force: true });
  };
}

/**
 * One at a time, and having looked again: of two who find the same dead holder, the slower one would otherwise remove the
 * lock that the quicker one has just taken.
 *
 * @returns whether it was removed; false while somebody else is about to.
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
      // On a full disk, say: a lock that names nobody would be waited for.
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

/** Null while its maker has not written it, or when it is gone. */
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
  // In a container that is started again, another process soon has the same number, and it may be this one.
  const startedAt = await startOf(holder.pid);
  return startedAt !== null && startedAt > shown.mtimeMs + CLOCKS_DIFFER_MS;
}

/** When a running process began, by this machine's clock; null where the system does not tell. */
async function startOf(pid: number): Promise<number | null> {
  try {
    const [uptime, status] = await Promise.all([
      readFile('/proc/uptime', 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ]);
    // The name, in brackets, may hold anything. The start is field 22, and field 3 follows the name: proc_pid_stat(5).
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
    // Somebody else's process may not be signalled, but is there.
    return systemCodeOf(error) === 'EPERM';
  }
}

async function showLife(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now).catch(() => undefined);
}
