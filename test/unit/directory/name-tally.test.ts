import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { createNameTally } from '../../../src/directory/name-tally.js';
import type { AuthorEntry } from '../../../src/store/directory.js';

const PAPERS: [string[], number | null][] = [
  [['Ada Lovelace', 'Charles Babbage'], 1843],
  [['Ada Lovelace', 'A "quoted" name', '张伟'], 1851],
  [['Ada Lovelace'], null],
  [['Charles Babbage', 'Emmy Noether', 'Sofja Kowalewskaja'], null],
];

const directory = mkdtempSync(path.join(tmpdir(), 'paperql-test-'));
afterAll(() => rmSync(directory, { recursive: true }));

async function tally(mostNames = 100): Promise<AuthorEntry[]> {
  const names = createNameTally({ mostNames, directory });
  for (const [authors, year] of PAPERS) await names.add(authors, year);
  const entries: AuthorEntry[] = [];
  for await (const batch of names.entries()) entries.push(...batch);
  await names.close();
  return entries.sort((a, b) => (a.text < b.text ? -1 : 1));
}

test('each name is returned once, with its papers and years', async () => {
  expect(await tally()).toEqual([
    { kind: 'author', text: 'A "quoted" name', papers: 1, firstYear: 1851, lastYear: 1851 },
    { kind: 'author', text: 'Ada Lovelace', papers: 3, firstYear: 1843, lastYear: 1851 },
    { kind: 'author', text: 'Charles Babbage', papers: 2, firstYear: 1843, lastYear: 1843 },
    { kind: 'author', text: 'Emmy Noether', papers: 1, firstYear: null, lastYear: null },
    { kind: 'author', text: 'Sofja Kowalewskaja', papers: 1, firstYear: null, lastYear: null },
    { kind: 'author', text: '张伟', papers: 1, firstYear: 1851, lastYear: 1851 },
  ]);
});

test('names that do not fit into memory are counted the same, and no files remain', async () => {
  const whole = await tally();
  for (const mostNames of [0, 1, 2, 4]) expect(await tally(mostNames)).toEqual(whole);
  expect(readdirSync(directory)).toEqual([]);
});
