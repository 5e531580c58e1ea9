import os from 'node:os';
import { packageVersion } from '../src/package-root.js';

/** Facts about the machine that are needed to interpret the figures. */
export function machineInWords(): string {
  const cpus = os.cpus();
  const model = cpus[0]?.model.trim() ?? 'unknown CPU';
  const memoryGb = (os.totalmem() / 2 ** 30).toFixed(0);
  return [
    `PaperQL ${packageVersion()}, Node ${process.version}, ${os.type()} ${os.release()} ${os.arch()}`,
    `${cpus.length} cores (${model}), ${memoryGb} GB of memory, load ${os.loadavg()[0]?.toFixed(1)} at the start`,
    'Server, load generator and store share these cores. Compare only figures of one run, preferably by their ratios.',
  ].join('\n');
}
