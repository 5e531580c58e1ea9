import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const run = promisify(execFile);
const BENCH = path.join(import.meta.dirname, '..', '..', 'bench', 'bench.js');
const FIGURES = '(\\s+\\d+\\.\\d\\d\\s+\\d+\\.\\d\\d\\s+\\d+){2}';

test('the bench prints the machine, and figures of server and store with their ratio', async () => {
  const { PATH = '', HOME = '' } = process.env;
  const { stdout } = await run(process.execPath, [BENCH, '--quick'], { env: { PATH, HOME } });
  expect(stdout).toMatch(/^PaperQL \d+\.\d+\.\d+, Node v\d+/);
  expect(stdout).toMatch(/\d+ cores/);
  expect(stdout).toContain('# Bundled sample, 252 papers, in embedded LanceDB');
  for (const question of ['search, 10 whole papers', 'paper by id']) {
    expect(stdout).toMatch(
      new RegExp(`${question} .*answers/s\nPaperQL${FIGURES}\nthe store through its port${FIGURES}\n`),
    );
  }
  expect(stdout.match(/PaperQL adds -?\d+\.\d\d ms to the store's p50/g)).toHaveLength(2);
  expect(stdout).toMatch(/it gives \d+\.\d\d of the answers of the store/);
  expect(stdout).toMatch(/Memory of the server process/);
  expect(stdout).toContain('Qdrant is left out: QDRANT_URL is not set');
});

test('the bench of search prints a row for each mode, and what a filter costs', async () => {
  const { PATH = '', HOME = '' } = process.env;
  const { stdout } = await run(process.execPath, [BENCH, 'search', '--quick'], { env: { PATH, HOME } });
  expect(stdout).toMatch(
    /Reading a query takes \d+\.\d{4} ms, 10000 characters of text \d+\.\d{2} ms,\n.* at most \d+\.\d{2} ms/,
  );
  for (const question of ['hybrid', 'semantic', 'keyword', 'hybrid, author and year']) {
    expect(stdout).toMatch(new RegExp(`\n${question} ${FIGURES}`));
  }
  expect(stdout).toMatch(/Filtered by author and year, a search takes \d+\.\d\d of the time/);
});
