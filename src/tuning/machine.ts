import os from 'node:os';
import type { Machine } from './report.js';

/** What figures must be read with. */
export function readMachine(): Machine {
  const cpus = os.cpus();
  return {
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    memoryBytes: os.totalmem(),
    load: os.loadavg()[0] ?? 0,
  };
}
