import { statfsSync } from 'node:fs';
import { availableParallelism } from 'node:os';

// As in src/config/environment.ts; workers inherit it.
process.env.ORT_DISABLE_TELEMETRY ??= '1';

const MEMORY = '/dev/shm';
const LEAST_FREE_BYTES = 1024 ** 3;

// Tests write many small files, at most some 100 MB at once. In memory, that takes less processor time than on a disk: a third
// less for a small collection of the embedded store.
if (hasRoom(MEMORY)) process.env.TMPDIR ??= MEMORY;

/** False on other systems than Linux, and in containers, where the folder usually has room for 64 MB. */
function hasRoom(folder) {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= LEAST_FREE_BYTES;
  } catch {
    return false;
  }
}

/**
 * Jest runs what tsc compiled into build/: the same modules that the server runs, including its workers. The npm script `jest`
 * makes V8 wait six times longer before it optimizes a function, because modules are evaluated again in each test file, and most
 * never run for long.
 */
export default {
  testEnvironment: '<rootDir>/build/test/support/worker-environment.js',
  roots: ['<rootDir>/build/test'],
  // These need more than Node, and have their own commands: npm run test:web, test:install, test:deploy and test:cluster.
  testPathIgnorePatterns: ['web', 'install', 'deploy', 'cluster'].map(
    (folder) => `<rootDir>/build/test/${folder}/`,
  ),
  testSequencer: '<rootDir>/scripts/slowest-first.js',
  transform: {},
  // Ends a test that hangs. A test that is slow on a busy machine must not fail.
  testTimeout: 120_000,
  // Tests spend half of their time waiting for a disk, a process or a timer, so six workers run even on two cores.
  maxWorkers: Math.max(6, availableParallelism() - 1),
  // Concurrent tests run commands, and each needs a process that takes a second to load the modules.
  maxConcurrency: 3,
  // A worker that has finished still waits for the threads of the engine and the model to end, which takes more than the default
  // of half a second on a busy machine. Open handles are still reported.
  workerGracefulExitTimeout: 10_000,
};
