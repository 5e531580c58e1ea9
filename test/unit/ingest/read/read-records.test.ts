import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findSources } from '../../../../src/ingest/read/find-sources.js';
import type { RecordItem, RejectedItem } from '../../../../src/ingest/read/parse-line.js';
import { readRecords, type Position } from '../../../../src/ingest/read/read-records.js';
import { toDumpRecord, toDumpRecords, toJsonLines } from '../../../support/kaggle-records.js';
import { toZip } from '../../../support/zip-file.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'paperql-read-'));
});
afterEach(() => rm(directory, { recursive: true }));

type Item = RecordItem | RejectedItem;

async function readFile(file: string, start?: Position): Promise<Item[]> {
  const [source] = await findSources([file]);
  const items: Item[] = [];
  if (source) for await (const chunk of readRecords(source, start)) items.push(...chunk.items);
  return items;
}

async function read(content: string | Buffer, start?: Position): Promise<Item[]> {
  const file = path.join(directory, 'dump.json');
  await writeFile(file, content);
  return readFile(file, start);
}

/** A file in a zip file for each line. */
function splitIntoMembers(lines: string): Record<string, string> {
  return Object.fromEntries((lines.match(/.+/g) ?? []).map((line, at) => [`${at}.json`, `\ufeff${line}`]));
}

function idsOf(items: readonly Item[]): string[] {
  return items.map((item) => (item.kind === 'record' ? item.record.id : item.reason));
}

describe('the content of a file', () => {
  const lines = toJsonLines(toDumpRecords(3));
  const ids = ['2101.00000', '2101.00001', '2101.00002'];

  test.each([
    ['plain', Buffer.from(lines)],
    ['without an end of the last line', Buffer.from(lines.trimEnd())],
    ['with a byte order mark and Windows line ends', Buffer.from(`\ufeff${lines.replaceAll('\n', '\r\n')}`)],
    ['with empty lines between', Buffer.from(lines.replaceAll('\n', '\n\n  \n'))],
    ['gzip', gzipSync(lines)],
    ['several gzip files in one', Buffer.concat(lines.match(/.*\n/g)?.map((line) => gzipSync(line)) ?? [])],
    ['zip', toZip({ 'arxiv-metadata-oai-snapshot.json': lines })],
    [
      'a zip file with other files',
      toZip({ 'a.json': lines.slice(0, -1), '__MACOSX/._a.json': 'x', 'README.md': 'x', 'b.json': '' }),
    ],
    ['several files joined, each with a byte order mark', Buffer.from(lines.replace(/^/gm, '\ufeff').trim())],
    ['a zip file of several files with byte order marks', toZip(splitIntoMembers(lines))],
    ['with U+2028 in its texts', Buffer.from(lines.replaceAll('"abstract":"', '"abstract":"\u2028'))],
  ])('may be %s', async (_what, content) => {
    expect(idsOf(await read(content))).toEqual(ids);
  });

  test.each([
    ['plain', Buffer.from(lines)],
    ['gzip', gzipSync(lines)],
    ['zip', toZip({ 'dump.json': lines })],
  ])('can be read from any record on, %s', async (_what, content) => {
    const items = await read(content);
    for (const [at, { offset, line }] of items.entries()) {
      expect(await read(content, { offset, line: line - 1 })).toEqual(items.slice(at));
    }
  });

  test('is read completely, wherever chunks split its lines', async () => {
    const records = toDumpRecords(40, (at) => (at === 0 ? {} : { abstract: 'x'.repeat(at * 9_001) }));
    const items = await read(toJsonLines(records));
    expect(items.map((item) => item.kind === 'record' && item.record.abstract.length)).toEqual(
      records.map(({ abstract }) => String(abstract).length),
    );
  });
});

describe('a bad line', () => {
  const good = JSON.stringify(toDumpRecord(1));

  test.each([
    ['{"id": "2101.00002", "title"', 'invalid_json'],
    ['[1, 2]', 'not_a_record'],
    ['"text"', 'not_a_record'],
    ['null', 'not_a_record'],
    ['{"title": "T", "abstract": "A"}', 'no_id'],
    ['{"id": "paper one", "title": "T", "abstract": "A"}', 'invalid_id'],
    ['{"id": 2101.00002, "title": "T", "abstract": "A"}', 'invalid_id'],
    ['{"id": "2101.00002", "title": " ", "abstract": "A"}', 'no_title'],
    ['{"id": "2101.00002", "title": "T", "abstract": null}', 'no_abstract'],
  ])('%s is %s, and the rest is read', async (line, reason) => {
    const items = await read(`${good}\n${line}\n${good}\n`);
    expect(idsOf(items)).toEqual(['2101.00001', reason, '2101.00001']);
    expect(items[1]).toMatchObject({ line: 2, offset: good.length + 1 });
    expect(items[1]?.raw.toString()).toBe(line);
  });

  test('that is not UTF-8 is kept unchanged', async () => {
    const bad = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]);
    const items = await read(Buffer.concat([Buffer.from(`${good}\n`), bad, Buffer.from(`\n${good}`)]));
    expect(idsOf(items)).toEqual(['2101.00001', 'invalid_utf8', '2101.00001']);
    expect(items[1]?.raw.toString('hex')).toBe(bad.toString('hex'));
  });

  test('of more than 8 MB is skipped, and its beginning is kept', async () => {
    const long = JSON.stringify(toDumpRecord(2, { abstract: 'x'.repeat(9_000_000) }));
    const items = await read(`${good}\n${long}\n${good}\n`);
    expect(idsOf(items)).toEqual(['2101.00001', 'line_too_long', '2101.00001']);
    expect(items[1]?.raw.toString()).toBe(long.slice(0, 65_536));
    expect(items[2]).toMatchObject({ line: 3, offset: good.length + long.length + 2 });
  });

  test('that is cut within a text full of escaped quotes takes linear time', async () => {
    // With a search from each quote, a third of this would take hours.
    const items = await read(`${good}\n{"id": "${'\\"'.repeat(3_000_000)}\n${good}\n`);
    expect(idsOf(items)).toEqual(['2101.00001', 'invalid_json', '2101.00001']);
  });

  test('extremely nested values affect only their line', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const lines = toJsonLines([toDumpRecord(1, { comments: 'DEEP' }), toDumpRecord(2)]);
    const items = await read(Buffer.from(lines.replace('"DEEP"', deep)));
    expect(items).toMatchObject([
      { kind: 'rejected', reason: 'not_a_record', detail: expect.stringContaining('too deeply') },
      { kind: 'record' },
    ]);
  });

  test('optional fields of wrong types do not reject the paper', async () => {
    const odd = {
      comments: 7,
      versions: 'first',
      authors_parsed: [['A', 1], 'B', null],
      categories: [],
      doi: {},
    };
    const [item] = await read(toJsonLines([toDumpRecord(1, odd)]));
    expect(item).toMatchObject({
      kind: 'record',
      record: { comments: '7', versions: null, authors_parsed: [['A', '']], categories: null, doi: null },
    });
  });
});

