import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Batch, BatchPlan } from '../../../src/ingest/batch.js';
import { openEncoder, openReader } from '../../../src/ingest/load-threads.js';
import { lineAt, payloadAt } from '../../../src/ingest/record-memory.js';
import { StartupError } from '../../../src/errors/errors.js';
import { toDumpRecords, toJsonLines } from '../../support/kaggle-records.js';

/** Spaces between records, which make a file too large to be read without threads. */
const PADDING = ' '.repeat(300 * 1024);
const ENCODER = new URL('../../../src/store/lance/encode-points.js', import.meta.url).href;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'paperql-threads-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function toPlan(name: string, text: string): Promise<BatchPlan> {
  const file = path.join(directory, name);
  await writeFile(file, text);
  const { size, mtimeMs } = await stat(file);
  return {
    sources: [{ name, path: file, bytes: size, modifiedMs: mtimeMs }],
    start: { source: 0, offset: 0, line: 0 },
    selection: { categories: [], since: null },
    embeddings: 'use',
    isForced: false,
    isModelNamed: false,
    dimension: 4,
    limit: null,
    maxRecords: 5,
    maxToEmbed: 5,
  };
}

/** Reads batch by batch, and returns what was read and encoded. */
async function readAndEncode(plan: BatchPlan) {
  const reader = openReader(plan);
  const encoder = openEncoder({ encoder: ENCODER }, plan);
  const batches = [];
  try {
    for await (const batch of reader.batches()) {
      const encoded = await encoder.encode(batch.memory, batch.records.map(withVector));
      batches.push({ ...describeBatch(batch), encoded: Buffer.concat(encoded.parts).toString('base64') });
      reader.release(batch);
    }
  } finally {
    await Promise.all([reader.close(), encoder.close()]);
  }
  return batches;
}

function withVector({ id, place, contentHash }: Batch['records'][number]) {
  return { id, place, contentHash, vector: Float32Array.of(1, 0, 0, 0) };
}

function describeBatch({ memory, records, rejected }: Batch) {
  return {
    papers: records.map(({ id, place }) => [id, payloadAt(memory, place), lineAt(memory, place).toString()]),
    rejected: rejected.map(({ reason, raw }) => [reason, Buffer.from(raw).toString()]),
  };
}

test('a small input, without threads, is read and encoded in the same way as a large one', async () => {
  const records = toDumpRecords(12, (at) => (at === 7 ? { abstract: null } : {}));
  const small = await readAndEncode(await toPlan('small.json', toJsonLines(records)));
  expect(small.map(({ papers }) => papers.length)).toEqual([5, 5, 1]);
  expect(small.flatMap(({ rejected }) => rejected)).toEqual([
    [expect.any(String), JSON.stringify(records[7])],
  ]);
  expect(small.every(({ encoded }) => encoded.length > 0)).toBe(true);
  const large = await readAndEncode(await toPlan('large.json', `${toJsonLines(records)}${PADDING}\n`));
  expect(large).toEqual(small);
});

test.each([
  ['small', ''],
  ['large', PADDING],
])('a %s file that is not a dump is rejected', async (name, padding) => {
  const plan = await toPlan(`${name}.txt`, `neither here${padding}\nnor there\n`);
  await expect(readAndEncode(plan)).rejects.toThrow(StartupError);
});
