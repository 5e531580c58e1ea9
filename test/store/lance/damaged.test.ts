import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openLanceStore } from '../../support/lance-store.js';
import { METADATA, paper } from '../../contract/paper-points.js';

let dataDir: string;
let folder: string;
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'paperql-damaged-'));
  folder = path.join(dataDir, 'papers.lance');
  const store = await open();
  await store.create(METADATA);
  await store.upsert([paper('2401.00001', [1, 0, 0, 0])]);
  await store.upsert([paper('2401.00002', [0, 1, 0, 0])]);
  await store.close();
});
afterEach(() => rm(dataDir, { recursive: true }));

function open() {
  return openLanceStore({ dataDir, collection: 'papers' });
}

function files(within: string): string[] {
  const place = path.join(folder, within);
  return readdirSync(place)
    .filter((name) => name.endsWith('.manifest') || name.endsWith('.lance'))
    .map((name) => path.join(place, name));
}

function overwrite(file: string): void {
  writeFileSync(file, Buffer.alloc(statSync(file).size, 'x'));
}

/** Everything except the end, which contains the offsets of the rest. */
function scramble(file: string): void {
  const bytes = readFileSync(file);
  for (let at = 0; at < bytes.length - 16; at += 3) bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  writeFileSync(file, bytes);
}

const DAMAGES: readonly [string, () => void][] = [
  ['manifests are overwritten', () => files('_versions').forEach(overwrite)],
  ['manifests are scrambled', () => files('_versions').forEach(scramble)],
  ['manifests are empty', () => files('_versions').forEach((file) => truncateSync(file, 0))],
  ['manifests are cut off', () => files('_versions').forEach((file) => truncateSync(file, 20))],
  [
    'manifests are truncated to half',
    () => files('_versions').forEach((file) => truncateSync(file, statSync(file).size >> 1)),
  ],
  ['manifests are gone', () => files('_versions').forEach((file) => unlinkSync(file))],
  ['the folder of manifests is gone', () => rmSync(path.join(folder, '_versions'), { recursive: true })],
  ['data files are gone', () => files('data').forEach((file) => unlinkSync(file))],
  ['data files are cut off', () => files('data').forEach((file) => truncateSync(file, 10))],
  ['data files are overwritten', () => files('data').forEach(overwrite)],
  [
    'the folder is a file',
    () => {
      rmSync(folder, { recursive: true });
      writeFileSync(folder, 'x');
    },
  ],
];

describe('a collection that cannot be read is reported at start-up, with the cause and what to do', () => {
  test.each(DAMAGES)('%s', async (_what, damage) => {
    damage();
    const error: unknown = await open().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'StartupError' });
    const { message } = error as Error;
    expect(message).toMatch(
      /^The collection papers cannot be read: \S.*\. Files in .* are damaged or missing\. Restore/,
    );
    expect(message).toContain(folder);
    expect(message).not.toMatch(/\.rs\b|\.cargo|rustc|panic/);
  });

  test('an older manifest may be damaged, because it is not read', async () => {
    const manifests = files('_versions').sort();
    manifests.slice(1).forEach(overwrite);
    const store = await open();
    expect(await store.count()).toBe(2);
    await store.close();
  });

  test('damage during operation causes STORE_UNAVAILABLE, without the engine’s message', async () => {
    const store = await open();
    files('data').forEach((file) => unlinkSync(file));
    await expect(store.retrieve(['2f80a5dc-e12d-5c44-ad00-777af06d3152'], ['title'])).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'The embedded store failed on collection papers.',
    });
    await store.close();
  });
});
