import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Vector } from 'apache-arrow';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { METADATA, paper } from '../../contract/paper-points.js';
import { int64, makeVector, utf8Lists } from '../../../src/store/lance/arrow.js';
import { FacetColumn, FacetColumns } from '../../../src/store/lance/facet-columns.js';
import { openLanceStore } from '../../support/lance-store.js';
import type { FacetCount, PaperStore } from '../../../src/store/store.js';

type Address = [fragment: number, place: number];

describe('a column in memory', () => {
  test('counts the values of the given rows by their addresses', () => {
    const column = new FacetColumn('categories');
    column.add(lists(['a', 'b'], [], ['a']), at([0, 0], [0, 1], [0, 4]));
    column.add(lists(['c', 'a']), at([7, 2_000]));
    expect(count(column, [0, 0], [0, 1], [0, 4])).toEqual([of('a', 2), of('b', 1)]);
    expect(count(column, [7, 2_000], [0, 4])).toEqual([of('a', 2), of('c', 1)]);
  });

  test('has no values for deleted rows, or for rows of a fragment that it does not have', () => {
    const column = new FacetColumn('year');
    column.add(years(2020n, null, 2021n), at([1, 0], [1, 1], [1, 5]));
    expect(count(column, [1, 1], [1, 2], [1, 9], [1, 5_000], [2, 0])).toEqual([]);
    expect(count(column, [1, 5], [1, 2])).toEqual([of(2021, 1)]);
  });

  test('counts a value once per row, even if the row repeats it', () => {
    const column = new FacetColumn('author_names');
    column.add(lists(['Ada', 'Bob', 'Ada'], ['Bob', 'Bob']), at([0, 0], [0, 1]));
    expect(count(column, [0, 0], [0, 1])).toEqual([of('Bob', 2), of('Ada', 1)]);
  });

  test('accepts slices and fragments in any order', () => {
    const column = new FacetColumn('categories');
    const whole = lists(['a'], ['b'], ['c', 'b']);
    column.add(whole.slice(1), at([3, 1], [3, 2]));
    column.add(whole.slice(0, 1), at([0, 0]));
    expect(count(column, [3, 1], [3, 2], [0, 0])).toEqual([of('b', 2), of('a', 1), of('c', 1)]);
  });

  test('is read once, and every count starts at zero', () => {
    const columns = new FacetColumns();
    expect(columns.begin(['year', 'license'])).toEqual(['year', 'license']);
    expect(columns.begin(['year', 'categories'])).toEqual(['categories']);
    expect(columns.createTally('year')).toBeNull();
    const column = new FacetColumn('year');
    column.add(years(2020n), at([0, 0]));
    columns.set('year', column);
    for (let turn = 0; turn < 2; turn++) {
      const tally = columns.createTally('year');
      tally?.add(0, 0);
      expect(tally?.top(10)).toEqual([of(2020, 1)]);
    }
  });
});

describe('facets of many papers', () => {
  const COUNT = 2_400;
  let dataDir: string;
  let store: PaperStore;

  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'paperql-facet-columns-'));
    store = await openLanceStore({ dataDir, collection: 'facets' });
    await store.create(METADATA);
    await store.upsert(Array.from({ length: COUNT }, (_, number) => toPaper(number, 'cs.LG')));
  });

  afterAll(async () => {
    await store.close();
    await rm(dataDir, { recursive: true });
  });

  // A different limit each time, so that no answer is cached while the columns are loaded into memory.
  const askOften = async (expected: (filtered: boolean) => FacetCount[]) => {
    for (let limit = 100; limit < 130; limit++) {
      const year = { must: [{ key: 'year' as const, match: { value: 2020 } }] };
      const outcomes = await store.facets([
        { field: 'categories', filter: year, limit },
        { field: 'categories', words: 'paper', limit },
        { field: 'categories', filter: year, words: 'paper', limit },
      ]);
      expect(outcomes).toEqual([expected(true), expected(false), expected(true)]);
    }
  };

  test('are the same before and after their columns are in memory', () =>
    askOften((filtered) => [of('cs.LG', filtered ? COUNT - 10 : COUNT)]));

  test('include the papers of a later write', async () => {
    await store.upsert(Array.from({ length: 100 }, (_, number) => toPaper(100 + number, 'cs.CV')));
    await askOften((filtered) => [of('cs.LG', (filtered ? COUNT - 10 : COUNT) - 100), of('cs.CV', 100)]);
  });

  /** The first ten are from another year. */
  function toPaper(number: number, category: string) {
    const year = number < 10 ? 2019 : 2020;
    return paper(`2408.${String(number).padStart(5, '0')}`, [1, number, 0, 0], {
      categories: [category],
      year,
    });
  }
});

function count(column: FacetColumn, ...rows: Address[]): FacetCount[] {
  const tally = column.createTally();
  for (const [fragment, place] of rows) tally.add(fragment, place);
  return tally.top(100);
}

/** As the engine returns addresses: the position first. */
function at(...rows: Address[]): Uint32Array {
  return Uint32Array.from(rows.flatMap(([fragment, place]) => [place, fragment]));
}

function of(value: string | number, count: number): FacetCount {
  return { value, count };
}

function years(...values: (bigint | null)[]): Vector {
  return makeVector(int64(values));
}

function lists(...rows: string[][]): Vector {
  return makeVector(utf8Lists(rows));
}
