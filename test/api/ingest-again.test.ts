import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { toPointId } from '../../src/papers/point-id.js';
import { toDumpRecord, toDumpRecords, writeDump } from '../support/kaggle-records.js';
import { startLoading, toVector, type Loading } from '../support/loading.js';

let loading: Loading;
beforeEach(async () => {
  loading = await startLoading();
});
afterEach(() => loading.close());

const first = toPointId('2101.00000');

function write(...records: Parameters<typeof toDumpRecord>[1][]): Promise<string> {
  const dump = records.map((fields, at) => toDumpRecord(at, fields));
  return writeDump(loading.directory, 'dump.json', dump);
}

async function readTitles(): Promise<Record<string, string | undefined>> {
  const ids = toDumpRecords(5).map(({ id }) => toPointId(id));
  const papers = await loading.withStore((store) => store.retrieve(ids, ['id', 'title']));
  return Object.fromEntries([...papers.values()].map(({ payload }) => [payload.id ?? '', payload.title]));
}

async function readVector(): Promise<number[]> {
  const vectors = await loading.withStore((store) => store.vectors([first]));
  return Array.from(vectors.get(first) ?? []);
}

/** Scaled to length 1, as stores return vectors. */
function toUnit(vector: readonly number[]): unknown[] {
  const length = Math.hypot(...vector);
  return vector.map((number): unknown => expect.closeTo(number / length, 6));
}

async function readLicense(): Promise<string | undefined> {
  const papers = await loading.withStore((store) => store.retrieve([first], ['license']));
  return papers.get(first)?.payload.license;
}

describe('loading a file again', () => {
  test('neither embeds nor writes unchanged papers, and updates changed ones', async () => {
    const file = await writeDump(loading.directory, 'dump.json', toDumpRecords(20));
    await loading.summaryOf(0, file);
    loading.openai.calls.length = 0;
    const versions = () => readdir(path.join(loading.directory, 'data', 'arxiv_papers.lance', '_versions'));
    const written = await versions();

    expect(await loading.summaryOf(0, file)).toMatchObject({
      counts: { read: 20, new: 0, updated: 0, unchanged: 20, embedded: 0 },
    });
    expect(loading.embeddedTexts()).toEqual([]);
    expect(await versions()).toEqual(written);

    const renamed = (at: number) => (at === 4 ? { title: 'Renamed' } : {});
    await writeDump(loading.directory, 'dump.json', toDumpRecords(21, renamed));
    expect(await loading.summaryOf(0, file)).toMatchObject({
      counts: { new: 1, updated: 1, unchanged: 19, embedded: 2 },
    });
    expect(loading.embeddedTexts()).toHaveLength(2);
    expect(await readTitles()).toMatchObject({ '2101.00004': 'Renamed' });
    expect(await loading.withStore((store) => store.count())).toBe(21);
  });

  test.each(['1', '10'])('stores the last of several lines with one id, in batches of %s', async (size) => {
    await write({}, {}, { id: '2101.00000', title: 'The later one' });
    await loading.ingest('--batch-size', size, path.join(loading.directory, 'dump.json'));
    expect(await readTitles()).toEqual({
      '2101.00000': 'The later one',
      '2101.00001': 'Paper 1 on subject 1',
    });
  });

  test('by two commands at once has the same result as by one after the other', async () => {
    const one = await writeDump(loading.directory, 'one.json', toDumpRecords(40));
    const two = await writeDump(loading.directory, 'two.json', toDumpRecords(60).slice(20));
    const outcomes = await Promise.all([
      loading.ingest('--batch-size', '5', one),
      loading.ingest('--batch-size', '5', '--rejects', 'others.jsonl', two),
    ]);
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0]);
    expect(await loading.withStore((store) => store.count())).toBe(60);
    expect(loading.embeddedTexts()).toHaveLength(60);
  });
});

describe('a paper that changed, but not in its title and abstract', () => {
  const license = 'http://creativecommons.org/licenses/by/4.0/';

  test('is updated without being embedded again', async () => {
    const file = await write({}, {});
    await loading.ingest(file);
    const before = await readVector();
    loading.openai.calls.length = 0;

    await write({ license, title: 'Paper 0\n  on subject 0' }, { abstract: 'Another.' });
    const planned = await loading.summaryOf(0, '--dry-run', file);
    expect(planned.counts).toMatchObject({ updated: 2, embedded: 1 });
    const done = await loading.summaryOf(0, file);
    expect(done.counts).toMatchObject({ new: 0, updated: 2, unchanged: 0, embedded: 1 });
    expect(done.counts.tokens).toBe(planned.counts.tokens);
    expect(loading.embeddedTexts()).toEqual(['Paper 1 on subject 1. Another.']);
    expect([await readLicense(), await readVector()]).toEqual([license, before]);
    expect((await loading.summaryOf(0, file)).counts).toMatchObject({ unchanged: 2, embedded: 0 });
  });

  test('keeps the embedding from an earlier dump if the new dump has none', async () => {
    const file = await write({ embedding: toVector(1) });
    await loading.ingest('--embedding-model', 'small', file);
    await write({ license });
    expect((await loading.summaryOf(0, file)).counts).toMatchObject({ updated: 1, embedded: 0 });
    expect(loading.embeddedTexts()).toEqual([]);
    expect([await readLicense(), await readVector()]).toEqual([license, toUnit(toVector(1))]);

    // After that, neither dump contains anything new; a different embedding does.
    expect((await loading.summaryOf(0, file)).counts).toMatchObject({ unchanged: 1 });
    await write({ license, embedding: toVector(1) });
    const again = await loading.summaryOf(0, '--embedding-model', 'small', file);
    expect(again.counts).toMatchObject({ unchanged: 1 });
    await write({ license, embedding: toVector(2) });
    const other = await loading.summaryOf(0, '--embedding-model', 'small', file);
    expect(other.counts).toMatchObject({ updated: 1, embedded: 0 });
    expect(await readVector()).toEqual(toUnit(toVector(2)));
  });

  test('uses the embedding in the record', async () => {
    const file = await write({});
    await loading.ingest(file);
    await write({ license, embedding: toVector(3) });
    await loading.ingest('--embedding-model', 'small', file);
    expect(await readVector()).toEqual(toUnit(toVector(3)));
  });

  test('is embedded again if its text changes', async () => {
    const file = await write({ embedding: toVector(1) });
    await loading.ingest('--embedding-model', 'small', file);
    await write({ abstract: 'Another.' });
    expect((await loading.summaryOf(0, file)).counts).toMatchObject({ updated: 1, embedded: 1 });
    await write({ abstract: 'Another.', embedding: toVector(1) });
    const restored = await loading.summaryOf(0, '--embedding-model', 'small', file);
    expect(restored.counts).toMatchObject({ updated: 1, embedded: 0 });
  });
});
