import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { METADATA, arxivIds, paper, searchOne } from '../../contract/paper-points.js';
import type { PaperPayload } from '../../../src/papers/payload.js';
import type { Filter, FilterCondition } from '../../../src/store/filter.js';
import { openLanceStore } from '../../support/lance-store.js';
import type { PaperStore, Ranking } from '../../../src/store/store.js';

/** Papers with both words of the phrase, which rank higher in each order than papers with the phrase. */
const MANY = 40;
const LONG = '字'.repeat(400);

const PAPERS: Record<string, Partial<PaperPayload>> = {
  title: { title: 'Deep point cloud models', year: 2001 },
  abstract: { abstract: 'A point cloud is a set.', authors: ['Alan Turing'], year: 2002 },
  both: { title: 'Point cloud', abstract: 'Each point cloud, point by point', year: 2002 },
  neither: { title: 'Graphs', abstract: 'Nothing.', year: 2003 },
  apart: { title: 'Cloud point', abstract: 'The point of a cloud', authors: ['Cloud', 'Point'], year: 2003 },
  authors: { title: 'Names', authors: ['Point Cloud'], year: 2003 },
  long: { title: 'Names', abstract: `before ${LONG} after`, year: 2003 },
};

const ALL = Object.keys(PAPERS);
const SOUGHT: FilterCondition = {
  should: [phrase('title', 'point cloud'), phrase('abstract', 'point cloud')],
};
const FOUND = ['title', 'abstract', 'both'];

const CASES: { name: string; filter: Filter; ids: string[] }[] = [
  { name: 'in one field', filter: { must: [phrase('title', 'point cloud')] }, ids: ['title', 'both'] },
  { name: 'in either of two', filter: { must: [SOUGHT] }, ids: FOUND },
  { name: 'in neither', filter: { must_not: [SOUGHT] }, ids: without(FOUND) },
  {
    name: 'but not with',
    filter: { must: [SOUGHT], must_not: [phrase('abstract', 'point by')] },
    ids: ['title', 'abstract'],
  },
  {
    name: 'or something else',
    filter: { should: [phrase('title', 'point cloud'), year(2002)] },
    ids: FOUND,
  },
  {
    name: 'with something else, or another',
    filter: {
      should: [{ must: [phrase('abstract', 'point cloud'), year(2002)] }, phrase('title', 'cloud point')],
    },
    ids: ['abstract', 'both', 'apart'],
  },
  {
    name: 'not, or something else',
    filter: { should: [{ must_not: [SOUGHT] }, year(2001)] },
    ids: without(['abstract', 'both']),
  },
  {
    name: 'as two of three',
    filter: {
      min_should: {
        min_count: 2,
        conditions: [phrase('title', 'point cloud'), phrase('abstract', 'point cloud'), year(2002)],
      },
    },
    ids: ['abstract', 'both'],
  },
  {
    name: 'within one of several names',
    filter: { must: [phrase('authors', 'point cloud')] },
    ids: ['authors'],
  },
  {
    name: 'of a word that is too long to index',
    filter: { must: [phrase('abstract', `${LONG} after`)] },
    ids: ['long'],
  },
  { name: 'that no paper has', filter: { must: [phrase('title', 'cloud deep')] }, ids: [] },
];

