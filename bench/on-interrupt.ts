import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What Ctrl-C must not leave, nor a terminal that is closed. The exit codes are those of shells. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const cleanups = new Set<() => unknown>();
const children = new Set<ChildProcess>();

/** Has something undone if the bench is interrupted, whatever was registered last first. @returns forgets it. */
export function onInterrupt(cleanUp: () => unknown): () => void {
  cleanups.add(cleanUp);
  return () => void cleanups.delete(cleanUp);
}

/** The process ends with this one, however this one ends. */
export function endWithBench(child: ChildProcess): void {
  children.add(child);
  child.once('exit', () => children.delete(child));
}

export interface ScratchFolder {
  folder: string;
  remove: () => Promise<void>;
}

/** A folder that is removed by the caller, or when the bench is interrupted. */
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
 * Runs the bench until it ends or is interrupted. Then children are killed, everything registered is undone, and the process
 * exits; a second signal ends it immediately.
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
