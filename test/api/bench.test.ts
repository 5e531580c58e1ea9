import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { packagePath } from '../../src/package-root.js';

const run = promisify(execFile);
const { PATH = '', HOME = '' } = process.env;
const env = { PATH, HOME, TMPDIR: tmpdir() };
const BENCH = path.join(import.meta.dirname, '..', '..', 'bench', 'bench.js');
const SAMPLE = packagePath('sample', 'papers.jsonl');
const FIGURES = '(\\s+\\d+\\.\\d\\d\\s+\\d+\\.\\d\\d\\s+\\d+){2}';

test('the bench prints the machine, the figures of server and store, and their ratio', async () => {
  const { stdout } = await run(process.execPath, [BENCH, '--quick'], { env });
  expect(stdout).toMatch(/^PaperQL \d+\.\d+\.\d+, Node v\d+/);
  expect(stdout).toMatch(/\d+ cores/);
  expect(stdout).toContain('# Bundled sample, 252 papers, in embedded LanceDB');
  for (const question of ['search, 10 whole papers', 'paper by id']) {
    expect(stdout).toMatch(
      new RegExp(`${question} .*answers/s\nPaperQL${FIGURES}\nthe store through its port${FIGURES}\n`),
    );
  }
  expect(stdout.match(/PaperQL adds -?\d+\.\d\d ms to the store's p50/g)).toHaveLength(2);
  expect(stdout).toMatch(/it gives \d+\.\d\d times the answers of the store .*\(by round: \d+\.\d\d\)/);
  expect(stdout).toMatch(/Memory of the server process/);
  expect(stdout).toContain('Qdrant is left out: QDRANT_URL is not set');
});

test('the bench of search prints a row for each mode, and the cost of a filter', async () => {
  const { stdout } = await run(process.execPath, [BENCH, 'search', '--quick'], { env });
  expect(stdout).toMatch(
    /Reading a query takes \d+\.\d{4} ms, 10000 characters of text \d+\.\d{2} ms,\n.* at most \d+\.\d{2} ms/,
  );
  for (const question of ['hybrid', 'semantic', 'keyword', 'hybrid, author and year']) {
    expect(stdout).toMatch(new RegExp(`\n${question} ${FIGURES}`));
  }
  expect(stdout).toMatch(/Filtered by author and year, a search takes \d+\.\d\d of the time/);
});

test('the bench builds its large corpus from the newest papers of a dump', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'paperql-papers-'));
  const options = { env: { ...env, DATA_DIR: folder } };
  try {
    await expect(
      run(process.execPath, [BENCH, 'papers', SAMPLE, '--count', '1000'], options),
    ).rejects.toThrow(`${SAMPLE} has 252 papers; expected at least 1000`);
    await run(process.execPath, [BENCH, 'papers', SAMPLE, '--count', '20'], options);
    const lines = (await readFile(path.join(folder, 'bench', 'papers.jsonl'), 'utf8')).trimEnd().split('\n');
    const days = (text: string) => Array.from(text.matchAll(/"update_date": ?"([^"]+)"/g), ([, day]) => day);
    const newest = days(await readFile(SAMPLE, 'utf8'))
      .sort()
      .reverse();
    expect(days(lines.join('\n'))).toEqual(newest.slice(0, 20));
    expect(lines.join()).not.toContain('"embedding"');
    expect((await stat(path.join(folder, 'bench', 'vectors.f32'))).size).toBe(20 * 384 * 4);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('the bench of scale sends the same questions to collections of several sizes, and plots how response times grow', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'paperql-scale-'));
  const [json, plot] = [path.join(folder, 'scale.json'), path.join(folder, 'scale.svg')];
  try {
    const bench = (size: string, ...options: string[]) =>
      run(process.execPath, [BENCH, 'scale', '--quick', '--sizes', size, '--json', json, ...options], {
        env,
      });
    const first = await bench('20');
    expect(first.stdout).toContain('## 20 papers, embedded LanceDB');
    const { stdout } = await bench('260', '--from', json, '--plot', plot);
    expect(stdout).toContain('## 260 papers, embedded LanceDB');
    for (const question of ['hybrid, ten papers with abstracts', 'with a phrase', 'suggest']) {
      expect(stdout).toMatch(new RegExp(`\\| ${question} +(\\| +[\\d.,]+ ){5}\\|`));
      expect(stdout).toMatch(new RegExp(`\\| ${question}, CPU ms +(\\| +[\\d.,]+ ){2}\\|`));
    }
    expect(stdout).toMatch(
      /Loading: [\d.]+ s, [\d.]+ s of processor time, at most \d+ MiB of memory; [\d.]+ MB on disk/,
    );
    const measured: unknown = JSON.parse(await readFile(json, 'utf8'));
    expect(measured).toMatchObject([{ papers: 20 }, { papers: 260 }]);
    expect(await readFile(plot, 'utf8')).toMatch(
      /^<svg [^]*hybrid, ten papers with abstracts, CPU ms[^]*<\/svg>\n$/,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
