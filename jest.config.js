import { availableParallelism } from 'node:os';

// As in src/config/environment.ts; workers inherit it.
process.env.ORT_DISABLE_TELEMETRY ??= '1';

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
  // A worker that has finished still waits for the threads of the engine and the model to end, which takes more than the default
  // of half a second on a busy machine. Open handles are still reported.
  workerGracefulExitTimeout: 10_000,
};
