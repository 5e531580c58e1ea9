import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import path from 'node:path';
import { endWithBench } from './on-interrupt.js';

/** `main.js` of the same build as this file, so that the current source is always measured. */
const MAIN = path.join(import.meta.dirname, '..', 'src', 'main.js');

/**
 * Starts a command of `paperql` in the folder. It gets only the given variables, so that the machine's own settings
 * have no effect.
 */
export function spawnCommand(
  args: readonly string[],
  folder: string,
  environment: Record<string, string>,
  options: Pick<SpawnOptions, 'stdio' | 'signal' | 'timeout' | 'killSignal'>,
): ChildProcess {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { PATH, HOME, ...environment },
    ...options,
  });
  endWithBench(child);
  return child;
}
