import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { toPointId } from '../../src/papers/point-id.js';
import { openLanceStore } from '../../src/store/lance/store.js';
import type { PaperStore } from '../../src/store/store.js';
import type { Summary } from '../../src/ingest/summary.js';
import { toDumpRecord, toDumpRecords, toJsonLines, writeDump } from '../support/kaggle-records.js';
import { startOpenAiServer, type OpenAiServer } from '../support/openai-server.js';
import { finish, spawnPaperql, startProcess, type Finished } from '../support/process.js';

const DIMENSION = 8;

let openai: OpenAiServer;
beforeAll(async () => {
  openai = await startOpenAiServer({ compatibleModels: { small: DIMENSION, other: DIMENSION } });
});
afterAll(() => openai.close());

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'paperql-ingest-'));
  openai.calls.length = 0;
});
afterEach(() => rm(directory, { recursive: true }));

function environment(): Record<string, string> {
  return {
    EMBEDDER: 'openai',
    OPENAI_API_KEY: openai.apiKey,
    OPENAI_BASE_URL: openai.url,
    OPENAI_EMBEDDING_MODEL: 'small',
    EMBEDDING_DIMENSIONS: String(DIMENSION),
  };
}

function ingest(...args: string[]): Promise<Finished> {
  return finish(spawnPaperql(['ingest', ...args], environment(), directory));
}

/** The summary of a load that is expected to end with the code. */
async function summaryOf(code: number, ...args: string[]): Promise<Summary> {
  const finished = await ingest('--json', ...args);
  expect([finished.code, finished.stderr]).toEqual([code, expect.any(String)]);
  return JSON.parse(finished.stdout) as Summary;
}

async function withStore<Result>(use: (store: PaperStore) => Promise<Result>): Promise<Result> {
  const store = await openLanceStore({ dataDir: path.join(directory, 'data'), collection: 'arxiv_papers' });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

function count(): Promise<number> {
  return withStore((store) => store.count());
}

function embeddedTexts(): string[] {
  return openai.calls.flat();
}

function toVector(seed: number): number[] {
  return Array.from({ length: DIMENSION }, (_, at) => Math.sin(seed + at + 1));
}

async function readRejects(file = 'rejects.jsonl'): Promise<Record<string, unknown>[]> {
  const text = await readFile(path.join(directory, file), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
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

    const server = await startProcess(environment(), directory);
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

  test('takes plain, gzip and several files, and globs, told by content', async () => {
    await writeDump(directory, 'one.jsonl', toDumpRecords(3));
    const packed = await writeDump(directory, 'two.gz', toDumpRecords(6).slice(3));
    await writeFile(path.join(directory, 'three.json'), await readFile(packed));
    await writeDump(directory, 'four.json', [toDumpRecord(9)]);
    const summary = await summaryOf(0, 'one.jsonl', 't*.*', 'four.json');
    expect(summary.files).toHaveLength(4);
    expect(summary.counts).toMatchObject({ read: 10, new: 7, unchanged: 3 });
    expect(await count()).toBe(7);
  });

  test('takes standard input', async () => {
    const child = spawnPaperql(['ingest', '--json', '-'], environment(), directory);
    child.stdin.end(toJsonLines(toDumpRecords(5)));
    const { code, stdout } = await finish(child);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ files: ['-'], counts: { read: 5, new: 5 } });
  });

  test('prints a table for people, and lines of progress elsewhere than on standard output', async () => {
    const file = await writeDump(directory, 'dump.json', toDumpRecords(3));
    const { code, stdout } = await ingest(file);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}read +3$/m);
    expect(stdout).toMatch(/^ {2}new +3$/m);
    expect(stdout).toMatch(/^ {2}cost +not known for this model$/m);
    expect(stdout).toMatch(/^ {2}collection +arxiv_papers: 3 papers/m);
  });

  test('stores papers as the Python course does: same point ids, id and title in the payload', async () => {
    await ingest(await writeDump(directory, 'dump.json', toDumpRecords(1)));
    const papers = await withStore((store) => store.retrieve([toPointId('2101.00000')], ['id', 'title']));
    expect([...papers.values()]).toMatchObject([
      { payload: { id: '2101.00000', title: 'Paper 0 on subject 0' } },
    ]);
  });
});

