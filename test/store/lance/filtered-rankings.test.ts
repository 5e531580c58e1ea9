import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { METADATA, paper, searchOne } from '../../contract/paper-points.js';
import { numberSeries } from '../../support/clustered-points.js';
import { connect, openLanceStore } from '../../support/lance-store.js';
import type { PaperPoint, PaperStore, Ranking } from '../../../src/store/store.js';

/** Enough papers that, if a filter selects half of them, all are ranked and the selected ones kept. */
const PAPERS = 12_000;
const NEW = { must: [{ key: 'year', match: { value: 2020 } }] };
/** The same papers, by a phrase. */
const NEW_BY_PHRASE = { must: [{ key: 'title', match: { phrase: 'rather new' } }] };
const NEW_BY_BOTH = { must: [...NEW.must, ...NEW_BY_PHRASE.must] };
const NOT_OLD = { must_not: [{ key: 'title', match: { phrase: 'not new' } }] };
const FILTERS = [NEW, NEW_BY_PHRASE, NEW_BY_BOTH, NOT_OLD];
const PAGE = { limit: 10, window: 10 };

const random = numberSeries(7);
/** Odd papers are new. The first thousand even ones, which are not new, have a word that no other paper has. */
function point(at: number): PaperPoint {
  const words = Array.from({ length: 1 + Math.floor(random() * 40) }, () => `w${Math.floor(random() * 30)}`);
  const rare = at < 2_000 && at % 2 === 0 ? 'rare' : '';
  return paper(`1901.${String(10_000 + at)}`, [random(), random(), random(), random()], {
    title: `common ${rare} ${at % 2 === 0 ? 'not' : 'rather'} new`,
    abstract: words.join(' '),
    year: at % 2 === 0 ? 2019 : 2020,
  });
}

let dataDir: string;
let store: PaperStore;
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'paperql-filtered-'));
  store = await openLanceStore({ dataDir, collection: 'papers', approximateFromRows: 5_000 });
  await store.create(METADATA);
  await store.upsert(Array.from({ length: PAPERS }, (_, at) => point(at)));
  await store.optimize();
});
afterAll(async () => {
  await store.close();
  await rm(dataDir, { recursive: true });
});

const search = async (ranking: Ranking, changes: object = {}) =>
  (await searchOne(store, { ranking, fields: ['year'], ...changes })).map(({ id, score, payload }) => ({
    id,
    score: score === null ? null : Number(score.toPrecision(5)),
    year: payload.year,
  }));

/** The first new papers in the ranking of all papers. */
async function newOf(ranking: Ranking): Promise<unknown[]> {
  const all = await search(ranking, { limit: PAPERS, window: PAPERS, params: { exact: true } });
  return all.filter(({ year }) => year === 2020).slice(0, PAGE.limit);
}

test.each(['w1', 'w1 w2 w3', 'common w5', 'w29 w28'])('by the words %j', async (text) => {
  const ranking: Ranking = { kind: 'keyword', text };
  const expected = await newOf(ranking);
  expect(expected).toHaveLength(PAGE.limit);
  for (const filter of FILTERS) expect(await search(ranking, { ...PAGE, filter })).toEqual(expected);
});

test('their number', async () => {
  const old = { must: [{ key: 'year', match: { value: 2019 } }] };
  const either = { should: [...old.must, ...NEW_BY_PHRASE.must] };
  const neither = { must_not: either.should };
  const counts = await store.counts([...FILTERS, old, either, neither, {}]);
  expect(counts).toEqual([...FILTERS.map(() => PAPERS / 2), PAPERS / 2, PAPERS, 0, PAPERS]);
});

test('by words of papers that the filter excludes', async () => {
  const ranking: Ranking = { kind: 'keyword', text: 'rare common' };
  const found = await search(ranking, { ...PAGE, filter: NEW });
  expect(found.map(({ year }) => year)).toEqual(Array(PAGE.limit).fill(2020));
  expect(await search({ kind: 'keyword', text: 'rare' }, { ...PAGE, filter: NEW })).toEqual([]);
});

test.each([0, 1, 2, 3])('by meaning, near to axis %i', async (axis) => {
  const vector = Float32Array.from({ length: 4 }, (_, at) => (at === axis ? 1 : 0.3));
  const ranking: Ranking = { kind: 'nearest', vector };
  const expected = await newOf(ranking);
  for (const filter of FILTERS) expect(await search(ranking, { ...PAGE, filter })).toEqual(expected);
});

test('after a paper has become new', async () => {
  const vector = Float32Array.of(1, 0, 0, 0);
  const old = paper('1901.10000', [1, 0, 0, 0], { title: 'w1 w1 w1', abstract: 'w1', year: 2019 });
  await store.upsert([old]);
  const ask = () => search({ kind: 'nearest', vector }, { ...PAGE, filter: NEW });
  expect((await ask()).map(({ id }) => id)).not.toContain(old.id);
  await store.upsert([{ ...old, payload: { ...old.payload, year: 2020 } }]);
  expect((await ask())[0]).toEqual({ id: old.id, score: 1, year: 2020 });
});

test.each(['author_keys', 'categories', 'title', 'abstract'])(
  'a filter by %s uses its index, however files are encoded',
  async (field) => {
    const connection = await connect(dataDir);
    const table = await connection.openTable('papers');
    const plan = await table.query().where(`array_has_all(f_${field}, ['w1'])`).select([]).explainPlan();
    connection.close();
    expect(plan).toMatch(new RegExp(`ScalarIndexQuery: .*@f_${field}_idx`));
  },
);
