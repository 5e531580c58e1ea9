import { once } from 'node:events';
import { spawnCommand } from './command-process.js';
import { readCpuMs, readMemory } from './server-process.js';
import { INDEXING_NOTE } from '../src/ingest/progress.js';
import type { Counts } from '../src/ingest/counts.js';

const LOOK_EVERY_MS = 20;

/** One run of `paperql ingest`, started as by an operator. */
export interface IngestRun {
  /** Null if the process was ended before it printed them. */
  counts: Counts | null;
  /** Time from the start of the process until everything was stored, and until it ended. */
  loadingSeconds: number;
  totalSeconds: number;
  /**
   * Peak resident memory until everything was stored, and of the whole run, in MiB; NaN if the system does not report
   * it.
   */
  loadingPeakMb: number;
  peakMb: number;
  /** Number of cores in use until everything was stored. */
  cores: number;
  /** Total processor time; NaN if the system does not report it. */
  cpuSeconds: number;
}

/** @param options.withoutIndexes ends the process once everything is stored. */
export async function runIngest(
  args: readonly string[],
  folder: string,
  environment: Record<string, string>,
  { withoutIndexes = false } = {},
): Promise<IngestRun> {
  const startedAt = performance.now();
  const child = spawnCommand(['ingest', '--json', ...args], folder, environment, {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const seconds = () => (performance.now() - startedAt) / 1_000;
  const run: IngestRun = {
    counts: null,
    loadingSeconds: NaN,
    totalSeconds: NaN,
    loadingPeakMb: NaN,
    peakMb: NaN,
    cores: NaN,
    cpuSeconds: NaN,
  };
  let [stdout, stderr] = ['', ''];
  const timer = setInterval(() => {
    // A process that is ending reports no memory, and one that has ended reports no processor time.
    const { peakMb = NaN } = readMemory(child.pid) ?? {};
    if (!Number.isNaN(peakMb)) run.peakMb = peakMb;
    const cpuMs = readCpuMs(child.pid);
    if (!Number.isNaN(cpuMs)) run.cpuSeconds = cpuMs / 1_000;
  }, LOOK_EVERY_MS);
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    if (!Number.isNaN(run.loadingSeconds) || !stderr.includes(INDEXING_NOTE)) return;
    run.loadingSeconds = seconds();
    run.loadingPeakMb = readMemory(child.pid)?.peakMb ?? NaN;
    run.cores = readCpuMs(child.pid) / 1_000 / run.loadingSeconds;
    if (withoutIndexes) child.kill('SIGKILL');
  });
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(timer);
  run.totalSeconds = seconds();
  if (withoutIndexes && code === null) return run;
  if (code !== 0) throw new Error(`paperql ingest ended with ${code}: ${stderr}`);
  // Printed by our own command.
  run.counts = (JSON.parse(stdout) as { counts: Counts }).counts;
  return run;
}
