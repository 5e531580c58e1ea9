import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createRejects, type RejectedLine } from '../../../src/ingest/rejects.js';
import { mayPass } from '../../../src/ingest/retry.js';

let directory: string;
let file: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'paperql-rejects-'));
  file = path.join(directory, 'out', 'rejects.jsonl');
});

afterEach(() => rm(directory, { recursive: true }));

function rejected(line: number, raw = Buffer.from(`{"line": ${line}}`)): RejectedLine {
  return {
    source: 'dump.json',
    line,
    offset: line * 100,
    reason: 'no_id',
    detail: 'expected an arXiv id',
    raw,
  };
}

async function load(bytes: number, ...lines: RejectedLine[]): Promise<number> {
  const rejects = createRejects(file, bytes);
  await rejects.begin();
  await rejects.append(lines);
  await rejects.close();
  return rejects.bytes;
}

async function readLines(): Promise<unknown[]> {
  const text = await readFile(file, 'utf8');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);
}

test('contains file, line, position, reason and the line itself', async () => {
  await load(0, rejected(3));
  expect(await readLines()).toEqual([
    {
      file: 'dump.json',
      line: 3,
      byte_offset: 300,
      reason: 'no_id',
      detail: 'expected an arXiv id',
      text: '{"line": 3}',
    },
  ]);
});

test('a line that is not UTF-8 is kept byte for byte', async () => {
  const raw = Buffer.from([0x7b, 0xff, 0xfe]);
  await load(0, rejected(1, raw));
  expect(await readLines()).toEqual([expect.objectContaining({ text_base64: raw.toString('base64') })]);
});

test('a load from the beginning replaces the file of an earlier one', async () => {
  await load(0, rejected(1), rejected(2));
  await load(0, rejected(3));
  expect(await readLines()).toEqual([expect.objectContaining({ line: 3 })]);
});

test('a load without rejects creates no file', async () => {
  await load(0, rejected(1));
  await load(0);
  expect(existsSync(file)).toBe(false);
});

test('resuming removes what was written after the checkpoint', async () => {
  const bytes = await load(0, rejected(1));
  await load(bytes, rejected(2));
  await load(bytes, rejected(3));
  expect(await readLines()).toEqual([
    expect.objectContaining({ line: 1 }),
    expect.objectContaining({ line: 3 }),
  ]);
});

test('resuming with a file that was emptied starts a new one', async () => {
  const bytes = await load(0, rejected(1));
  await writeFile(file, '');
  await load(bytes, rejected(2));
  expect(await readLines()).toEqual([expect.objectContaining({ line: 2 })]);
});

const FULL_DISK = 'a full disk is a failure that may pass, and nothing counts as written';
const [onFullDisk, name] = existsSync('/dev/full')
  ? [test, FULL_DISK]
  : [test.skip, `${FULL_DISK} (not run: this system has no /dev/full)`];

onFullDisk(name, async () => {
  const rejects = createRejects('/dev/full', 0);
  const failure: unknown = await rejects.append([rejected(1)]).catch((error: unknown) => error);
  await rejects.close();
  expect(failure).toMatchObject({ code: 'ENOSPC' });
  expect(mayPass(failure)).toBe(true);
  expect(rejects.bytes).toBe(0);
});
