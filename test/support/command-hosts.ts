import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { HostedCommand } from './command-host.js';

/** How a command ended, and what it printed. */
export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A process that runs commands, and its streams. */
interface Host {
  child: ChildProcess;
  stdout: Socket;
  stderr: Socket;
}

const END_OF_OUTPUT = '\0';

const idle: Host[] = [];
const busy = new Set<Host>();

/** Runs a command to its end in an idle host or a new one. */
export async function runHosted(command: Omit<HostedCommand, 'endOfOutput'>): Promise<Finished> {
  const host = idle.pop() ?? startHost();
  busy.add(host);
  keepAlive(host, true);
  const output = Promise.all([readCommandOutput(host.stdout), readCommandOutput(host.stderr)]);
  const waiting = new AbortController();
  const events = ['message', 'close'].map((event) => once(host.child, event, { signal: waiting.signal }));
  host.child.send({ ...command, endOfOutput: END_OF_OUTPUT } satisfies HostedCommand);
  const [code] = (await Promise.race(events)) as [number | null];
  waiting.abort();
  const [stdout, stderr] = await output;
  busy.delete(host);
  if (host.child.connected) idle.push(host);
  keepAlive(host, false);
  return { code, stdout, stderr };
}

/** Kills the commands that a failed test has left running, because a graceful stop would take longer. */
export async function endUnfinished(): Promise<void> {
  const exits = [...busy].map(({ child }) => once(child, 'exit'));
  for (const { child } of busy) child.kill('SIGKILL');
  await Promise.all(exits);
}

/** Sets whether the host keeps this process alive. An idle host ends with this process. */
function keepAlive({ child, stdout, stderr }: Host, isKept: boolean): void {
  for (const each of [child, child.channel, stdout, stderr]) {
    if (isKept) each?.ref();
    else each?.unref();
  }
}

function startHost(): Host {
  const script = fileURLToPath(new URL('./command-host.js', import.meta.url));
  const { PATH = '', HOME = '' } = process.env;
  const child = fork(script, { silent: true, execArgv: [], env: { PATH, HOME } });
  const { stdout, stderr } = child;
  // `silent` creates pipes, which are sockets.
  if (!(stdout instanceof Socket && stderr instanceof Socket)) throw new Error('the output is not piped');
  stdout.setEncoding('utf8');
  stderr.setEncoding('utf8');
  return { child, stdout, stderr };
}

/** The output up to the mark that ends a command's output, or up to the end of the process. */
function readCommandOutput(stream: Socket): Promise<string> {
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
