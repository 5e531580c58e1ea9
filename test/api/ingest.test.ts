import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { toPointId } from '../../src/papers/point-id.js';
import { toDumpRecord, toDumpRecords, toJsonLines, writeDump } from '../support/kaggle-records.js';
import { DIMENSION, startLoading, toVector, type Loading } from '../support/loading.js';
import { finish, spawnPaperql, startProcess } from '../support/process.js';

let loading: Loading;
let directory: string;
beforeEach(async () => {
  loading = await startLoading();
  directory = loading.directory;
});
afterEach(() => loading.close());

const ingest = (...args: string[]) => loading.ingest(...args);
const summaryOf = (code: number, ...args: string[]) => loading.summaryOf(code, ...args);

function count(): Promise<number> {
  return loading.withStore((store) => store.count());
}

describe('loading a file', () => {
  test('embeds and stores every paper, and the server then serves them', async () => {
    const file = await writeDump(directory, 'dump.json', toDumpRecords(30));
    const summary = await summaryOf(0, file);
    expect(summary).toMatchObject({
      status: 'finished',
      counts: { read: 30, new: 30, updated: 0, unchanged: 0, embedded: 30, rejected: {} },
      collection: { name: 'arxiv_papers', papers: 30, embedder: 'openai:small' },
      rejects: null,
    });
    expect(summary.counts.tokens).toBeGreaterThan(30);
    expect(existsSync(path.join(directory, 'rejects.jsonl'))).toBe(false);

    const server = await startProcess(loading.environment, directory);
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query:
          '{ corpus { count } search(query: "subject", filter: {authors: {match: "Ada Author3"}}, first: 2) { totalCount nodes { paper { authors { name } } } } }',
      }),
    });
    expect(await response.json()).toMatchObject({
      data: { corpus: { count: 30 }, search: { nodes: [{ paper: {} }, { paper: {} }] } },
    });
    expect(await server.stop('SIGTERM')).toBe(0);
  });

  test('accepts plain files, gzip, several files and globs, and detects formats by content', async () => {
    await writeDump(directory, 'one.jsonl', toDumpRecords(3));
    const packed = await writeDump(directory, 'two.gz', toDumpRecords(6).slice(3));
    await writeFile(path.join(directory, 'three.json'), await readFile(packed));
    await writeDump(directory, 'four.json', [toDumpRecord(9)]);
    const summary = await summaryOf(0, 'one.jsonl', 't*.*', 'four.json');
    expect(summary.files).toHaveLength(4);
    expect(summary.counts).toMatchObject({ read: 10, new: 7, unchanged: 3 });
    expect(await count()).toBe(7);
  });

  test('accepts standard input', async () => {
    const child = spawnPaperql(['ingest', '--json', '-'], loading.environment, directory);
    child.stdin.end(toJsonLines(toDumpRecords(5)));
    const { code, stdout } = await finish(child);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ files: ['-'], counts: { read: 5, new: 5 } });
  });

  test('prints a table for people, and progress on standard error', async () => {
    const file = await writeDump(directory, 'dump.json', toDumpRecords(3));
    const { code, stdout } = await ingest(file);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}read +3$/m);
    expect(stdout).toMatch(/^ {2}new +3$/m);
    expect(stdout).toMatch(/^ {2}cost +not known for this model$/m);
    expect(stdout).toMatch(/^ {2}collection +arxiv_papers: 3 papers/m);
  });

  test('stores papers as the Python course does: with the same point ids, and id and title in the payload', async () => {
    await ingest(await writeDump(directory, 'dump.json', toDumpRecords(1)));
    const papers = await loading.withStore((store) =>
      store.retrieve([toPointId('2101.00000')], ['id', 'title']),
    );
    expect([...papers.values()]).toMatchObject([
      { payload: { id: '2101.00000', title: 'Paper 0 on subject 0' } },
    ]);
  });
});

