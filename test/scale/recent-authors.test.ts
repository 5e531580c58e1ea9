import { createReadStream, existsSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { toAuthorNames } from '../../src/ingest/author-names.js';
import { packagePath } from '../../src/package-root.js';
import { parseAuthors } from '../../src/sync/parse-authors.js';
import { readTextLines } from '../../src/text-lines.js';

/** Only available where the project is developed. */
const PAPERS = packagePath('..', 'shared', 'data', 'arxiv-50k', 'arxiv-50k.jsonl.gz');
const isHere = existsSync(PAPERS);

async function readAuthors(): Promise<string[]> {
  const authors: string[] = [];
  for await (const line of readTextLines(createReadStream(PAPERS).pipe(createGunzip()))) {
    authors.push((JSON.parse(line) as { authors: string }).authors);
  }
  return authors;
}

function toNames(fields: Parameters<typeof toAuthorNames>[0]): string {
  return toAuthorNames(fields).join().replace(/\. ?/g, '.');
}

const name = 'the authors of 50,000 recent papers are those that loading reads, save six';
(isHere ? test : test.skip)(isHere ? name : `${name} (not run: the papers are not here)`, async () => {
  const differing = (await readAuthors()).filter(
    (authors) =>
      toNames({ authors, authors_parsed: null }) !==
      toNames({ authors: null, authors_parsed: parseAuthors(authors) }),
  );
  // arXiv's rules do not expect semicolons, and cut a collaboration's name at a hyphen.
  expect(
    differing.filter(
      (authors) => !authors.includes(';') && !/^\S*-.* Team/.test(authors.replace(/^Xiaomi /, '')),
    ),
  ).toEqual([]);
  expect(differing).toHaveLength(6);
});
