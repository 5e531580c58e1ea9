import config from './jest.config.js';

/** Tests that install packages from a registry: npm run test:install. */
export default {
  ...config,
  roots: ['<rootDir>/build/test/install'],
  testPathIgnorePatterns: [],
  maxWorkers: 2,
};
