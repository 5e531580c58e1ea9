import config from './jest.config.js';

/** Tests of a Qdrant cluster whose nodes fail during searches: npm run test:cluster. */
export default {
  ...config,
  roots: ['<rootDir>/build/test/cluster'],
  testPathIgnorePatterns: [],
};
