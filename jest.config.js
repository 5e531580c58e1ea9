import { availableParallelism } from 'node:os';

// As in src/config/environment.ts; workers inherit it.
process.env.ORT_DISABLE_TELEMETRY ??= '1';

/**
 * Jest runs what tsc compiled into build/: the same modules, workers included, that the server runs. The script
 * `jest` has V8 wait six times longer before it optimizes a function: modules are evaluated again in each test file, and most
 * never run for long.
 */
export default {
  testEnvironment: '<rootDir>/build/test/support/worker-environment.js',
  roots: ['<rootDir>/build/test'],
  // Those need more than Node, and have commands of their own: npm run test:web, test:install, test:deploy and test:cluster.
  testPathIgnorePatterns: ['web', 'install', 'deploy', 'cluster'].map(
    (folder) => `<rootDir>/build/test/${folder}/`,
  ),
  testSequencer: '<rootDir>/scripts/slowest-first.js',
  transform: {},
  // Ends a test that hangs. What is slow on a busy machine is no failure.
  testTimeout: 120_000,
  // Half of the time, a test waits for a disk, for a process that it started or for a time to pass: on two cores, six run side
  // by side.
  maxWorkers: Math.max(6, availableParallelism() - 1),
  // A worker has nothing left to do, but ends only when the threads of the engine and the model have: more than the usual half
  // a second on a busy machine. A handle left open is still reported.
  workerGracefulExitTimeout: 10_000,
};
