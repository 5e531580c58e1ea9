import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { durationInWords } from '../duration.js';

/** Delay before a process that ended unexpectedly is restarted; doubled each time that it ended soon. */
const RESTART_MS = 60_000;
/** The highest rate at which anyone may sync. A set that arXiv does not have would fail each time. */
const LONGEST_RESTART_MS = 3_600_000;
/** Time that the process has to finish work in flight. */
const STOP_MS = 5_000;

export interface SyncBeside {
  /** Ends the process, gracefully if there is time. */
  close(): Promise<void>;
}

export interface SyncBesideOptions {
  everyMs: number;
  /** Gets each line that the process prints, and reports of its unexpected ends. */
  log: { info(message: string): void; error(message: string): void };
}

/**
 * Syncs while the server runs, in a separate process with the same configuration. If several servers share a data
 * folder, only the process of one of them syncs; another takes over when it ends. The process ends with this one,
 * however that ends.
 */
export function startSyncBeside({ everyMs, log }: SyncBesideOptions): SyncBeside {
  const script = fileURLToPath(new URL('../main.js', import.meta.url));
  const args = ['sync', '--when-due', '--json', '--every', `${Math.round(everyMs / 60_000)}m`];
  let child: ChildProcess | null = null;
  let restart: NodeJS.Timeout | undefined;
  let isClosing = false;
  let endedSoon = 0;
  const start = () => {
    const started = fork(script, args, { silent: true, execArgv: [] });
    const startedAt = performance.now();
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => log.info(line));
    }
    started.once('error', (error) => log.error(`The sync cannot be started: ${error.message}`));
    started.once('close', (code) => {
      child = null;
      if (isClosing) return;
      endedSoon = performance.now() - startedAt < LONGEST_RESTART_MS ? endedSoon + 1 : 1;
      const restartMs = toRestartMs(endedSoon);
      log.error(`The sync ended with ${code ?? 'a signal'}; restarting it in ${durationInWords(restartMs)}`);
      restart = setTimeout(start, restartMs).unref();
    });
  };
  start();
  return {
    async close() {
      isClosing = true;
      clearTimeout(restart);
      const ending = child;
      if (ending === null) return;
      const closed = new Promise<void>((resolve) => ending.once('close', () => resolve()));
      ending.kill('SIGTERM');
      const killing = setTimeout(() => ending.kill('SIGKILL'), STOP_MS);
      await closed;
      clearTimeout(killing);
    },
  };
}

/** @param endedSoon number of consecutive processes that ended soon. */
export function toRestartMs(endedSoon: number): number {
  return Math.min(RESTART_MS * 2 ** (endedSoon - 1), LONGEST_RESTART_MS);
}