describe('embeddings in the records', () => {
  const half = (index: number) => (index % 2 === 0 ? { embedding: toVector(index) } : {});

  test('are used if their model is named; the other papers are embedded', async () => {
    const file = await writeDump(directory, 'dump.json', toDumpRecords(10, half));
    const summary = await summaryOf(0, '--embedding-model', 'small', file);
    expect(summary.counts).toMatchObject({ new: 10, embedded: 5 });
  });

  test('are required with --embeddings require, which skips other records', async () => {
    const file = await writeDump(directory, 'dump.json', toDumpRecords(10, half));
    const summary = await summaryOf(0, '--embeddings', 'require', '--embedding-model', 'small', file);
    expect(summary.counts).toMatchObject({ new: 5, withoutEmbedding: 5, embedded: 0 });
    expect(loading.embeddedTexts()).toEqual([]);
  });

  test('are ignored with --embeddings ignore, whatever they contain', async () => {
    const file = await writeDump(
      directory,
      'dump.json',
      toDumpRecords(4, () => ({ embedding: [1, 2] })),
    );
    expect(await summaryOf(0, '--embeddings', 'ignore', file)).toMatchObject({
      counts: { new: 4, embedded: 4 },
    });
  });

  test('stop the load before anything is written if their model is not named', async () => {
    const file = await writeDump(directory, 'dump.json', toDumpRecords(4, half));
    const { code, stderr, stdout } = await ingest(file);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/2101\.00000 includes an embedding\. Name its model: .*--embedding-model/s);
    expect(existsSync(path.join(directory, 'data', 'arxiv_papers.lance'))).toBe(false);
  });

  test('are rejected if their model is not the configured one; the error names both', async () => {
    const file = await writeDump(directory, 'dump.json', toDumpRecords(4, half));
    const { code, stderr } = await ingest('--embedding-model', 'text-embedding-ada-002', file);
    expect(code).toBe(1);
    expect(stderr).toMatch(/"text-embedding-ada-002".*openai:small/s);
  });

  test('are written again if they changed; a dump without embeddings does not change them', async () => {
    const dump = (seed: number) => toDumpRecords(3, () => ({ embedding: toVector(seed) }));
    const file = await writeDump(directory, 'dump.json', dump(1));
    await ingest('--embedding-model', 'small', file);
    await writeDump(directory, 'dump.json', dump(2));
    expect((await summaryOf(0, '--embedding-model', 'small', file)).counts).toMatchObject({ updated: 3 });
    await writeDump(directory, 'dump.json', toDumpRecords(3));
    expect((await summaryOf(0, file)).counts).toMatchObject({ unchanged: 3, embedded: 0 });
  });
});

