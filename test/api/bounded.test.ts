import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { METADATA, paper } from '../contract/paper-points.js';
import { serveStore, type ServedStore } from '../support/served-store.js';
import { completeDirectory } from '../../src/directory/complete-directory.js';
import { authorKeys } from '../../src/papers/author-name.js';
import { openLanceStore } from '../support/lance-store.js';
import type { PaperPoint, PaperStore } from '../../src/store/store.js';

/** An author with 3,000 papers, 300 spellings and 6,000 co-authors; a category with half of the corpus; a paper with 3,000 authors. */
const PAPERS = 3_000;
const SPELLINGS = 300;
const CROWD = Array.from({ length: 3_000 }, (_, at) => `Crowd Member${at}`);
const CROWDED = '2602.00001';

function toPapers(): PaperPoint[] {
  const busy = Array.from({ length: PAPERS }, (_, at) =>
    written(`2601.${String(at).padStart(5, '0')}`, at, {
      authors: [`Maria ${toName(at % SPELLINGS)} Busy`, `One Other${at}`, `Two Other${at % 1_000}`],
      categories: ['cs.LG', at % 2 === 0 ? 'cs.CV' : 'stat.ML'],
      year: 2000 + (at % 20),
    }),
  );
  const rest = Array.from({ length: PAPERS - 1 }, (_, at) =>
    written(`2603.${String(at).padStart(5, '0')}`, at, {
      authors: [`Lone Writer${at}`],
      categories: ['math.CO'],
      year: 2020,
    }),
  );
  return [...busy, ...rest, written(CROWDED, 7, { authors: CROWD, categories: ['hep-ex'], year: 2024 })];
}

function written(
  id: string,
  at: number,
  { authors, categories, year }: { authors: string[]; categories: [string, ...string[]]; year: number },
): PaperPoint {
  return paper(id, [1, at % 31, at % 7, 1], {
    authors,
    author_names: authors,
    author_keys: authorKeys(authors),
    categories,
    primary_category: categories[0],
    archives: [categories[0].replace(/\..*/, '')],
    year,
    submitted_at: `${year}-01-01T00:00:00Z`,
  });
}

/** A different middle name, made only of letters, for each number. */
function toName(number: number): string {
  return `Q${Array.from(String(number), (digit) => 'abcdefghij'.charAt(Number(digit))).join('')}`;
}

let dataDir: string;
let store: PaperStore;
let served: ServedStore;
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'paperql-bounded-'));
  store = await openLanceStore({ dataDir, collection: 'papers' });
  await store.create(METADATA);
  await store.upsert(toPapers());
  await store.optimize();
  await completeDirectory(store, { isChanged: true });
  // No request may cause a scan of the collection.
  served = await serveStore(
    Object.assign(store, {
      scan: () => {
        throw new Error('The collection was scanned');
      },
    }),
  );
});
beforeEach(() => served.forgetCalls());
afterAll(async () => {
  await served.close();
  await store.close();
  await rm(dataDir, { recursive: true });
});

async function answer<Data>(query: string): Promise<Data> {
  const { data, errors } = await served.ask<Data>(query);
  expect(errors).toBeUndefined();
  return data;
}

const callsMade = () => served.storeCalls.map(([call, things]) => `${call} ${things}`).sort();

