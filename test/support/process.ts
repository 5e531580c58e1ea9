import { fork, spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll } from '@jest/globals';
import type { HostedCommand } from './command-host.js';
import { packagePath } from '../../src/package-root.js';

/** A running `paperql serve` of the built tree. */
export interface ServerProcess {
  url: string;
  child: ChildProcess;
  /** Everything printed so far. */
  output(): string;
  /** Sends the signal; the exit code. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

/** Only what a test sets reaches a command, so that the machine's own settings do not. */
function toEnvironment(settings: Record<string, string>): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME, PORT: '0', LOG_LEVEL: 'warn', ...settings };
}

/** A command in a process of its own, to be stopped, killed or given standard input. */
export function spawnPaperql(
  args: readonly string[],
  environment: Record<string, string>,
  directory: string,
): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [packagePath('dist', 'main.js'), ...args], {
    cwd: directory,
    env: toEnvironment(environment),
  });
}

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** What a command printed and how it ended. */
export async function finish(child: ChildProcessWithoutNullStreams): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

const END_OF_OUTPUT = '\0';

/** The hosts of this test file, and those that are not carrying out a command. */
const hosts = new Set<ChildProcess>();
const idleHosts: ChildProcess[] = [];
afterAll(async () => {
  const exits = [...hosts].map((host) => once(host, 'exit'));
  // A command that a failed test has left under way would take its time to stop gracefully.
  for (const host of hosts) host.kill('SIGKILL');
  await Promise.all(exits);
});

/**
 * Runs a command to its end. Commands of a test file share a process, see `command-host.ts`, which saves each the second
 * that loading the modules takes.
 */
export async function runPaperql(
  args: readonly string[],
  environment: Record<string, string>,
  directory: string,
): Promise<Finished> {
  const host = idleHosts.pop() ?? startHost();
  const { stdout, stderr } = host;
  if (!stdout || !stderr) throw new Error('the output of a host is not piped');
  const output = Promise.all([readCommandOutput(stdout), readCommandOutput(stderr)]);
  const waiting = new AbortController();
  const events = ['message', 'close'].map((event) => once(host, event, { signal: waiting.signal }));
  host.send({
    args,
    environment: toEnvironment(environment),
    directory,
    endOfOutput: END_OF_OUTPUT,
  } satisfies HostedCommand);
  const [code] = (await Promise.race(events)) as [number | null];
  waiting.abort();
  const [printed, complained] = await output;
  if (host.connected) idleHosts.push(host);
  return { code, stdout: printed, stderr: complained };
}

function startHost(): ChildProcess {
  const script = fileURLToPath(new URL('./command-host.js', import.meta.url));
  const host = fork(script, { silent: true, execArgv: [], env: toEnvironment({}) });
  host.stdout?.setEncoding('utf8');
  host.stderr?.setEncoding('utf8');
  hosts.add(host);
  host.once('exit', () => hosts.delete(host));
  return host;
}

/** What is printed up to the mark that ends a command's output, or the end of the process. */
function readCommandOutput(stream: Readable): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const finish = () => {
      stream.off('data', add).off('end', finish);
      resolve(text.replace(END_OF_OUTPUT, ''));
    };
    const add = (chunk: string) => {
      text += chunk;
      if (text.endsWith(END_OF_OUTPUT)) finish();
    };
    stream.on('data', add).once('end', finish);
  });
}

function spawnServe(environment: Record<string, string>, directory: string): [ChildProcess, () => string] {
  const child = spawnPaperql(['serve'], environment, directory);
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  return [child, () => printed];
}

/** Starts the server in the directory and waits until it says where it listens. */
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

/** Runs a server that is expected to refuse to start. */
export async function runToExit(
  environment: Record<string, string>,
  directory: string,
): Promise<{ code: number | null; output: string }> {
  const [child, output] = spawnServe(environment, directory);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: output() };
}
