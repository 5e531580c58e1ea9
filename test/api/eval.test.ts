import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { EvaluationReport } from '../../src/evaluation/report.js';
import { toPointId } from '../../src/papers/point-id.js';
import { startFragileQdrant, type FragileQdrant } from '../support/fragile-qdrant.js';
import { toDumpRecords, toJsonLines, writeDump } from '../support/kaggle-records.js';
import { DIMENSION, startLoading, type Loading } from '../support/loading.js';
import { toTestEmbedding } from '../support/openai-server.js';
import { finish, runPaperql, spawnPaperql, type Finished } from '../support/process.js';

const DOCUMENTS = {
  wings: ['Lift of a wing', 'The lift of a wing in a propeller slipstream is measured in a wind tunnel.'],
  heat: ['Heat conduction', 'Heat conduction in composite slabs is solved for constant temperatures.'],
  shells: ['Buckling of shells', 'Thin cylindrical shells buckle under axial compression.'],
  stars: ['Nearby stars', 'Distances of nearby stars are found from their parallax.'],
  proteins: ['Folding', 'Proteins fold into their native structure within milliseconds.'],
  empty: ['', ''],
};
const QUERIES = {
  q1: 'wing lift in a propeller slipstream',
  q2: 'heat conduction in composite slabs',
  q3: 'buckling of thin cylindrical shells',
  q4: 'nobody has judged anything relevant here',
};
const QRELS = [
  ['q1', 'wings', 3],
  ['q1', 'stars', 0],
  ['q2', 'heat', 1],
  ['q3', 'shells', 1],
  // An empty document can never be found.
  ['q3', 'empty', 1],
  ['q4', 'stars', -1],
] as const;

let directory: string;
let scratch: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'paperql-eval-test-'));
  scratch = path.join(directory, 'scratch');
  await mkdir(scratch);
});
afterEach(() => rm(directory, { recursive: true }));

