import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, jest, test } from '@jest/globals';

jest.unstable_mockModule('@lancedb/lancedb', () => {
  throw Object.assign(new Error("Cannot find package '@lancedb/lancedb'"), { code: 'ERR_MODULE_NOT_FOUND' });
});

test('without the engine, the store does not start and says what to install or use instead', async () => {
  await loadWhatNeedsNoEngine();
  const { openLanceStore } = await import('../../../../src/store/lance/store.js');
  await expect(openLanceStore({ dataDir: tmpdir(), collection: 'papers' })).rejects.toMatchObject({
    name: 'StartupError',
    message: expect.stringMatching(/@lancedb\/lancedb.*QDRANT_URL/),
  });
});

/** An import fails at the first missing module while others are still loading; Jest fails if some are loading at its end. */
async function loadWhatNeedsNoEngine(): Promise<void> {
  await Promise.all([import('lru-cache'), import('zod')]);
  for (const folder of ['errors', 'papers', 'store', 'store/lance']) {
    const directory = new URL(`../../../../src/${folder}/`, import.meta.url);
    const modules = readdirSync(directory).filter((name) => name.endsWith('.js'));
    await Promise.allSettled(modules.map((name) => import(new URL(name, directory).pathname)));
  }
}