describe('loading again', () => {
  test('neither embeds nor writes what has not changed, and updates what has', async () => {
    const file = await writeDump(directory, 'dump.json', toDumpRecords(20));
    await summaryOf(0, file);
    openai.calls.length = 0;
    const versions = () => readdir(path.join(directory, 'data', 'arxiv_papers.lance', '_versions'));
    const written = await versions();

    expect(await summaryOf(0, file)).toMatchObject({
      counts: { read: 20, new: 0, updated: 0, unchanged: 20, embedded: 0 },
    });
    expect(embeddedTexts()).toEqual([]);
    expect(await versions()).toEqual(written);

    await writeDump(
      directory,
      'dump.json',
      toDumpRecords(21, (at) => (at === 4 ? { title: 'Renamed' } : {})),
    );
    expect(await summaryOf(0, file)).toMatchObject({
      counts: { new: 1, updated: 1, unchanged: 19, embedded: 2 },
    });
    expect(embeddedTexts()).toHaveLength(2);
    const changed = await withStore((store) => store.retrieve([toPointId('2101.00004')], ['title']));
    expect([...changed.values()]).toMatchObject([{ payload: { title: 'Renamed' } }]);
    expect(await count()).toBe(21);
  });

  test('of several lines with one id the last counts', async () => {
    const records = [toDumpRecord(1), toDumpRecord(2), toDumpRecord(1, { title: 'The later one' })];
    await writeDump(directory, 'dump.json', records);
    for (const size of ['1', '10']) {
      await ingest('--batch-size', size, 'dump.json');
      const papers = await withStore((store) => store.retrieve([toPointId('2101.00001')], ['title']));
      expect([...papers.values()]).toMatchObject([{ payload: { title: 'The later one' } }]);
      expect(await count()).toBe(2);
    }
  });

  test('two loads at once end as one after the other', async () => {
    const one = await writeDump(directory, 'one.json', toDumpRecords(40));
    const two = await writeDump(directory, 'two.json', toDumpRecords(60).slice(20));
    const outcomes = await Promise.all([
      ingest('--batch-size', '5', one),
      ingest('--batch-size', '5', '--rejects', 'others.jsonl', two),
    ]);
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0]);
    expect(await count()).toBe(60);
    expect(embeddedTexts()).toHaveLength(60);
  });
});

describe('embeddings that come with the records', () => {
  const half = (index: number) => (index % 2 === 0 ? { embedding: toVector(index) } : {});

  test('are taken when their model is named; the other papers are embedded', async () => {
    const file = await writeDump(directory, 'dump.json', toDumpRecords(10, half));
    const summary = await summaryOf(0, '--embedding-model', 'small', file);
    expect(summary.counts).toMatchObject({ new: 10, embedded: 5 });
  });

  test('are all that counts under require', async () => {
    const file = await writeDump(directory, 'dump.json', toDumpRecords(10, half));
    const summary = await summaryOf(0, '--embeddings', 'require', '--embedding-model', 'small', file);
    expect(summary.counts).toMatchObject({ new: 5, withoutEmbedding: 5, embedded: 0 });
    expect(embeddedTexts()).toEqual([]);
  });

  test('are left aside under ignore, whatever they are', async () => {
    const file = await writeDump(
      directory,
      'dump.json',
      toDumpRecords(4, () => ({ embedding: [1, 2] })),
    );
    expect(await summaryOf(0, '--embeddings', 'ignore', file)).toMatchObject({
      counts: { new: 4, embedded: 4 },
    });
  });

  test('of a model that nobody named stop the load before anything is written', async () => {
    const file = await writeDump(directory, 'dump.json', toDumpRecords(4, half));
    const { code, stderr, stdout } = await ingest(file);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/2101\.00000 comes with an embedding\. Of which model\?.*--embedding-model/s);
    expect(existsSync(path.join(directory, 'data', 'arxiv_papers.lance'))).toBe(false);
  });

  test('of another model than the configured one are refused, naming both', async () => {
    const file = await writeDump(directory, 'dump.json', toDumpRecords(4, half));
    const { code, stderr } = await ingest('--embedding-model', 'text-embedding-ada-002', file);
    expect(code).toBe(1);
    expect(stderr).toMatch(/"text-embedding-ada-002".*openai:small/s);
  });

  test('that changed are written again; a dump without them leaves them alone', async () => {
    const dump = (seed: number) => toDumpRecords(3, () => ({ embedding: toVector(seed) }));
    const file = await writeDump(directory, 'dump.json', dump(1));
    await ingest('--embedding-model', 'small', file);
    await writeDump(directory, 'dump.json', dump(2));
    expect((await summaryOf(0, '--embedding-model', 'small', file)).counts).toMatchObject({ updated: 3 });
    await writeDump(directory, 'dump.json', toDumpRecords(3));
    expect((await summaryOf(0, file)).counts).toMatchObject({ unchanged: 3, embedded: 0 });
  });
});