describe('an author with 3,000 papers and 300 spellings', () => {
  test('takes five calls, with lists limited as documented', async () => {
    const { author } = await answer<{
      author: Record<'variants' | 'coauthors', { name: string; paperCount: number }[]> & {
        categories: unknown;
        firstYear: number;
        lastYear: number;
        papers: { totalCount: number; nodes: unknown[]; facets: { value: string; count: number }[] };
      };
    }>(`{ author(name: "Maria Busy") { variants(first: 200) { name paperCount } coauthors(first: 100) { paperCount }
      categories { category { code } paperCount } firstYear lastYear
      papers(first: 100) { totalCount nodes { paper { id } } facets(field: AUTHOR, first: 100) { value count } } } }`);
    expect(author.variants).toHaveLength(200);
    expect(author.variants.every(({ paperCount }) => paperCount === PAPERS / SPELLINGS)).toBe(true);
    expect(author.coauthors).toHaveLength(100);
    expect(author.coauthors.every(({ paperCount }) => paperCount === 3)).toBe(true);
    expect(author.categories).toEqual([
      { category: { code: 'cs.LG' }, paperCount: 3_000 },
      { category: { code: 'cs.CV' }, paperCount: 1_500 },
      { category: { code: 'stat.ML' }, paperCount: 1_500 },
    ]);
    expect(author).toMatchObject({ firstYear: 2000, lastYear: 2019, papers: { totalCount: PAPERS } });
    expect(author.papers.nodes).toHaveLength(100);
    expect(author.papers.facets).toHaveLength(100);
    expect(callsMade()).toEqual(['counts 1', 'directory.find 1', 'facets 2', 'facets 1', 'search 1'].sort());
  });

  test.each([
    ['variants(first: 201) { name }', '"first" must be from 1 to 200, not 201'],
    ['coauthors(first: 101) { paperCount }', '"first" must be from 1 to 100, not 101'],
    ['categories(first: 101) { paperCount }', '"first" must be from 1 to 100, not 101'],
    ['papers(first: 101) { totalCount }', '"first" must be from 1 to 100, not 101'],
  ])('%s is rejected', async (selection, message) => {
    const { errors } = await served.ask(`{ author(name: "Maria Busy") { ${selection} } }`);
    expect(errors).toMatchObject([
      { message, extensions: { code: 'BAD_USER_INPUT', isRetryable: false, argumentPath: ['first'] } },
    ]);
  });
});

describe('a paper with 3,000 authors', () => {
  test('returns at most 1,000 authors, their number, and a BibTeX entry with the first 50', async () => {
    const { paper: crowded } = await answer<{
      paper: { few: unknown[]; many: unknown[]; authorCount: number; bibtex: string };
    }>(
      `{ paper(id: "${CROWDED}") { few: authors { name } many: authors(first: 1000) { name } authorCount bibtex } }`,
    );
    expect(crowded.few).toHaveLength(50);
    expect(crowded.many).toHaveLength(1_000);
    expect(crowded.authorCount).toBe(3_000);
    expect(crowded.bibtex).toContain(`author={${CROWD.slice(0, 50).join(' and ')} and others},`);
    expect(callsMade()).toEqual(['retrieve 1']);
    const { errors } = await served.ask(`{ paper(id: "${CROWDED}") { authors(first: 1001) { name } } }`);
    expect(errors).toMatchObject([{ message: '"first" must be from 1 to 1000, not 1001' }]);
  });

  test('has authors that are suggested and found like those of other papers', async () => {
    const data = await answer<{ suggest: { text: string }[]; author: unknown }>(`{
      suggest(prefix: "crowd member299", kinds: [AUTHOR], first: 20) { text }
      author(name: "Crowd Member2999") { papers { totalCount } coauthors(first: 100) { paperCount } } }`);
    // Only the first eight letters of each word count.
    expect(data.suggest).toHaveLength(20);
    expect(data.author).toEqual({
      papers: { totalCount: 1 },
      coauthors: Array.from({ length: 100 }, () => ({ paperCount: 1 })),
    });
    expect(callsMade()).toEqual(['counts 1', 'directory.find 2', 'facets 1', 'search 1']);
  });
});

describe('a category with half of the corpus', () => {
  test('takes three calls to count and list, up to the documented depth', async () => {
    const { category } = await answer<{
      category: { papers: { totalCount: number; nodes: unknown[]; year: unknown[]; author: unknown[] } };
    }>(`{ category(code: "cs.LG") { papers(first: 100) { totalCount nodes { paper { title } }
      year: facets(field: YEAR, first: 100) { count } author: facets(field: AUTHOR, first: 100) { count } } } }`);
    expect(category.papers).toMatchObject({ totalCount: 3_000 });
    expect(category.papers.nodes).toHaveLength(100);
    expect(category.papers.year).toHaveLength(20);
    expect(category.papers.author).toHaveLength(100);
    expect(callsMade()).toEqual(['counts 1', 'facets 2', 'search 1']);
  });
});

test('expensive fields count towards the limits on an operation', async () => {
  const { errors } = await served.ask(`{ search(first: 100) { nodes { paper { authors(first: 3) {
    coauthors { paperCount } papers { totalCount } } } } } }`);
  expect(errors).toMatchObject([
    {
      message: expect.stringMatching(/may cost \d+ units; at most 50000 are allowed/),
      extensions: { code: 'OPERATION_TOO_EXPENSIVE' },
    },
  ]);
  expect(served.storeCalls).toEqual([]);
});
