import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createGunzip } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { toAuthorNames } from '../../src/ingest/author-names.js';
import { parseQuery } from '../../src/search/parse-query/parse-query.js';
import { toInterpretation, type Interpretation, settle } from '../../src/search/interpret.js';
import { readTextLines } from '../../src/text-lines.js';

/**
 * The authors and titles of 50,000 papers if they are available, or else a sample of them in the repository: 1,500 names that
 * only the corpus can confirm, some 600 others, and 500 titles with "by".
 */
const PAPERS = fileURLToPath(
  new URL('../../../../shared/data/arxiv-50k/arxiv-50k.jsonl.gz', import.meta.url),
);
const FIXTURES = new URL('../../../test/fixtures/', import.meta.url);
const CLOCK = new Date('2026-03-31T22:15:00Z');

/** At most this many of 10,000 names may be read partly or not at all, because some records have two authors in one name. */
const UNREADABLE_IN_10_000 = 5;

let names: ReadonlySet<string>;
let titles: readonly string[];
beforeAll(async () => {
  [names, titles] = existsSync(PAPERS) ? await readPapers() : await readSample();
}, 120_000);

async function readPapers(): Promise<[Set<string>, string[]]> {
  const found = new Set<string>();
  const withBy: string[] = [];
  for await (const line of readTextLines(createReadStream(PAPERS).pipe(createGunzip()))) {
    const { title, authors } = JSON.parse(line) as { title: string; authors: string };
    for (const name of toAuthorNames({ authors, authors_parsed: [] })) found.add(name);
    if (isOrdinary(title)) withBy.push(title.replace(/\s+/g, ' ').trim());
  }
  return [found, withBy];
}

async function readSample(): Promise<[Set<string>, string[]]> {
  const [found, withBy] = await Promise.all(
    ['author-names.txt', 'titles-with-by.txt'].map((file) => readFile(new URL(file, FIXTURES), 'utf8')),
  );
  return [new Set(toLines(found)), toLines(withBy)];
}

function toLines(text = ''): string[] {
  return text.trimEnd().split('\n');
}

/** Has "by", but nothing that should be read as a condition, such as quotes and years. */
function isOrdinary(title: string): boolean {
  return /\bby\b/i.test(title) && !/["“]|\b(?:19|20)\d\d\b/.test(title);
}

async function read(query: string): Promise<Interpretation> {
  const knownAuthors = async (asked: readonly string[]) => new Set(asked.filter((name) => names.has(name)));
  return toInterpretation(query, await settle(parseQuery(query, CLOCK), { knownAuthors }));
}

function withoutMarks(name: string): string {
  return name.replace(/[.,]/g, '').trim();
}

describe('if the corpus has all authors', () => {
  test.each(['', 'point clouds'])(
    'names after "%s by" are read completely',
    async (topic) => {
      const unread: string[] = [];
      for (const name of names) {
        const { text, authors } = await read(`${topic} by ${name}`);
        const [first = '', ...others] = authors;
        const isWhole = withoutMarks(first) === withoutMarks(name) && others.length === 0 && text === topic;
        if (!isWhole) unread.push(name);
      }
      expect(names.size).toBeGreaterThan(2_000);
      expect(unread.slice(Math.floor((names.size * UNREADABLE_IN_10_000) / 10_000))).toEqual([]);
    },
    240_000,
  );

  test('titles with "by" lose no word', async () => {
    const changed: string[] = [];
    for (const title of titles) {
      const { text } = await read(title);
      if (text !== title) changed.push(`${title} => ${text}`);
    }
    expect(titles.length).toBeGreaterThanOrEqual(500);
    expect(changed).toEqual([]);
  });
});
