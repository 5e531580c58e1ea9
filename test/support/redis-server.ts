import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { findFreePort } from './free-port.js';
import { findProgram } from './programs.js';

export interface RedisServer {
  url: string;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  stop(): Promise<void>;
}

/** A real Redis that keeps everything in memory. */
export async function startRedis(port?: number): Promise<RedisServer> {
  const chosen = port ?? (await findFreePort());
  const args = ['--port', String(chosen), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn(findProgram('redis-server'), args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await untilReady(child);
  return {
    url: `redis://127.0.0.1:${chosen}`,
    signal: (signal) => void child.kill(signal),
    stop: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function untilReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let printed = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.includes('Ready to accept connections')) resolve();
    });
    child.once('exit', () => reject(new Error(`Redis ended: ${printed}`)));
  });
}