describe('the selection', () => {
  test('is chosen by category, archive and day, and limited', async () => {
    const file = await writeDump(
      directory,
      'dump.json',
      toDumpRecords(12, (at) => ({
        versions: [{ version: 'v1', created: `Fri, 1 Jan ${at < 6 ? 2019 : 2021} 12:00:00 GMT` }],
      })),
    );
    const counts = async (...args: string[]) => (await summaryOf(0, '--dry-run', ...args, file)).counts;
    expect(await counts('--category', 'cs.*')).toMatchObject({ read: 12, new: 4, filtered: 8 });
    expect(await counts('--category', 'stat.ML', '--category', 'math')).toMatchObject({ new: 12 });
    expect(await counts('--since', '2020-01-01')).toMatchObject({ new: 6, filtered: 6 });
    expect(await counts('--limit', '5')).toMatchObject({ read: 5, new: 5 });
    expect(await counts('--limit', '2', '--category', 'cs.LG')).toMatchObject({ new: 2 });
  });

  test.each([
    [['--category', 'biology'], /--category: "biology"/],
    [['--since', 'yesterday'], /--since: expected a day/],
    [['--limit', '0'], /--limit.*at least 1/s],
    [['--embeddings', 'maybe'], /--embeddings.*use, ignore, require/s],
    [['nothing-there.json'], /nothing-there\.json/],
    [['--quantization', 'scalar'], /quantization/],
  ])('%j is rejected with a clear message', async (args, message) => {
    const file = await writeDump(directory, 'dump.json', toDumpRecords(1));
    const { code, stderr, stdout } = await ingest(...args, file);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test('help shows examples and exit codes', async () => {
    const { code, stdout } = await ingest('--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(/Examples:.*paperql ingest.*Exit codes:.*130/s);
  });
});

describe('a dry run', () => {
  test('counts tokens and new records, and writes nothing', async () => {
    const file = await writeDump(directory, 'dump.json', [...toDumpRecords(5), 'no record']);
    const before = await readdir(directory);
    const result = await summaryOf(0, '--dry-run', file);
    expect(result).toMatchObject({
      status: 'dry-run',
      counts: { read: 6, new: 5, embedded: 5, rejected: { not_a_record: 1 } },
      costUsd: null,
    });
    expect(result.counts.tokens).toBeGreaterThan(5);
    expect(await readdir(directory)).toEqual(before);
    expect(loading.embeddedTexts()).toEqual([]);
  });

  test('compares records with the stored papers', async () => {
    const file = await writeDump(directory, 'dump.json', toDumpRecords(5));
    await ingest(file);
    await writeDump(directory, 'dump.json', toDumpRecords(7));
    expect((await summaryOf(0, '--dry-run', file)).counts).toMatchObject({ new: 2, unchanged: 5 });
  });
});

describe('bad records', () => {
  test('are kept with file, line, position, reason and the line itself; the rest are loaded', async () => {
    const lines = [
      JSON.stringify(toDumpRecord(1)),
      '{"id": "2101.00002", ',
      JSON.stringify(toDumpRecord(3, { abstract: null })),
      JSON.stringify(toDumpRecord(4, { embedding: [1, 2, 3] })),
      JSON.stringify(toDumpRecord(5, { embedding: Array.from({ length: DIMENSION }, () => 0) })),
      JSON.stringify(toDumpRecord(6)),
    ];
    await writeFile(path.join(directory, 'dump.json'), `${lines.join('\n')}\n`);
    const summary = await summaryOf(0, '--embedding-model', 'small', 'dump.json');
    expect(summary.counts).toMatchObject({
      read: 6,
      new: 2,
      rejected: { invalid_json: 1, no_abstract: 1, wrong_dimension: 1, zero_embedding: 1 },
    });
    expect(summary.rejects).toBe('rejects.jsonl');
    const rejects = await loading.readRejects();
    expect(rejects.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'invalid_json'],
      [3, 'no_abstract'],
      [4, 'wrong_dimension'],
      [5, 'zero_embedding'],
    ]);
    expect(rejects[1]).toMatchObject({
      file: expect.stringContaining('dump.json'),
      byte_offset: Buffer.byteLength(`${lines[0] ?? ''}\n${lines[1] ?? ''}\n`),
      text: lines[2],
    });
  });

  test('cause exit code 1 with --strict', async () => {
    const file = await writeDump(directory, 'dump.json', [toDumpRecord(1), { id: '2101.00002' }]);
    await summaryOf(1, '--strict', file);
    expect(await count()).toBe(1);
  });

  test('a text that the embedder rejects does not affect others', async () => {
    loading.openai.refuseText('Refused title. Refused abstract');
    const records = toDumpRecords(9, (at) =>
      at === 4 ? { title: 'Refused title', abstract: 'Refused abstract' } : {},
    );
    const summary = await summaryOf(0, await writeDump(directory, 'dump.json', records));
    expect(summary.counts).toMatchObject({ new: 8, rejected: { embedding_refused: 1 } });
    expect(await loading.readRejects()).toMatchObject([{ line: 5, reason: 'embedding_refused' }]);
  });

  test.each([
    ['a table', 'id,title\n1,2\n'],
    ['a list', '[{"id": "2101.00001"}]\n'],
    ['nothing', ''],
    ['a page', '<!doctype html><p>Please log in</p>\n'],
  ])('a file that contains %s stops the load at once', async (_what, content) => {
    await writeFile(path.join(directory, 'dump.json'), content);
    const { code, stdout, stderr } = await ingest('dump.json');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/dump\.json/);
    expect(existsSync(path.join(directory, 'data', 'arxiv_papers.lance'))).toBe(false);
  });

  test('a rejects file that is one of the inputs is not replaced', async () => {
    const file = await writeDump(directory, 'rejects.jsonl', toDumpRecords(2));
    const { code, stderr } = await ingest(file);
    expect(code).toBe(1);
    expect(stderr).toMatch(/--rejects/);
    expect(await loading.readRejects()).toHaveLength(2);
  });
});

describe('an embedder that fails', () => {
  test('is waited for', async () => {
    loading.openai.failNext({ status: 429, headers: { 'retry-after': '1' } }, 2);
    loading.openai.failNext({ status: 500 }, 1);
    loading.openai.failNext({ reset: true }, 1);
    const file = await writeDump(directory, 'dump.json', toDumpRecords(10));
    expect((await summaryOf(0, file)).counts).toMatchObject({ new: 10 });
  });

  test('stops the load gracefully if it does not recover; the same command then resumes the load', async () => {
    const file = await writeDump(directory, 'dump.json', toDumpRecords(40));
    loading.openai.failNext({ status: 500 }, 1_000);
    const stopped = await ingest('--json', '--max-wait', '1', '--batch-size', '10', file);
    expect(stopped.code).toBe(3);
    expect(JSON.parse(stopped.stdout)).toMatchObject({ status: 'stopped', problem: expect.any(String) });
    expect(stopped.stderr).toMatch(/Run the same command again to resume/);
    loading.openai.forgetFailures();
    expect((await summaryOf(0, '--batch-size', '10', file)).counts).toMatchObject({ read: 40, new: 40 });
  });

  test('is not waited for if it rejects the key', async () => {
    loading.openai.failNext({ status: 401 }, 1_000);
    const { code, stderr } = await ingest(await writeDump(directory, 'dump.json', toDumpRecords(3)));
    loading.openai.forgetFailures();
    expect(code).toBe(3);
    expect(stderr).toMatch(/OPENAI_API_KEY/);
    expect(stderr).not.toMatch(/retrying/);
  });
});
