import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { openKeyRing } from '../../../src/access/key-ring.js';
import { hashSecret, writeKeys } from '../../../src/access/keys.js';

test('a missing file is not a change, but a new file is', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'paperql-keys-'));
  const file = path.join(folder, 'keys.json');
  const told: object[] = [];
  let tell: () => void = () => undefined;
  const isTold = new Promise<void>((resolve) => (tell = resolve));
  const ring = await openKeyRing(file, {
    info: (facts) => {
      told.push(facts);
      tell();
    },
    error: (facts) => told.push(facts),
  });
  try {
    // The report of the missing file arrives within a few turns of the event loop.
    for (let turn = 0; turn < 20; turn++) await rm(path.join(folder, 'nothing'), { force: true });
    const sha256 = hashSecret('pql_secret').toString('hex');
    await writeKeys(file, [{ name: 'one', scope: 'read', sha256, createdAt: '2026-01-01T00:00:00Z' }]);
    await isTold;
    expect(told).toEqual([{ keys: 1 }]);
    expect(ring.find('pql_secret')?.name).toBe('one');
  } finally {
    ring.close();
    await rm(folder, { recursive: true });
  }
});
