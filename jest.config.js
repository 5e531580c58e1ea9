// As in src/config/environment.ts; workers inherit it.
process.env.ORT_DISABLE_TELEMETRY ??= '1';

/** Jest runs what tsc compiled into build/: the same modules, workers included, that the server runs. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/build/test'],
  transform: {},
  testTimeout: 30_000,
};
