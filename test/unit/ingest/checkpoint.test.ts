import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  readCheckpoint,
  removeCheckpoint,
  writeCheckpoint,
  type Checkpoint,
} from '../../../src/ingest/checkpoint.js';
import { noCounts } from '../../../src/ingest/counts.js';

let directory: string;
let file: string;

const CHECKPOINT: Checkpoint = {
  run: 'this one',
  position: { source: 1, offset: 4_096, line: 12 },
  counts: { ...noCounts(), read: 12, new: 10, rejected: { no_id: 2 } },
  rejectsBytes: 300,
  bytesRead: 5_000,
  elapsedMs: 1_234.5,
};

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'paperql-checkpoint-'));
  file = path.join(directory, 'ingest', 'papers.checkpoint.json');
});

afterEach(() => rm(directory, { recursive: true }));

test('is read as it was last written', async () => {
  await writeCheckpoint(file, CHECKPOINT);
  const later = { ...CHECKPOINT, position: { source: 2, offset: 0, line: 0 } };
  await writeCheckpoint(file, later);
  expect(await readCheckpoint(file)).toEqual(later);
  expect(await readdir(path.dirname(file))).toEqual([path.basename(file)]);
});

test('is null if there is none, and after it was removed', async () => {
  expect(await readCheckpoint(file)).toBeNull();
  await writeCheckpoint(file, CHECKPOINT);
  await removeCheckpoint(file);
  await removeCheckpoint(file);
  expect(await readCheckpoint(file)).toBeNull();
});

test.each([
  ['cut off', JSON.stringify(CHECKPOINT).slice(0, -20)],
  ['empty', ''],
  ['of another shape', JSON.stringify({ run: 'this one' })],
  ['with an invalid position', JSON.stringify({ ...CHECKPOINT, rejectsBytes: -1 })],
])('one that is %s counts as missing, so the load starts from the beginning', async (_, text) => {
  await writeCheckpoint(file, CHECKPOINT);
  await writeFile(file, text);
  expect(await readCheckpoint(file)).toBeNull();
});

test('a draft left by a killed process does not count', async () => {
  await writeCheckpoint(file, CHECKPOINT);
  await writeFile(`${file}.new`, '{"run":');
  expect(await readCheckpoint(file)).toEqual(CHECKPOINT);
});
