import { once } from 'node:events';
import { spawnCommand } from './command-process.js';
import { readCpuMs } from './server-process.js';
import type { Counts } from '../src/ingest/counts.js';
import { INDEXING_NOTE } from '../src/ingest/progress.js';

/** Interval at which processor time is read: a process that has ended no longer reports it. */
const LOOK_EVERY_MS = 20;

/** Time taken by a phase of a process. Processor time is NaN if the system does not report it. */
export interface Took {
  seconds: number;
  cpuSeconds: number;
}

/** One run of `paperql sync`, started as by an operator. */
export interface SyncRun {
  counts: Counts;
  /** Starting, and receiving all pages into files. */
  receiving: Took;
  /** Comparing, embedding and storing. */
  loading: Took;
  /** Indexes, and the directory of authors and titles. */
  indexing: Took;
  total: Took;
}

/** Runs `paperql sync` with no pause between requests. */
export async function runSync(environment: Record<string, string>, folder: string): Promise<SyncRun> {
  const startedAt = performance.now();
  const settings = { EMBEDDER: 'local', SYNC_PAUSE_MS: '0', ...environment };
  const child = spawnCommand(['sync', '--json'], folder, settings, { stdio: ['ignore', 'pipe', 'pipe'] });
  let cpuMs = NaN;
  const look = () => {
    const now = readCpuMs(child.pid);
    if (!Number.isNaN(now)) cpuMs = now;
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  const sinceStart = (): Took => ({
    seconds: (performance.now() - startedAt) / 1_000,
    cpuSeconds: cpuMs / 1_000,
  });
  const ends: { received?: Took; stored?: Took } = {};
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    look();
    // One line per page; the last one ends the phase.
    if (/: \d+ pages, /.test(chunk.toString())) ends.received = sinceStart();
    if (stderr.includes(INDEXING_NOTE)) ends.stored ??= sinceStart();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(timer);
  if (code !== 0) throw new Error(`paperql sync ended with ${code}: ${stderr}`);
  const total = sinceStart();
  const { received: afterReceiving = total, stored: afterLoading = total } = ends;
  // Printed by our own command.
  const { counts } = JSON.parse(stdout) as { counts: Counts };
  return {
    counts,
    receiving: afterReceiving,
    loading: minus(afterLoading, afterReceiving),
    indexing: minus(total, afterLoading),
    total,
  };
}

function minus(a: Took, b: Took): Took {
  return { seconds: a.seconds - b.seconds, cpuSeconds: a.cpuSeconds - b.cpuSeconds };
}
