import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { connect, type Connection } from '@lancedb/lancedb';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import {
  createPostings,
  createPostingsReader,
  type PostingsReader,
} from '../../../../src/store/lance/directory-postings.js';

let folder: string;
let connection: Connection;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'paperql-postings-'));
  connection = await connect(folder);
});
afterEach(async () => {
  connection.close();
  await rm(folder, { recursive: true });
});

async function write(entries: readonly (readonly string[])[], mostGathered?: number) {
  const postings = await createPostings(connection, 'postings', mostGathered);
  for (const [place, tokens] of entries.entries()) await postings.add(tokens, place);
  await postings.finish();
  return createPostingsReader(await connection.openTable('postings'));
}

async function read(readPostings: PostingsReader, tokens: readonly string[]) {
  const found = await readPostings(tokens);
  return Object.fromEntries([...found].map(([token, places]) => [token, [...places]]));
}

const ENTRIES = [['a', 'both'], ['b'], ['b', 'both'], ["it's", '"', '张'], ['a', 'b']];

test.each([1, 2, 3, 1_000])(
  'each token has all its places in order, %i of them at most held in memory',
  async (mostGathered) => {
    const readPostings = await write(ENTRIES, mostGathered);
    for (let time = 0; time < 2; time++)
      expect(await read(readPostings, ['a', 'b', 'both', "it's", '"', '张', 'nowhere'])).toEqual({
        a: [0, 4],
        b: [1, 2, 4],
        both: [0, 2],
        "it's": [3],
        '"': [3],
        张: [3],
      });
  },
);

test('any number of tokens are looked up at once', async () => {
  const readPostings = await write(Array.from({ length: 2_500 }, (_, at) => [`token ${at}`, 'all']));
  const tokens = Array.from({ length: 5_000 }, (_, at) => `token ${at}`);
  const found = await readPostings(tokens);
  expect(found.size).toBe(2_500);
  expect(found.get('token 2499')).toEqual(Uint32Array.of(2_499));
  expect((await readPostings(['all'])).get('all')).toHaveLength(2_500);
  expect(await readPostings([])).toEqual(new Map());
});

test('nothing is found where nothing was written', async () => {
  expect(await read(await write([]), ['a'])).toEqual({});
});
