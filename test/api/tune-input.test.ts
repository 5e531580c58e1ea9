import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openLanceStore } from '../support/lance-store.js';
import { METADATA, paper } from '../contract/paper-points.js';
import { runPaperql } from '../support/process.js';

/** Invalid input ends with code 1 and a message that names it. Nothing is measured, and nothing is left. */

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'paperql-tune-input-'));
  const dataDir = path.join(directory, 'data');
  for (const [collection, count] of [
    ['arxiv_papers', 30],
    ['empty', 0],
  ] as const) {
    const store = await openLanceStore({ dataDir, collection });
    await store.create(METADATA);
    await store.upsert(
      Array.from({ length: count }, (_, at) => paper(`2101.${10_000 + at}`, [1, at, at % 3, 0])),
    );
    await store.close();
  }
  await mkdir(path.join(directory, 'reports'));
  const files = {
    'broken.json': '{"a": [1,',
    'list.json': '{"a": "no numbers"}',
    'short.json': '{"a question": [1, 2]}',
    'zeros.json': '{"a question": [0, 0, 0, 0]}',
    'nothing.json': '{}',
    'array.json': '[[1, 2, 3, 4]]',
    'large.json': '{"a question": [1e300, 0, 0, 0]}',
    'endless.json': '{"a question": [1e999, 0, 0, 0]}',
    'empty.txt': '',
    'binary.txt': '\x1f\x00\x08',
    'blank.txt': '\n  \n',
    'questions.txt': 'What is a graph?\n',
    'reports/taken.json': '{}',
    'reports/other.json': '{"format": "something else"}',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(directory, name), text);
});
afterAll(() => rm(directory, { recursive: true }));

async function refusal(args: readonly string[], environment: Record<string, string> = {}): Promise<string> {
  const { code, stdout, stderr } = await runPaperql(['tune', ...args], environment, directory);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).not.toMatch(/^\s+at /m);
  return stderr;
}

describe('options', () => {
  test.each([
    [['--sample', '0'], /--sample <count>.*expected a whole number from 1 to 100000/],
    [['--sample', 'ten'], /--sample <count>.*expected a whole number/],
    [['--k', '0'], /--k <count>.*expected a whole number from 1 to 1000/],
    [['--k', '1001'], /--k <count>.*expected a whole number from 1 to 1000/],
    [['--k', '1.5'], /--k <count>.*expected a whole number/],
    [['--window', '0'], /--window <count>.*expected a whole number from 1 to 1000/],
    [['--window', '9'], /^--window 9: expected at least 10, the value of --k$/m],
    [['--repeats', '0'], /--repeats <count>.*expected a whole number/],
    [['--seed', '-1'], /--seed <number>.*expected a whole number/],
    [['--concurrency', '0'], /--concurrency <count>.*expected a whole number/],
    [['--target', '0'], /--target <precision>.*expected a number above 0 and at most 1/],
    [['--target', '99'], /--target <precision>.*expected a number above 0 and at most 1/],
    [['--ef', '10,x'], /--ef <list>.*expected a whole number from 1 to 100000/],
    [['--ef', '10,,20'], /--ef <list>.*expected a whole number/],
    [['--ef', '0'], /--ef <list>.*expected a whole number/],
    [['--ef', ''], /--ef <list>.*expected a whole number/],
    [['--graphs', '16'], /--graphs <list>.*expected m:ef_construct, such as 8:50/],
    [['--graphs', '8:50,'], /--graphs <list>.*expected m:ef_construct/],
    [['--graphs', '0:50'], /--graphs <list>.*expected m:ef_construct/],
    [['--graphs', 'm:50'], /--graphs <list>.*expected m:ef_construct/],
    [['--graphs', '16:50:3'], /--graphs <list>.*expected m:ef_construct/],
    [['--graphs', '16:-1'], /--graphs <list>.*expected m:ef_construct/],
    [['--graphs', '16:2'], /--graphs <list>.*ef_construct of at least 4/],
    [['--oversampling', '0.5'], /--oversampling <list>.*expected numbers from 1 to 1000/],
    [['--probes', '0'], /--probes <list>.*expected a whole number/],
    [['--selectivity', '0'], /--selectivity <list>.*expected percentages above 0/],
    [['--selectivity', '101'], /--selectivity <list>.*at most 100/],
    [['--build-limit', '0'], /--build-limit <seconds>.*expected a whole number/],
    [['--name', '../up'], /--name <name>.*expected letters, digits/],
    [['--queries', 'questions.txt', '--sample', '5'], /--queries <file>.*cannot be used with.*--sample/],
    [['--unknown'], /unknown option '--unknown'/],
  ])('%j', async (args, message) => {
    expect(await refusal(['precision', ...args])).toMatch(message);
  });

  test('an unknown experiment is rejected', async () => {
    expect(await refusal(['everything'])).toMatch(/unknown command 'everything'/);
  });

  test('--name of an existing report is rejected, so that no measurements are overwritten', async () => {
    expect(await refusal(['precision', '--name', 'taken'])).toMatch(
      /--name taken: the report .*taken\.json already exists/,
    );
  });

  test('--k above the number of papers to find is rejected; a paper does not find itself', async () => {
    expect(await refusal(['precision', '--k', '30'])).toMatch(
      /--k 30: expected at most 29, because the collection has 30 papers and a query excludes itself/,
    );
    await writeFile(path.join(directory, 'one.json'), '{"a question": [1, 2, 3, 4]}');
    expect(await refusal(['precision', '--k', '31', '--queries', 'one.json'])).toMatch(
      /--k 31: expected at most 30, because the collection has 30 papers$/m,
    );
  });

  test('--sample above the number of papers takes all of them', async () => {
    const args = ['tune', 'precision', '--sample', '31', '--repeats', '1', '--name', 'all-of-them'];
    const { code, stderr } = await runPaperql(args, {}, directory);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/runs 30 queries 1 times/)]);
  });

  /** A path where even root cannot create a folder. */
  const UNWRITABLE = process.platform === 'linux' ? '/sys/reports' : '/dev/null/reports';

  /** A folder in which even root cannot create a file. */
  const UNFILLED = process.platform === 'linux' ? '/proc' : '/dev/null/reports';

  test.each([
    ['a file', 'questions.txt'],
    ['a folder in a file', 'questions.txt/reports'],
    ['a folder that cannot be created', UNWRITABLE],
    ['a folder in a folder of the system', '/proc/reports/deep'],
    ['a folder where no file can be created', UNFILLED],
  ])('--reports that is %s is rejected before anything is measured', async (_, folder) => {
    const stderr = await refusal(['precision', '--reports', folder]);
    expect(stderr).toMatch(/^--reports \S+: expected a writable folder \(E/m);
    expect(stderr).not.toMatch(/runs \d+ queries/);
  });

  test('--apply of several experiments is rejected, because they were not measured together', async () => {
    expect(await refusal(['all', '--apply'])).toMatch(/--apply: expected a single experiment/);
  });
});