async function writeDataset(documents: Record<string, readonly string[]> = DOCUMENTS): Promise<string> {
  const folder = path.join(directory, 'tiny');
  await mkdir(path.join(folder, 'qrels'), { recursive: true });
  const lines = (values: unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');
  await writeFile(
    path.join(folder, 'corpus.jsonl'),
    lines(Object.entries(documents).map(([_id, [title, text]]) => ({ _id, title, text }))),
  );
  await writeFile(
    path.join(folder, 'queries.jsonl'),
    lines(Object.entries(QUERIES).map(([_id, text]) => ({ _id, text }))),
  );
  await writeFile(
    path.join(folder, 'qrels', 'test.tsv'),
    `query-id\tcorpus-id\tscore\n${QRELS.map((columns) => columns.join('\t')).join('\n')}\n`,
  );
  return folder;
}

function run(args: readonly string[]): Promise<Finished> {
  return finish(spawnPaperql(['eval', ...args], { TMPDIR: scratch }, directory));
}

test('prints the figures of every mode, and how much better hybrid search is', async () => {
  const { code, stdout } = await run(['--json', await writeDataset()]);
  expect(code).toBe(0);
  const report = JSON.parse(stdout) as EvaluationReport;
  expect(report).toMatchObject({
    dataset: 'tiny',
    split: 'test',
    store: 'lance',
    embedder: 'local:all-MiniLM-L6-v2',
    documents: 5,
    queries: 3,
    left: { emptyDocuments: 1, repeatedIds: 0, queriesWithoutRelevant: 1, queriesWithoutText: 0 },
  });
  expect(Object.keys(report.modes)).toEqual(['HYBRID', 'SEMANTIC', 'KEYWORD']);
  for (const figures of Object.values(report.modes)) {
    // Every query finds its document first. The third query has two relevant documents, one of which is empty:
    // nDCG 1 / (1 + 1 / log2(3)) = 0.613147, recall and average precision 1/2.
    expect(figures['nDCG@10'].mean).toBeCloseTo((1 + 1 + 0.613147) / 3, 5);
    expect(figures['MRR@10']).toEqual({ mean: 1, low: 1, high: 1 });
    expect(figures['recall@10'].mean).toBeCloseTo(2.5 / 3, 9);
    expect(figures['recall@100'].mean).toBeCloseTo(2.5 / 3, 9);
    expect(figures.MAP.mean).toBeCloseTo(2.5 / 3, 9);
    expect(figures.MAP.low).toBeLessThan(figures.MAP.mean);
    expect(figures.MAP.high).toBeGreaterThan(figures.MAP.mean);
  }
  expect(Object.keys(report.differences)).toEqual(['HYBRID - SEMANTIC', 'HYBRID - KEYWORD']);
  expect(report.differences['HYBRID - SEMANTIC']?.['nDCG@10']).toEqual({ mean: 0, low: 0, high: 0 });
  expect(await readdir(scratch)).toEqual([]);
});

test('prints a table of the requested modes and queries', async () => {
  const { code, stdout } = await run(['--mode', 'semantic', '--limit', '1', await writeDataset()]);
  expect(code).toBe(0);
  expect(stdout.split('\n')).toEqual([
    'tiny, test: 5 documents, 1 queries; local:all-MiniLM-L6-v2 in lance',
    'Skipped: 1 empty documents (never found), 1 queries without a relevant document',
    '',
    expect.stringMatching(/^ +nDCG@10 +MRR@10 +recall@10 +recall@100 +MAP$/),
    expect.stringMatching(/^SEMANTIC( {2}1\.000 \(1\.000 to 1\.000\)){5}$/),
    '',
    expect.stringContaining('Means over the queries with 95% bootstrap intervals'),
    '',
  ]);
});

test('deletes its collection when it is stopped', async () => {
  const many = Array.from({ length: 3_000 }, (_, at) => [
    `d${at}`,
    [`Title ${at}`, 'Words of an abstract. '.repeat(20)],
  ]);
  const folder = await writeDataset({ ...Object.fromEntries(many), ...DOCUMENTS } as Record<
    string,
    string[]
  >);
  const child = spawnPaperql(['eval', folder], { TMPDIR: scratch }, directory);
  const finished = finish(child);
  while ((await readdir(scratch)).length === 0) await setTimeout(20);
  child.kill('SIGINT');
  const { code, stdout } = await finished;
  expect(code).toBe(130);
  expect(stdout).toBe('');
  expect(await readdir(scratch)).toEqual([]);
});

test('a second signal ends it at once, although the local model is at work', async () => {
  const many = Array.from({ length: 20_000 }, (_, at) => [`d${at}`, ['', `Text ${at}`]]);
  const folder = await writeDataset({ ...Object.fromEntries(many), ...DOCUMENTS } as Record<
    string,
    string[]
  >);
  const child = spawnPaperql(['eval', folder], { TMPDIR: scratch }, directory);
  let printed = '';
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const ended = once(child, 'exit');
  for (const text of ['loading ', 'press Ctrl-C again']) {
    while (child.exitCode === null && !printed.includes(text)) await setTimeout(1);
    child.kill('SIGINT');
  }
  expect(await ended).toEqual([null, 'SIGINT']);
  expect(printed.trim().split('\n')).toEqual([
    expect.stringMatching(/^loading \d+\/20005$/),
    'Finishing work in flight; press Ctrl-C again to stop immediately.',
  ]);
});

describe('a mistake is reported in one sentence, and no collection remains', () => {
  test.each<[string, (folder: string) => string[], RegExp]>([
    [
      'no such folder',
      () => ['nowhere'],
      /^nowhere is not a folder; expected one with corpus\.jsonl, queries\.jsonl and qrels\/test\.tsv\n$/,
    ],
    [
      'no such split',
      (folder) => ['--split', 'dev', folder],
      /qrels\/dev\.tsv is missing; .* \(the folder has test\.tsv\)\n$/,
    ],
    [
      'no such mode',
      (folder) => ['--mode', 'fuzzy', folder],
      /'--mode <mode>' argument 'fuzzy' is invalid\. expected hybrid, semantic or keyword\n$/,
    ],
    [
      'no queries',
      (folder) => ['--limit', '0', folder],
      /'--limit <count>' argument '0' is invalid\. expected a whole number of at least 1\n$/,
    ],
  ])('%s', async (_name, args, message) => {
    const { code, stdout, stderr } = await run(args(await writeDataset()));
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(await readdir(scratch)).toEqual([]);
  });
});

describe('questions about loaded papers', () => {
  let loading: Loading;
  const questions = () => path.join(loading.directory, 'questions.jsonl');
  beforeAll(async () => {
    loading = await startLoading();
    await loading.ingest(await writeDump(loading.directory, 'dump.json', toDumpRecords(20)));
  }, 60_000);
  afterAll(() => loading.close());

  async function ask(lines: unknown[], ...args: string[]): Promise<Finished> {
    await writeFile(questions(), toJsonLines(lines));
    return runPaperql(['eval', '--questions', questions(), ...args], loading.environment, loading.directory);
  }

  test('are judged by arXiv ids in any form, with or without grades', async () => {
    const lines = [
      { question: 'Paper 3 on subject 3', papers: ['2101.00003'] },
      {
        question: 'Paper 5 on subject 5',
        papers: { 'https://arxiv.org/abs/2101.00005v2': 2, '2101.00006': 0 },
      },
      { question: 'Paper 5 on subject 5', papers: ['2101.00001'] },
      { question: 'What paper 7 finds', papers: ['2101.00007', '1706.03762'] },
      { question: 'nothing here', papers: ['1706.03762'] },
    ];
    const before = await readdir(path.join(loading.directory, 'data'));
    const { code, stdout } = await ask(lines, '--json', '--mode', 'keyword', '--collection', 'arxiv_papers');
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as EvaluationReport;
    expect(report).toMatchObject({
      dataset: 'questions.jsonl',
      collection: 'arxiv_papers',
      documents: 20,
      queries: 3,
      left: { repeatedQuestions: 1, missingPapers: 1, unanswerableQuestions: 1 },
    });
    // Papers 3 and 16 have the same subject; the paper that a question is about also has its number.
    expect(report.modes['KEYWORD']?.['MRR@10']).toEqual({ mean: 1, low: 1, high: 1 });
    expect(report.modes['KEYWORD']?.['recall@10'].mean).toBe(1);
    expect(await readdir(path.join(loading.directory, 'data'))).toEqual(before);
  }, 60_000);

  test('are reported as a table, with what was skipped', async () => {
    const lines = [{ question: 'Paper 3', papers: ['2101.00003', '1706.03762'] }];
    const { stdout } = await ask(lines, '--mode', 'keyword');
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      'questions.jsonl, collection arxiv_papers: 20 documents, 1 queries; openai:small in lance',
      'Skipped: 1 judged papers that the collection does not have',
    ]);
  }, 60_000);

  test.each([
    ['no ids', [{ question: 'a', papers: ['tomorrow'] }], [], /line 1: papers: expected an arXiv id such as/],
    [
      'no list',
      [{ question: 'a', papers: 'b' }],
      [],
      /line 1: papers: expected a list of arXiv ids, or an object/,
    ],
    ['no question', [{ papers: [] }], [], /line 1: question: expected a text/],
    [
      'no paper that is there',
      [{ question: 'a', papers: ['1706.03762'] }],
      [],
      /none of the papers that answer the questions/,
    ],
    ['no such collection', [], ['--collection', 'nothing'], /--collection: there is no collection "nothing"/],
    ['a dataset as well', [], ['tiny'], /Expected either the folder of a dataset/],
  ])(
    'are rejected with %s',
    async (_what, lines, args, sentence) => {
      const { code, stderr } = await ask(lines, ...args);
      expect([code, stderr]).toEqual([1, expect.stringMatching(sentence)]);
    },
    60_000,
  );
});