describe('what is wanted', () => {
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
  ])('%j is refused with a clear message', async (args, message) => {
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
  test('counts tokens and what is new, and writes nothing', async () => {
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
    expect(embeddedTexts()).toEqual([]);
  });

  test('knows what is stored already', async () => {
    const file = await writeDump(directory, 'dump.json', toDumpRecords(5));
    await ingest(file);
    await writeDump(directory, 'dump.json', toDumpRecords(7));
    expect((await summaryOf(0, '--dry-run', file)).counts).toMatchObject({ new: 2, unchanged: 5 });
  });
});

describe('bad records', () => {
  test('are kept with file, line, place, reason and the line itself; the rest is loaded', async () => {
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
    const rejects = await readRejects();
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

  test('make the exit code 1 under strict', async () => {
    const file = await writeDump(directory, 'dump.json', [toDumpRecord(1), { id: '2101.00002' }]);
    await summaryOf(1, '--strict', file);
    expect(await count()).toBe(1);
  });

  test('a text that the embedder refuses costs itself alone', async () => {
    openai.refuseText('Refused title. Refused abstract');
    const records = toDumpRecords(9, (at) =>
      at === 4 ? { title: 'Refused title', abstract: 'Refused abstract' } : {},
    );
    const summary = await summaryOf(0, await writeDump(directory, 'dump.json', records));
    expect(summary.counts).toMatchObject({ new: 8, rejected: { embedding_refused: 1 } });
    expect(await readRejects()).toMatchObject([{ line: 5, reason: 'embedding_refused' }]);
  });

  test.each([
    ['a table', 'id,title\n1,2\n'],
    ['a list', '[{"id": "2101.00001"}]\n'],
    ['nothing', ''],
    ['a page', '<!doctype html><p>Please log in</p>\n'],
  ])('a file that holds %s stops the load at once', async (_what, content) => {
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
    expect(await readRejects()).toHaveLength(2);
  });
});

describe('an embedder that fails', () => {
  test('is waited for', async () => {
    openai.failNext({ status: 429, headers: { 'retry-after': '1' } }, 2);
    openai.failNext({ status: 500 }, 1);
    openai.failNext({ reset: true }, 1);
    const file = await writeDump(directory, 'dump.json', toDumpRecords(10));
    expect((await summaryOf(0, file)).counts).toMatchObject({ new: 10 });
  });

  test('stops the load in order when it does not come back; the same command then goes on', async () => {
    const file = await writeDump(directory, 'dump.json', toDumpRecords(40));
    openai.failNext({ status: 500 }, 1_000);
    const stopped = await ingest('--json', '--max-wait', '1', '--batch-size', '10', file);
    expect(stopped.code).toBe(3);
    expect(JSON.parse(stopped.stdout)).toMatchObject({ status: 'stopped', problem: expect.any(String) });
    expect(stopped.stderr).toMatch(/same command goes on/);
    openai.forgetFailures();
    expect((await summaryOf(0, '--batch-size', '10', file)).counts).toMatchObject({ read: 40, new: 40 });
  });

  test('that refuses the key is not waited for', async () => {
    openai.failNext({ status: 401 }, 1_000);
    const { code, stderr } = await ingest(await writeDump(directory, 'dump.json', toDumpRecords(3)));
    openai.forgetFailures();
    expect(code).toBe(3);
    expect(stderr).toMatch(/OPENAI_API_KEY/);
    expect(stderr).not.toMatch(/trying again/);
  });
});
