import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PACKAGE_ROOT } from '../../src/package-root.js';

/** `paperql serve` in its own process, with the sample and default settings. */
export interface FuzzedServer {
  url: string;
  /** Process id. */
  pid: number;
  /** Folders that no answer may contain. */
  ownPaths: string[];
  /** Bytes of heap and buffers after a garbage collection; NaN if the server has ended. */
  heapBytes(): Promise<number>;
  /** How the server ended; undefined while it runs. */
  exit(): string | undefined;
  /** The first unexpected error in its log. */
  logOfErrors(): string | undefined;
  stop(): Promise<void>;
}

export async function startFuzzedServer(environment: Record<string, string> = {}): Promise<FuzzedServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'paperql-fuzz-'));
  const { PATH = '', HOME = '' } = process.env;
  // The same build as this file.
  const child = fork(path.join(import.meta.dirname, '..', '..', 'src', 'main.js'), ['serve'], {
    cwd: folder,
    env: { PATH, HOME, PORT: '0', LOG_LEVEL: 'error', ...environment },
    execArgv: ['--import', path.join(import.meta.dirname, 'report-heap.js')],
    silent: true,
  });
  let printed = '';
  let exit: string | undefined;
  child.stderr?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.once('exit', (code, signal) => (exit = signal ?? `code ${code}`));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const found = /(http:\/\/\S+)\/graphql/.exec(printed)?.[1];
      if (found) resolve(found);
    });
    child.once('exit', () => reject(new Error(`The server ended before it listened: ${printed}`)));
  });
  return {
    url,
    pid: child.pid ?? 0,
    ownPaths: [folder, PACKAGE_ROOT],
    heapBytes: async () => {
      if (!child.connected) return NaN;
      const answer = once(child, 'message').then(([bytes]) => Number(bytes));
      const end = once(child, 'exit').then(() => NaN);
      child.send('heap');
      return Promise.race([answer, end]);
    },
    exit: () => exit,
    // Pino's lines with the level "error" or "fatal".
    logOfErrors: () => /^\{"level":[56]0.*$/m.exec(printed)?.[0].slice(0, 2_000),
    stop: async () => {
      if (exit === undefined) {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }
      await rm(folder, { recursive: true });
    },
  };
}
