import config from './jest.config.js';

/** What stands before and beside servers in production, nginx, Redis and Prometheus: npm run test:deploy. */
export default {
  ...config,
  roots: ['<rootDir>/build/test/deploy'],
  testPathIgnorePatterns: [],
};
