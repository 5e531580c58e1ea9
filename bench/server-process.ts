import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { spawnCommand } from './command-process.js';
import { makeScratchFolder } from './on-interrupt.js';

const START_TIMEOUT_MS = 120_000;

export interface MeasuredServer {
  graphqlUrl: string;
  /** Resident memory of the process in MiB, current and peak; null if the system does not report it. */
  memory(): { nowMb: number; peakMb: number } | null;
  /** False if it ended by itself. */
  isRunning(): boolean;
  /** Processor time of all its threads so far; NaN if the system does not report it. */
  cpuMs(): number;
  stop(): Promise<void>;
}

/** `paperql serve` as an operator runs it, in a separate process on a free port, with its log in a file. */
export async function startServer(environment: Record<string, string>): Promise<MeasuredServer> {
  const { folder, remove } = await makeScratchFolder('log');
  const log = path.join(folder, 'server.log');
  const child = spawnServer(environment, folder, log);
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    }
    await remove();
  };
  try {
    return {
      graphqlUrl: await readUrl(child, log),
      memory: () => readMemory(child.pid),
      isRunning: () => child.exitCode === null && child.signalCode === null,
      cpuMs: () => readCpuMs(child.pid),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function spawnServer(environment: Record<string, string>, folder: string, log: string): ChildProcess {
  const output = openSync(log, 'w');
  const settings = { NODE_ENV: 'production', PORT: '0', ...environment };
  const child = spawnCommand(['serve'], folder, settings, { stdio: ['ignore', output, output] });
  closeSync(output);
  return child;
}

async function readUrl(child: ChildProcess, log: string): Promise<string> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline) {
    const printed = readFileSync(log, 'utf8');
    const url = /http:\/\/[^\s"]+\/graphql/.exec(printed)?.[0];
    if (url !== undefined) return url;
    if (child.exitCode !== null) throw new Error(`The server did not start: ${printed}`);
    await wait(50);
  }
  throw new Error(`The server did not start within ${START_TIMEOUT_MS} ms`);
}

/** Memory of a process, from Linux's `/proc` (man 5 proc_pid_status). */
export function readMemory(pid: number | undefined): { nowMb: number; peakMb: number } | null {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return null;
  const status = readFileSync(file, 'utf8');
  const toMb = (key: string) => Number(new RegExp(`^${key}:\\s*(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { nowMb: toMb('VmRSS'), peakMb: toMb('VmHWM') };
}

/** One tick of Linux's processor time, the same on every machine (man 7 time, `USER_HZ`). */
const MS_PER_TICK = 10;

/** Processor time of a process, from Linux's `/proc` (man 5 proc_pid_stat): fields 14 and 15. The name may contain spaces. */
export function readCpuMs(pid: number | undefined): number {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return NaN;
  const [, afterName = ''] = readFileSync(file, 'utf8').split(') ');
  const fields = afterName.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}
