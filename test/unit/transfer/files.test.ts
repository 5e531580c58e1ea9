import { hash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { StartupError } from '../../../src/errors/errors.js';
import { requireSameIdentity, toHeader, type Identity } from '../../../src/transfer/format.js';
import { openEmbeddingsFile } from '../../../src/transfer/read-file.js';
import { writeEmbeddings, type EmbeddedText } from '../../../src/transfer/write-file.js';

const IDENTITY = {
  embedder: 'local:three-numbers',
  dimension: 3,
  embedded_text: 'title. abstract',
  document_prefix: '',
  query_prefix: '',
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'paperql-transfer-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function* batchesOf(batches: EmbeddedText[][]): AsyncGenerator<EmbeddedText[]> {
  await Promise.resolve();
  yield* batches;
}

const embedded = (text: string, ...numbers: number[]) => ({ text, vector: Float32Array.from(numbers) });

test('vectors of any length are found by their texts, scaled to length 1', async () => {
  const file = path.join(folder, 'some');
  const written = await writeEmbeddings(
    file,
    IDENTITY,
    batchesOf([[embedded('one', 3e9, 0, 4e9)], [], [embedded('two', 0, -1e-6, 0)]]),
  );
  expect(written).toMatchObject({ count: 2 });
  const opened = await openEmbeddingsFile(file);
  await opened.verify(new AbortController().signal);
  const found = await opened.find(['two', 'three', 'one']);
  expect([...found.keys()].sort()).toEqual(['one', 'two']);
  expect(found.get('two')).toEqual(Float32Array.of(0, -1, 0));
  expect(found.get('one')?.[0]).toBeCloseTo(0.6, 3);
  expect(found.get('one')?.[2]).toBeCloseTo(0.8, 3);
  await opened.close();
});

test('each of many thousand texts is found, and no others', async () => {
  const file = path.join(folder, 'many');
  const count = 70_000; // more hashes than are read at once
  const texts = Array.from({ length: count }, (_, at) => embedded(`text ${at}`, 1, at / count, 0));
  await writeEmbeddings(file, IDENTITY, batchesOf([texts]));
  const opened = await openEmbeddingsFile(file);
  const asked = [0, 1, 65_535, 65_536, 69_999, 70_000, -1].map((at) => `text ${at}`);
  const found = await opened.find(asked);
  expect([...found.keys()].sort()).toEqual(asked.slice(0, 5).sort());
  const [x = NaN, y = NaN] = found.get('text 65536') ?? [];
  expect(y / x).toBeCloseTo(65_536 / count, 2);
  await opened.close();
});

test('rows whose hashes begin equally take time in proportion to their number', async () => {
  const file = path.join(folder, 'equal');
  const count = 300_000; // each with each other would take minutes
  const identity = { ...IDENTITY, dimension: 1 };
  const header = toHeader({
    identityText: JSON.stringify(identity),
    dimension: 1,
    count,
    sha256: '0'.repeat(64),
  });
  const vectors = Buffer.from(new Uint16Array(count).fill(0x3c00).buffer);
  const hashes = Buffer.alloc(count * 16, hash('sha256', 'one', 'hex').slice(0, 8), 'hex');
  for (let row = 0; row < count; row++) hashes.writeUInt32LE(row, row * 16 + 4);
  hashes.write(hash('sha256', 'one', 'hex').slice(0, 32), 0, 'hex');
  await writeFile(file, Buffer.concat([header, vectors, hashes]));
  const opened = await openEmbeddingsFile(file);
  expect(await opened.find(['one', 'two'])).toEqual(new Map([['one', Float32Array.of(1)]]));
  await opened.close();
});

test('a failed export leaves no file', async () => {
  async function* failing(): AsyncGenerator<EmbeddedText[]> {
    yield [embedded('one', 1, 0, 0)];
    await Promise.resolve();
    throw new Error('the store is away');
  }
  const before = await readdir(folder);
  await expect(writeEmbeddings(path.join(folder, 'half'), IDENTITY, failing())).rejects.toThrow('away');
  expect(await writeEmbeddings(path.join(folder, 'none'), IDENTITY, batchesOf([]))).toBeNull();
  expect(await readdir(folder)).toEqual(before);
});

/** A file with one vector and this header. */
async function writeByHand(
  name: string,
  halves: number[],
  toHeader: (data: Buffer) => object,
): Promise<string> {
  const vector = Buffer.from(Uint16Array.from(halves).buffer);
  const textHash = Buffer.from(hash('sha256', 'one', 'hex').slice(0, 32), 'hex');
  const data = Buffer.concat([vector, textHash]);
  // Padded with spaces, as the safetensors library does.
  const header = Buffer.from(`${JSON.stringify(toHeader(data))}   `);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const file = path.join(folder, name);
  await writeFile(file, Buffer.concat([length, header, data]));
  return file;
}

test('a file written by another program is read, whatever the order of its header', async () => {
  const identity = JSON.stringify(IDENTITY, null, 1);
  const file = await writeByHand('foreign', [0x3c00, 0, 0], (data) => {
    const sha256 = hash('sha256', Buffer.concat([Buffer.from(identity), data]), 'hex');
    return {
      __metadata__: { sha256, version: '1', identity, format: 'paperql-embeddings', author: 'somebody' },
      hashes: { dtype: 'U8', shape: [1, 16], data_offsets: [6, 22] },
      vectors: { data_offsets: [0, 6], shape: [1, 3], dtype: 'F16' },
    };
  });
  const opened = await openEmbeddingsFile(file);
  await opened.verify(new AbortController().signal);
  expect(await opened.find(['one', 'two'])).toEqual(new Map([['one', Float32Array.of(1, 0, 0)]]));
  await opened.close();
});

test.each([
  ['zeros', [0, 0, 0]],
  ['numbers that are not finite', [0x7e00, 0x3c00, 0]],
])('%s are not an embedding', async (_what, halves) => {
  const file = await writeByHand('useless', halves, () => ({
    __metadata__: {
      format: 'paperql-embeddings',
      version: '1',
      identity: JSON.stringify(IDENTITY),
      sha256: '0'.repeat(64),
    },
    vectors: { dtype: 'F16', shape: [1, 3], data_offsets: [0, 6] },
    hashes: { dtype: 'U8', shape: [1, 16], data_offsets: [6, 22] },
  }));
  const opened = await openEmbeddingsFile(file);
  expect(await opened.find(['one'])).toEqual(new Map());
  await opened.close();
});

describe('a file is rejected if it', () => {
  let whole: Buffer;
  beforeAll(async () => {
    const file = path.join(folder, 'whole');
    await writeEmbeddings(file, IDENTITY, batchesOf([[embedded('one', 1, 0, 0), embedded('two', 0, 1, 0)]]));
    whole = await readFile(file);
  });

  async function read(bytes: Buffer): Promise<void> {
    const file = path.join(folder, 'changed');
    await writeFile(file, bytes);
    const opened = await openEmbeddingsFile(file);
    try {
      await opened.verify(new AbortController().signal);
      requireSameIdentity(file, opened.contents.identity, IDENTITY, 'the configured embedder');
    } finally {
      await opened.close();
    }
  }

  test('is truncated anywhere', async () => {
    await expect(read(whole)).resolves.toBeUndefined();
    for (let end = 0; end < whole.length; end += 7) {
      await expect(read(whole.subarray(0, end))).rejects.toThrow(
        end < 8 ? /does not contain embeddings/ : /is truncated/,
      );
    }
  });

  test('has data after its end', async () => {
    const longer = Buffer.concat([whole, Buffer.from('x')]);
    await expect(read(longer)).rejects.toThrow(/is damaged: it has \d+ bytes; expected \d+/);
  });

  test('has any significant byte changed', async () => {
    const padding = whole.indexOf('     ');
    const dataAt = 8 + Number(whole.readBigUInt64LE());
    for (let at = 0; at < whole.length; at++) {
      if (at >= padding && at < dataAt) continue;
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(read(changed)).rejects.toThrow(StartupError);
    }
  });

  test('is of a later version', async () => {
    const later = whole.toString('latin1').replace('"version":"1"', '"version":"2"');
    await expect(read(Buffer.from(later, 'latin1'))).rejects.toThrow(
      /was made by a later version of PaperQL/,
    );
  });
});

test.each<[Partial<Identity>, string]>([
  [
    { embedder: 'local:another' },
    'of local:another (3 dimensions), but the configured embedder is local:three-numbers (3',
  ],
  [
    { dimension: 4 },
    'of local:three-numbers (4 dimensions), but the configured embedder is local:three-numbers (3',
  ],
  [{ embedded_text: 'abstract' }, '(3 dimensions) with the text "abstract", but'],
  [{ document_prefix: 'doc: ' }, '(3 dimensions) with the document prefix "doc: ", but'],
  [{ query_prefix: 'q: ' }, '(3 dimensions) with the query prefix "q: ", but'],
])('embeddings made with %j are not comparable with others', (difference, words) => {
  const compare = () =>
    requireSameIdentity('f', { ...IDENTITY, ...difference }, IDENTITY, 'the configured embedder');
  expect(compare).toThrow(words);
});
