import config from './jest.config.js';

/** Failures of a Qdrant cluster under searches: npm run test:cluster. */
export default {
  ...config,
  roots: ['<rootDir>/build/test/cluster'],
  testPathIgnorePatterns: [],
};