describe('questions about a collection of the Python course', () => {
  const collection = 'course_papers';
  let qdrant: FragileQdrant;
  let loading: Loading;
  beforeAll(async () => {
    qdrant = await startFragileQdrant();
    loading = await startLoading({ QDRANT_URL: qdrant.url, QDRANT_COLLECTION_MODEL: 'small' });
    const place = `/collections/${collection}`;
    await qdrant.change('PUT', place, { vectors: { size: DIMENSION, distance: 'Cosine' } });
    const points = toDumpRecords(5).map((payload, at) => ({
      id: toPointId(payload.id),
      vector: Array.from(toTestEmbedding('small', `meaning ${at}`, DIMENSION)),
      payload,
    }));
    await qdrant.change('PUT', `${place}/points?wait=true`, { points });
  });
  afterAll(async () => {
    await qdrant.drop(collection);
    await Promise.all([loading.close(), qdrant.close()]);
  });

  async function ask(settings: Record<string, string>, ...args: string[]): Promise<Finished> {
    const lines = [{ question: 'meaning 3', papers: ['2101.00003'] }];
    const file = path.join(loading.directory, 'questions.jsonl');
    await writeFile(file, toJsonLines(lines));
    return runPaperql(
      ['eval', '--questions', file, '--collection', collection, '--json', ...args],
      { ...loading.environment, ...settings },
      loading.directory,
    );
  }

  test('are searched by meaning if its model is configured', async () => {
    const { code, stdout, stderr } = await ask({}, '--mode', 'semantic');
    expect([code, stderr]).toEqual([0, '']);
    const { modes, documents } = JSON.parse(stdout) as EvaluationReport;
    expect([documents, modes['SEMANTIC']?.['MRR@10'].mean]).toEqual([5, 1]);
  });

  test.each([
    [
      'all modes',
      {},
      [],
      /cannot be searched by words.*--mode semantic.*paperql repair --embedding-model small/,
    ],
    ['words', {}, ['--mode', 'keyword'], /cannot be searched by words/],
    [
      'no model',
      { QDRANT_COLLECTION_MODEL: '' },
      ['--mode', 'semantic'],
      /does not record its embedding model/,
    ],
    [
      'another model',
      { QDRANT_COLLECTION_MODEL: 'other' },
      ['--mode', 'semantic'],
      /embeddings of openai:other/,
    ],
  ])('are rejected with %s', async (_what, settings, args, sentence) => {
    const { code, stderr } = await ask(settings, ...args);
    expect([code, stderr]).toEqual([1, expect.stringMatching(sentence)]);
  });
});