describe('queries', () => {
  test.each([
    ['missing.json', /--queries missing\.json: cannot be read \(ENOENT/],
    ['broken.json', /--queries broken\.json: expected valid JSON/],
    ['list.json', /--queries list\.json: expected a JSON object \{"text of a query": \[numbers\]/],
    ['array.json', /--queries array\.json: expected a JSON object/],
    ['large.json', /the embedding of "a question" has numbers too large for 32 bits/],
    ['endless.json', /--queries endless\.json: expected a JSON object/],
    ['empty.txt', /--queries empty\.txt: the file has no queries/],
    ['binary.txt', /--queries binary\.txt: expected text in UTF-8/],
    ['reports', /--queries reports: cannot be read \(EISDIR/],
    ['short.json', /expected embeddings of 4 numbers, .*; that of "a question" has 2/],
    ['zeros.json', /the embedding of "a question" is all zeros/],
    ['nothing.json', /--queries nothing\.json: the file has no queries/],
    ['blank.txt', /--queries blank\.txt: the file has no queries/],
    [
      'questions.txt',
      /contains embeddings of contract:four-numbers .* but the configured embedder is local:/,
    ],
  ])('%s', async (file, message) => {
    expect(await refusal(['precision', '--queries', file])).toMatch(message);
  });
});

describe('a collection is rejected', () => {
  test('if it does not exist', async () => {
    expect(await refusal(['precision'], { QDRANT_COLLECTION: 'missing' })).toMatch(
      /has no collection missing/,
    );
  });

  test('if it is empty', async () => {
    expect(await refusal(['precision'], { QDRANT_COLLECTION: 'empty' })).toMatch(
      /"empty" has no papers to measure with/,
    );
  });

  test('if its server does not answer', async () => {
    const environment = { STORE: 'qdrant', QDRANT_URL: 'http://127.0.0.1:9' };
    expect(await refusal(['precision'], environment)).toMatch(/127\.0\.0\.1:9/);
  });
});

describe('reports', () => {
  test.each([
    [['compare', 'taken', 'missing'], /taken\.json is not a report of paperql tune/],
    [['compare', 'missing', 'taken'], /missing\.json: cannot read a report/],
    [['compare', 'other', 'other'], /other\.json is not a report of paperql tune/],
    [['compare', 'taken'], /missing required argument 'b'/],
    [['apply', 'missing'], /missing\.json: cannot read a report/],
    [['compare', 'taken', 'taken', '--reports', 'questions.txt'], /questions\.txt.*cannot read a report/],
    [['apply', 'taken', '--reports', 'nowhere'], /nowhere.taken\.json: cannot read a report/],
    [['apply', 'missing', '--experiment', 'x'], /--experiment <name>.*Allowed choices are precision/],
  ])('%j', async (args, message) => {
    expect(await refusal(args)).toMatch(message);
  });
});