test('a truncated compressed file returns what came before, and the position', async () => {
  const file = path.join(directory, 'dump.gz');
  const packed = gzipSync(toJsonLines(toDumpRecords(2_000, (at) => ({ comments: `${Math.sin(at)}` }))));
  await writeFile(file, packed);
  await truncate(file, Math.floor(packed.length / 2));
  const items = await readFile(file);
  expect(items.length).toBeGreaterThan(500);
  expect(items.at(-1)).toMatchObject({ kind: 'rejected', reason: 'corrupt_input' });
  expect(items.slice(0, -1).every(({ kind }) => kind === 'record')).toBe(true);
  expect(idsOf(await readFile(file))).toEqual(idsOf(items));
});

describe('a file of another kind', () => {
  test.each([
    ['', /is empty/],
    ['id,title\n1,2\n', /table of values/],
    ['[{"id": "2101.00001"}]', /JSON list/],
    ['{\n  "id": "2101.00001",\n', /over several lines/],
    ['{"name": "x", "id": 1}\n', /not of papers/],
    ['<html><body>', /HTML/],
    ['%PDF-1.7\n', /PDF/],
    ['PAR1\0\0', /Parquet/],
    ['BZh91AY', /bzip2/],
    [Buffer.from('\ufeff{"id": "2101.00001"}', 'utf16le'), /UTF-16; convert it to UTF-8/],
    ['\0\x01\x02', /binary/],
    ['some words\n'.repeat(30), /something else/],
  ])('%j is distinguished from a dump', async (content, message) => {
    await expect(read(content)).rejects.toThrow(message);
  });

  test.each([
    ['plain', (content: Buffer) => content],
    ['gzip', (content: Buffer) => gzipSync(content)],
    ['zip', (content: Buffer) => toZip({ 'dump.json': content.toString() })],
  ])('is one with an endless line, of which little is read: %s', async (_packing, pack) => {
    const content = pack(Buffer.concat([Buffer.from('\n{"id": "'), Buffer.alloc(60_000_000, 'x')]));
    const before = process.memoryUsage().arrayBuffers;
    const file = path.join(directory, 'bomb.json');
    await writeFile(file, content);
    await expect(readFile(file)).rejects.toThrow(
      /bomb\.json is not an arXiv dump; .* and line 2 has more than 8388608 bytes\. Expected/,
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40_000_000);
  });

  test('is not assumed if only the first lines are bad', async () => {
    const items = await read(`nonsense\n{"id": 1}\n${toJsonLines(toDumpRecords(1))}`);
    expect(idsOf(items)).toEqual(['invalid_json', 'invalid_id', '2101.00000']);
  });

  test('is a zip file that is damaged or has other content', async () => {
    await expect(read(toZip({ 'README.md': 'x' }))).rejects.toThrow(/README\.md/);
    await expect(read(toZip({ 'a.json': '{}' }).subarray(0, 40))).rejects.toThrow(/damaged or truncated/);
  });
});

describe('the named files', () => {
  test('are found by name and by glob, in order, each once', async () => {
    for (const name of ['b.json', 'a.json', 'c[1].json']) await writeFile(path.join(directory, name), 'x');
    const names = ['c[1].json', '*.json', 'a.json'].map((name) => path.join(directory, name));
    const found = await findSources(names);
    expect(found.map(({ name }) => path.basename(name))).toEqual(['c[1].json', 'a.json', 'b.json']);
  });

  test.each([
    ['missing.json', /missing\.json cannot be read \(ENOENT\)/],
    ['*.nothing', /No file matches .*\*\.nothing/],
    ['.', /is a folder/],
  ])('%s is rejected by name', async (name, message) => {
    await expect(findSources([path.join(directory, name)])).rejects.toThrow(message);
  });
});
