import { spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { afterAll } from '@jest/globals';
import type { Finished } from './command-hosts.js';
import { importOnce } from './import-once.js';
import { packagePath } from '../../src/package-root.js';

/** A running `paperql serve` of the built tree. */
export interface ServerProcess {
  url: string;
  child: ChildProcess;
  /** Everything printed so far. */
  output(): string;
  /** Sends the signal and returns the exit code. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

/**
 * V8 optimizes functions that have run for long, which does not pay off if the process ends soon. This makes V8 wait thirty times
 * longer, so that a command's start uses a seventh less CPU time.
 */
const SHORT_LIVED = ['--interrupt-budget=2000000'];

/** Passes only what a test sets, so that the machine's own settings do not reach a command. */
function toEnvironment(settings: Record<string, string>): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME, PORT: '0', LOG_LEVEL: 'warn', ...settings };
}

/** Starts a command in its own process, so that a test can stop it, kill it or write to its standard input. */
export function spawnPaperql(
  args: readonly string[],
  environment: Record<string, string>,
  directory: string,
): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [...SHORT_LIVED, packagePath('dist', 'main.js'), ...args], {
    cwd: directory,
    env: toEnvironment(environment),
  });
}

export type { Finished };

/** Waits for the end of a command, and returns what it printed and its exit code. */
export async function finish(child: ChildProcessWithoutNullStreams): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

// A host takes a second to load the modules, so all test files of a worker share one.
const { runHosted, endUnfinished } =
  await importOnce<typeof import('./command-hosts.js')>('./command-hosts.js');
afterAll(endUnfinished);

/** Runs a command to its end, in a process that runs one command after another (see `command-host.ts`). */
export async function runPaperql(
  args: readonly string[],
  environment: Record<string, string>,
  directory: string,
): Promise<Finished> {
  return runHosted({ args, environment: toEnvironment(environment), directory });
}

function spawnServe(environment: Record<string, string>, directory: string): [ChildProcess, () => string] {
  const child = spawnPaperql(['serve'], environment, directory);
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  return [child, () => printed];
}

/** Starts the server in the directory and waits until it prints its address. */
export async function startProcess(
  environment: Record<string, string>,
  directory: string,
): Promise<ServerProcess> {
  const [child, output] = spawnServe(environment, directory);
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const found = /(http:\/\/\S+)\/graphql/.exec(output())?.[1];
      if (found) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`exited with ${code}: ${output()}`)));
  });
  return {
    url,
    child,
    output,
    stop: async (signal) => {
      const exited = once(child, 'exit');
      child.kill(signal);
      const [code] = (await exited) as [number | null];
      return code;
    },
  };
}

/** Runs a server that must refuse to start. */
export async function runToExit(
  environment: Record<string, string>,
  directory: string,
): Promise<{ code: number | null; output: string }> {
  const { code, stdout, stderr } = await runPaperql(['serve'], environment, directory);
  return { code, output: stdout + stderr };
}