describe.each([
  { state: 'not indexed' },
  { state: 'indexed' },
  { state: 'indexed before others were written' },
])('a phrase among papers that are $state', ({ state }) => {
  let dataDir: string;
  let store: PaperStore;

  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'paperql-phrases-'));
    store = await openLanceStore({ dataDir, collection: 'phrases' });
    await store.create(METADATA);
    const papers = Object.entries(PAPERS).map(([id, fields], at) => paper(id, [1, at + 1, 0, 0], fields));
    // Changed later, so the indexes still contain its old text.
    const changed = paper('neither', [1, 4, 0, 0], { title: 'Point cloud', abstract: 'A point cloud' });
    if (state === 'indexed before others were written') {
      await store.upsert([...papers.slice(0, 2), changed]);
      await store.optimize();
      await store.upsert(papers.slice(2));
    } else {
      await store.upsert(papers);
      if (state === 'indexed') await store.optimize();
    }
  });
  afterAll(async () => {
    await store.close();
    await rm(dataDir, { recursive: true });
  });

  test.each(CASES)('$name: each kind of ranking finds the papers', async ({ filter, ids }) => {
    const vector = Float32Array.of(1, 0, 0, 0);
    const rankings: Ranking[] = [
      { kind: 'nearest', vector },
      { kind: 'listing', by: 'submitted_at', direction: 'desc' },
    ];
    for (const ranking of rankings) {
      expect(arxivIds(await searchOne(store, { ranking, filter })).sort()).toEqual([...ids].sort());
    }
  });

  test.each(CASES)('$name: they are counted', async ({ filter, ids }) => {
    expect(await store.count(filter)).toBe(ids.length);
    const years = ids.map((id) => PAPERS[id]?.year ?? NaN);
    const [facets] = await store.facets([{ field: 'year', filter, limit: 10 }]);
    expect(new Map(Array.isArray(facets) ? facets.map(({ value, count }) => [value, count]) : [])).toEqual(
      new Map(years.map((value) => [value, years.filter((each) => each === value).length])),
    );
    const inTitles = ids.filter((id) => (PAPERS[id]?.title ?? '').includes('Names'));
    expect(await store.countMatches([{ words: 'names', filter }])).toEqual([
      { count: inTitles.length, isExact: true },
    ]);
  });
});

describe('a phrase whose words occur separately in many papers', () => {
  let dataDir: string;
  let store: PaperStore;

  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'paperql-phrases-'));
    store = await openLanceStore({ dataDir, collection: 'phrases' });
    await store.create(METADATA);
    const others = Array.from({ length: MANY }, (_, at) =>
      paper(`other ${at}`, [1, 0, 0, 0], { title: 'cloud of point', submitted_at: '2020-01-01T00:00:00Z' }),
    );
    const those = ['a', 'b', 'c'].map((id, at) =>
      paper(id, [1, at + 1, 0, 0], {
        title: 'The point cloud of many more words',
        submitted_at: `201${3 - at}-01-01T00:00:00Z`,
      }),
    );
    await store.upsert([...others, ...those]);
    await store.optimize();
  });
  afterAll(async () => {
    await store.close();
    await rm(dataDir, { recursive: true });
  });

  test.each<{ name: string; ranking: Ranking }>([
    { name: 'nearest', ranking: { kind: 'nearest', vector: Float32Array.of(1, 0, 0, 0) } },
    { name: 'best by words', ranking: { kind: 'keyword', text: 'cloud point' } },
    { name: 'newest', ranking: { kind: 'listing', by: 'submitted_at', direction: 'desc' } },
  ])('finds the $name, page by page', async ({ ranking }) => {
    const filter = { must: [phrase('title', 'point cloud')] };
    const pages = [];
    for (const offset of [0, 1, 2, 3]) {
      pages.push(arxivIds(await searchOne(store, { ranking, filter, offset, limit: 1, window: 3 })));
    }
    const whole = arxivIds(await searchOne(store, { ranking, filter, limit: 3, window: 3 }));
    expect(pages.flat()).toEqual(whole);
    expect([...whole].sort()).toEqual(['a', 'b', 'c']);
    if (ranking.kind !== 'keyword') expect(whole).toEqual(['a', 'b', 'c']);
  });
});

function phrase(key: string, text: string): FilterCondition {
  return { key, match: { phrase: text } };
}

function year(value: number): FilterCondition {
  return { key: 'year', match: { value } };
}

function without(ids: readonly string[]): string[] {
  return ALL.filter((id) => !ids.includes(id));
}
