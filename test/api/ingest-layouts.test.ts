import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { toDumpRecords, toJsonLines, writeDump } from '../support/kaggle-records.js';
import { startLoading, type Loading } from '../support/loading.js';

let loading: Loading;

beforeAll(async () => {
  loading = await startLoading();
});

afterAll(() => loading.close());

/** A tar archive of one file: its header, the content, two blocks of zeros. */
function toTar(content: string): Buffer {
  const header = Buffer.alloc(512);
  header.write('arxiv.json');
  header.write('0000644\0', 100);
  header.write(`${Buffer.byteLength(content).toString(8).padStart(11, '0')}\0`, 124);
  header.fill(' ', 148, 156);
  header.write('0', 156);
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148);
  const padding = Buffer.alloc(512 - (Buffer.byteLength(content) % 512));
  return Buffer.concat([header, Buffer.from(content), padding, Buffer.alloc(1_024)]);
}

async function write(name: string, content: string | Buffer): Promise<string> {
  const file = path.join(loading.directory, name);
  await writeFile(file, content);
  return file;
}

test.each<[string, (tar: Buffer) => Buffer]>([
  ['papers.tar', (tar) => tar],
  ['papers.tar.gz', (tar) => gzipSync(tar)],
])('%s is rejected before the first record', async (name, pack) => {
  const file = await write(name, pack(toTar(toJsonLines(toDumpRecords(3)))));
  const { code, stderr } = await loading.ingest(file);
  expect(code).toBe(1);
  expect(stderr).toContain('is a tar archive, which cannot be read. Unpack it');
  expect(loading.embeddedTexts()).toEqual([]);
});

test.each<[string, object]>([
  ['unreadable', { authors: [7], authors_parsed: null }],
  ['empty', { authors: '', authors_parsed: [] }],
  ['called something else', { authors: undefined, authors_parsed: undefined, people: 'A. One' }],
])(
  'a load stops before it stores anything if half of the authors are %s, unless --force is given',
  async (what, lost) => {
    const file = await writeDump(
      loading.directory,
      `${what}.jsonl`,
      toDumpRecords(6, (index) => ({
        id: `2105.${String(index + 10 * what.length).padStart(5, '0')}`,
        ...(index < 3 && lost),
      })),
    );
    const embeddedBefore = loading.embeddedTexts();
    const { code, stderr } = await loading.ingest(file);
    expect(code).toBe(1);
    expect(stderr).toContain('authors unreadable in 3 of 6 records; expected names in one string');
    expect(stderr).toContain('--force');
    expect(loading.embeddedTexts()).toEqual(embeddedBefore);

    const dry = await loading.ingest('--force', '--dry-run', file);
    expect(dry.code).toBe(0);
    expect(dry.stdout).toContain('authors unreadable in 3 of 6 records');
    const { counts } = await loading.summaryOf(0, '--force', file);
    expect(counts).toMatchObject({ new: 6, unreadable: { authors: 3 } });
  },
);

test('the summary reports lost fields of fewer records, including records that were not selected', async () => {
  const records = toDumpRecords(5, (index) => ({
    id: `2102.0000${index}`,
    ...(index === 0 && { categories: [{ odd: 1 }, 'nothing known'] }),
    ...(index === 1 && { update_date: '2021-02-30', versions: ['v1'] }),
  }));
  const file = await writeDump(loading.directory, 'few.jsonl', records);
  const { code, stdout } = await loading.ingest('--category', 'cs.LG', file);
  expect(code).toBe(0);
  expect(stdout).toContain('categories unreadable in 1 of 5 records');
  expect(stdout).toContain('update_date unreadable in 1 of 5 records');
  expect(stdout).toContain('versions unreadable in 1 of 5 records');
});

test("Python's notation for missing numbers, and commas after records, are accepted", async () => {
  const [first, second] = toDumpRecords(2, (index) => ({
    id: `2103.0000${index}`,
    comments: 'NaN, "Infinity"',
  }));
  const lines = `${JSON.stringify({ ...first, doi: 0 }).replace('"doi":0', '"doi":NaN')}\n${JSON.stringify(second)},\n`;
  const file = await write('python.jsonl', lines);
  const { counts } = await loading.summaryOf(0, file);
  expect(counts).toMatchObject({ new: 2, rejected: {}, unreadable: {} });
});

test('invalid JSON is reported as such', async () => {
  const file = await write('broken.jsonl', '{"id": "2104.00001", "title": one}\n');
  const { code, stderr } = await loading.ingest(file);
  expect(code).toBe(1);
  expect(stderr).toMatch(/JSON that is not valid \(.*is not valid JSON\)/);
});
