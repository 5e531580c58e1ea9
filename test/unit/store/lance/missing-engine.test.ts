import { expect, jest, test } from '@jest/globals';
import { tmpdir } from 'node:os';

jest.unstable_mockModule('@lancedb/lancedb', () => {
  throw Object.assign(new Error("Cannot find package '@lancedb/lancedb'"), { code: 'ERR_MODULE_NOT_FOUND' });
});

test('without the engine the store refuses to start and says what to install or to use instead', async () => {
  // The rest of what the store loads, so that no import is left under way when the test is over.
  await Promise.all([
    import('apache-arrow'),
    import('lru-cache'),
    import('zod'),
    import('../../../../src/papers/words.js'),
  ]);
  const { openLanceStore } = await import('../../../../src/store/lance/store.js');
  await expect(openLanceStore({ dataDir: tmpdir(), collection: 'papers' })).rejects.toMatchObject({
    name: 'StartupError',
    message: expect.stringMatching(/@lancedb\/lancedb.*QDRANT_URL/),
  });
});
