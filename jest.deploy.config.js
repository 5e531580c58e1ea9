import config from './jest.config.js';

/** Tests with the other programs of a production setup, nginx, Redis and Prometheus: npm run test:deploy. */
export default {
  ...config,
  roots: ['<rootDir>/build/test/deploy'],
  testPathIgnorePatterns: [],
};
