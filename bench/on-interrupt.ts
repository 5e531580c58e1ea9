import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * Signals after which nothing may be left: Ctrl-C, a request to end, and a closed terminal. The exit codes are those
 * of shells.
 */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const cleanups = new Set<() => unknown>();
const children = new Set<ChildProcess>();

/**
 * Registers a cleanup for when the bench is interrupted; the last one registered runs first. @returns a function that
 * removes it.
 */
export function onInterrupt(cleanUp: () => unknown): () => void {
  cleanups.add(cleanUp);
  return () => void cleanups.delete(cleanUp);
}

/** Ends the child process with this one, however this one ends. */
export function endWithBench(child: ChildProcess): void {
  children.add(child);
  child.once('exit', () => children.delete(child));
}

export interface ScratchFolder {
  folder: string;
  remove: () => Promise<void>;
}

/** A folder that is removed by the caller, or if the bench is interrupted. */
export async function makeScratchFolder(name: string): Promise<ScratchFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), `paperql-bench-${name}-`));
  const removeAll = () => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  const forget = onInterrupt(removeAll);
  return {
    folder,
    remove: async () => {
      forget();
      await removeAll();
    },
  };
}

/**
 * Runs the bench until it ends or is interrupted. On an interrupt, children are killed, registered cleanups run, and
 * the process exits; a second signal ends it immediately.
 */
export async function runUntilInterrupted(run: () => Promise<unknown>): Promise<void> {
  process.once('exit', killChildren);
  const interrupted = new Promise<number>((resolve) => {
    for (const [signal, code] of Object.entries(EXIT_CODES)) process.once(signal, () => resolve(code));
  });
  const code = await Promise.race([run().then(() => null), interrupted]);
  if (code === null) return;
  console.error('\nInterrupted: removing what was made for the measurement.');
  killChildren();
  for (const cleanUp of [...cleanups].reverse()) await Promise.resolve(cleanUp()).catch(() => undefined);
  process.exit(code);
}

function killChildren(): void {
  for (const child of children) child.kill('SIGKILL');
}
