import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { arxivIds, byAuthor, METADATA, paper, searchOne } from '../../contract/paper-points.js';
import type { PaperPayload } from '../../../src/papers/payload.js';
import type { Filter, FilterCondition } from '../../../src/store/filter.js';
import { openLanceStore } from '../../support/lance-store.js';
import type { PaperPoint, PaperStore, Ranking } from '../../../src/store/store.js';

/** Few papers change each day, so that indexes are extended rather than rebuilt. */
const PAPERS = 100;
const DAYS = [1, 2, 3];

const FILTERS: Record<string, Filter> = {
  'a word of an abstract': { must: [words('abstract', 'lattice')] },
  'a word that a revision added': { must: [words('abstract', 'erratum')] },
  'a word that a revision removed': { must: [words('abstract', 'flow')] },
  'all of several words': { must: [words('abstract', 'lattice walks')] },
  'any of several words': { must: [{ key: 'abstract', match: { text_any: 'erratum knots' } }] },
  'without a word': { must_not: [words('abstract', 'lattice'), words('title', 'new')] },
  'a word of a title': { must: [words('title', 'new')] },
  'a comment': { must: [words('comments', 'revised')] },
  'a phrase of an abstract': { must: [phrase('abstract', 'walks on a lattice')] },
  'a phrase that a revision added': { must: [phrase('abstract', 'with an erratum')] },
  'without a phrase': { must_not: [phrase('abstract', 'walks on a lattice')] },
  'a name as a phrase': { must: [phrase('authors', 'ada new')] },
  'an author': byAuthor('Ada New'),
  'an author of many papers': byAuthor('Emmy Noether'),
  'a category': { must: [{ key: 'categories', match: { value: 'math.CO' } }] },
  'a DOI': { must: [{ key: 'doi', match: { value: '10.1/2' } }] },
  'a year': { must: [{ key: 'year', range: { gte: 2021 } }] },
};

const RANKINGS: Record<string, Ranking> = {
  nearest: { kind: 'nearest', vector: Float32Array.of(1, 0.2, 0, 0) },
  keyword: { kind: 'keyword', text: 'lattice erratum' },
  listing: { kind: 'listing', by: 'submitted_at', direction: 'desc' },
};

describe('a collection that changes daily gives the same answers as one built from its current papers', () => {
  let dataDir: string;
  let store: PaperStore;
  /** Days whose changes are written. */
  let daysWritten = 0;

  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'paperql-daily-'));
    store = await open('daily');
    await store.upsert(papersOf(0));
    await store.optimize();
  });
  afterAll(async () => {
    await store.close();
    await rm(dataDir, { recursive: true });
  });

  test.each(DAYS)('on day %i, before and after its changes are indexed', async (day) => {
    // If this test runs alone, it writes the changes of earlier days first.
    while (daysWritten < day - 1) {
      await writeNextDay();
      await store.optimize();
    }
    const whole = await open(`whole-${day}`);
    await whole.upsert(papersOf(day));
    await whole.optimize();
    const expected = await answersOf(whole);
    await whole.close();

    await writeNextDay();
    expect(await answersOf(store)).toEqual(expected);
    await store.optimize();
    expect(await store.indexing()).toMatchObject({ indexed: papersOf(day).length });
    expect(await answersOf(store)).toEqual(expected);
  });

  async function writeNextDay(): Promise<void> {
    daysWritten++;
    await store.upsert(changesOf(daysWritten));
  }

  async function open(collection: string): Promise<PaperStore> {
    const opened = await openLanceStore({
      dataDir,
      collection,
      approximateFromRows: PAPERS,
      isLoading: true,
    });
    await opened.create(METADATA);
    return opened;
  }
});

/** What each filter selects in each ranking, with counts and facets. */
async function answersOf(store: PaperStore): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  for (const [name, filter] of Object.entries(FILTERS)) {
    for (const [kind, ranking] of Object.entries(RANKINGS)) {
      const ids = arxivIds(await searchOne(store, { ranking, filter, limit: 200, window: 200 }));
      // The engine's word statistics still include replaced papers, so the order may differ.
      answers[`${name}, ${kind}`] = kind === 'keyword' ? ids.sort() : ids;
    }
    answers[`${name}, counted`] = await store.count(filter);
    answers[`${name}, facets`] = await store.facets([
      { field: 'year', filter, limit: 20 },
      { field: 'categories', filter, limit: 20 },
    ]);
  }
  return answers;
}

/** All papers at the end of the day. */
function papersOf(day: number): PaperPoint[] {
  const latest = new Map<string, PaperPoint>();
  for (let at = 0; at < PAPERS; at++) latest.set(`p${at}`, paperOf(at, {}));
  for (const each of DAYS.filter((other) => other <= day)) {
    for (const point of changesOf(each)) latest.set(point.payload.id, point);
  }
  return [...latest.values()];
}

/** Two new papers, two with a new abstract, and two in which only other fields change. */
function changesOf(day: number): PaperPoint[] {
  const first = 10 * day;
  const fresh = { title: 'Something new', authors: ['Ada New'], year: 2022 };
  const revised = { abstract: 'Sums, with an erratum.' };
  const other = { comments: 'Revised', doi: `10.1/${day}` };
  return [
    ...[0, 1].map((more) => paperOf(PAPERS + 2 * day + more, fresh)),
    ...[0, 1].map((more) => paperOf(first + more, revised)),
    ...[2, 3].map((more) => paperOf(first + more, other)),
  ];
}

const ABSTRACTS = ['We study walks on a lattice.', 'A lattice of walks.', 'Knots and a flow.', 'Of sums.'];

function paperOf(at: number, fields: Partial<PaperPayload>): PaperPoint {
  return paper(`p${at}`, [1, Math.sin(at), Math.cos(3 * at), at / PAPERS], {
    abstract: ABSTRACTS[at % ABSTRACTS.length] ?? '',
    authors: at % 3 === 0 ? ['Emmy Noether'] : [`Author ${'abcdefghij'.charAt(at % 10)}`],
    categories: at % 2 === 0 ? ['math.CO'] : ['cs.LG'],
    submitted_at: new Date(Date.UTC(2020, 0, at)).toISOString().replace('.000Z', 'Z'),
    year: 2020,
    ...fields,
  });
}

function words(key: string, text: string): FilterCondition {
  return { key, match: { text } };
}

function phrase(key: string, text: string): FilterCondition {
  return { key, match: { phrase: text } };
}
