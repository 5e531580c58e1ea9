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
  // Those have commands of their own: npm run test:web, test:install and test:cluster.
  testPathIgnorePatterns: ['web', 'install', 'cluster'].map((folder) => `<rootDir>/build/test/${folder}/`),
  testSequencer: '<rootDir>/scripts/slowest-first.js',
  transform: {},
  // Ends a test that hangs. What is slow on a busy machine is no failure.
  testTimeout: 120_000,
  // The longest tests wait for processes that they started, or for a time to pass: on two cores, three run side by side.
  maxWorkers: Math.max(3, availableParallelism() - 1),
};
