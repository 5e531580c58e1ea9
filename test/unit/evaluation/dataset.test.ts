import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readDataset } from '../../../src/evaluation/dataset.js';
import { StartupError } from '../../../src/errors/errors.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'paperql-dataset-'));
});
afterEach(() => rm(folder, { recursive: true }));

interface Files {
  corpus?: string;
  queries?: string;
  qrels?: string;
}

const CORPUS =
  '{"_id": "d1", "title": "Wings", "text": "On wings."}\n{"_id": "d2", "title": "", "text": "On heat."}\n';
const QUERIES = '{"_id": "q1", "text": "wings", "metadata": {}}\n';
const QRELS = 'query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\n';

async function read({ corpus = CORPUS, queries = QUERIES, qrels = QRELS }: Files = {}) {
  await mkdir(path.join(folder, 'qrels'));
  await writeFile(path.join(folder, 'corpus.jsonl'), corpus);
  await writeFile(path.join(folder, 'queries.jsonl'), queries);
  await writeFile(path.join(folder, 'qrels', 'test.tsv'), qrels);
  return readDataset(folder, 'test');
}

const NOTHING_LEFT = {
  emptyDocuments: 0,
  repeatedIds: 0,
  queriesWithoutRelevant: 0,
  queriesWithoutText: 0,
};

test('documents, queries and judgements are read', async () => {
  expect(await read()).toEqual({
    name: path.basename(folder),
    split: 'test',
    documents: [
      { id: 'd1', title: 'Wings', text: 'On wings.' },
      { id: 'd2', title: '', text: 'On heat.' },
    ],
    queries: [
      {
        id: 'q1',
        text: 'wings',
        judgements: new Map([
          ['d1', 2],
          ['d2', 0],
        ]),
      },
    ],
    left: NOTHING_LEFT,
  });
});

describe('unusual input is accepted', () => {
  test('numeric ids, missing titles, Windows line ends, and a byte order mark', async () => {
    const { documents, queries } = await read({
      corpus:
        '\ufeff{"_id": 1, "text": "On wings."}\r\n\r\n{"_id": 2, "title": null, "text": "On heat."}\r\n',
      queries: '{"_id": 7, "text": "wings"}\r\n',
      qrels: '7\t1\t1\r\n',
    });
    expect(documents).toEqual([
      { id: '1', title: '', text: 'On wings.' },
      { id: '2', title: '', text: 'On heat.' },
    ]);
    expect(queries).toEqual([{ id: '7', text: 'wings', judgements: new Map([['1', 1]]) }]);
  });

  test('U+2028 and U+2029 in texts do not end a line', async () => {
    const { documents } = await read({ corpus: CORPUS.replace('On wings.', 'On\u2028wings\u2029.') });
    expect(documents[0]?.text).toBe('On\u2028wings\u2029.');
  });

  test('empty documents are skipped and counted', async () => {
    const { documents, left } = await read({ corpus: `${CORPUS}{"_id": "d3", "title": " ", "text": ""}\n` });
    expect(documents.map(({ id }) => id)).toEqual(['d1', 'd2']);
    expect(left).toEqual({ ...NOTHING_LEFT, emptyDocuments: 1 });
  });

  test('the first of repeated ids and judgements counts', async () => {
    const { documents, queries, left } = await read({
      corpus: `${CORPUS}{"_id": "d1", "title": "Other", "text": "Other."}\n`,
      queries: `${QUERIES}{"_id": "q1", "text": "other"}\n`,
      qrels: `${QRELS}q1\td1\t0\n`,
    });
    expect(documents[0]).toEqual({ id: 'd1', title: 'Wings', text: 'On wings.' });
    expect(queries[0]?.text).toBe('wings');
    expect(queries[0]?.judgements.get('d1')).toBe(2);
    expect(left).toEqual({ ...NOTHING_LEFT, repeatedIds: 2 });
  });

  test('queries without a relevant document or without a text are skipped and counted', async () => {
    const { queries, left } = await read({
      queries: `${QUERIES}{"_id": "q2", "text": "heat"}\n{"_id": "q3", "text": "not judged"}\n{"_id": "q4", "text": " "}\n`,
      qrels: `${QRELS}q2\td2\t-1\nq4\td1\t1\nq5\td1\t1\n`,
    });
    expect(queries.map(({ id }) => id)).toEqual(['q1']);
    expect(left).toEqual({ ...NOTHING_LEFT, queriesWithoutRelevant: 1, queriesWithoutText: 2 });
  });

  test('judged documents that are not in the corpus still count', async () => {
    const { queries } = await read({ qrels: `${QRELS}q1\td9\t3\n` });
    expect(queries[0]?.judgements.get('d9')).toBe(3);
  });
});

describe('an invalid dataset is rejected with file and line', () => {
  test.each<[string, Files, RegExp]>([
    [
      'a corpus that is not JSON',
      { corpus: 'id,title\n' },
      /corpus\.jsonl, line 1: expected a JSON object, not "id,title"$/,
    ],
    [
      'a document without an id',
      { corpus: `${CORPUS}{"text": "x"}\n` },
      /corpus\.jsonl, line 3: _id: expected an id$/,
    ],
    [
      'an endless line',
      { corpus: `${CORPUS}"${'x'.repeat(9_000_000)}` },
      /corpus\.jsonl: line 3 has more than 8388608 bytes$/,
    ],
    ['a document that is a list', { corpus: '[1]\n' }, /corpus\.jsonl, line 1: .*expected an object$/],
    [
      'a query without a text',
      { queries: '{"_id": "q1"}\n' },
      /queries\.jsonl, line 1: text: expected a text$/,
    ],
    [
      'TREC columns',
      { qrels: 'q1 0 d1 1\n' },
      /test\.tsv, line 1: expected three columns separated by tabs.*not "q1 0 d1 1"$/,
    ],
    [
      'a score that is not a whole number',
      { qrels: `${QRELS}q1\td1\t0.5\n` },
      /test\.tsv, line 4: expected three columns/,
    ],
    [
      'a corpus without a text',
      { corpus: '{"_id": "d1"}\n' },
      /corpus\.jsonl: expected at least one document with text$/,
    ],
    [
      'judgements of other queries',
      { qrels: 'q9\td1\t1\n' },
      /test\.tsv: no query of .*queries\.jsonl has a document judged above 0$/,
    ],
  ])('%s', async (_name, files, message) => {
    const error = await read(files).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StartupError);
    expect((error as Error).message).toMatch(message);
  });

  test('a folder that does not exist', async () => {
    const missing = path.join(folder, 'none');
    await expect(readDataset(missing, 'test')).rejects.toThrow(
      `${missing} is not a folder; expected one with corpus.jsonl`,
    );
  });

  test('the error about a compressed corpus lists the existing files', async () => {
    await writeFile(path.join(folder, 'corpus.jsonl.gz'), '');
    await expect(readDataset(folder, 'test')).rejects.toThrow(
      /corpus\.jsonl is missing; a dataset is an unpacked folder in BEIR's layout: .* \(the folder has corpus\.jsonl\.gz\)$/,
    );
  });

  test('the error about an unknown split lists the existing ones', async () => {
    await read();
    await expect(readDataset(folder, 'dev')).rejects.toThrow(
      /dev\.tsv is missing; .* \(the folder has test\.tsv\)$/,
    );
  });
});
