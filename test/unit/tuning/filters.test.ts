import { expect, test } from '@jest/globals';
import { standInStore } from './stand-in-store.js';
import { findFilterLevels } from '../../../src/tuning/filters.js';
import type { Filter } from '../../../src/store/filter.js';

/** A store of papers with these dates, which counts those since a given time. */
function storeOf(dates: readonly number[]) {
  return standInStore(() => [], {
    count: (filter?: Filter) => {
      if (!filter) return Promise.resolve(dates.length);
      const json = JSON.stringify(filter);
      const since = Date.parse(/"gte":"([^"]+)"/.exec(json)?.[1] ?? '');
      return Promise.resolve(dates.filter((date) => date >= since).length);
    },
  })[0];
}

test('finds dates that select the shares, with labels that say what they select', async () => {
  const dates = Array.from({ length: 10_000 }, (_, at) => Date.parse('2010-01-01') + at * 3_600_000);
  const { levels, skipped } = await findFilterLevels(storeOf(dates), [1, 0.1, 0.01, 0.001], []);
  expect(skipped).toEqual([]);
  expect(levels.map(({ share }) => share)).toEqual([1, 0.1, 0.01, 0.001]);
  levels.forEach(({ share, selected }) =>
    expect(Math.abs(selected / dates.length / share - 1)).toBeLessThan(0.03),
  );
  expect(levels[0]?.description).toBe('100% (10,000 papers since 1990-01-01)');
  expect(levels[3]?.filter).toEqual({
    must: [{ key: 'submitted_at', range: { gte: expect.stringMatching(/^2011-/) } }],
  });
});

test('uses a category if no date comes as close', async () => {
  const sameDay = Array.from({ length: 1_000 }, () => Date.parse('2020-05-05'));
  const categories = [
    { value: 'cs.LG', count: 300 },
    { value: 'math.AG', count: 90 },
    { value: 'math.KT', count: 12 },
  ];
  const { levels, skipped } = await findFilterLevels(storeOf(sameDay), [1, 0.1, 0.01], categories);
  expect(skipped).toEqual([]);
  expect(levels.map(({ description }) => description)).toEqual([
    '100% (1,000 papers since 1990-01-01)',
    '10% (90 papers in math.AG)',
    '1% (12 papers in math.KT)',
  ]);
  expect(levels[1]?.filter).toEqual({ must: [{ key: 'categories', match: { value: 'math.AG' } }] });
});

test('skips a share that nothing comes close to', async () => {
  const sameDay = Array.from({ length: 1_000 }, () => Date.parse('2020-05-05'));
  const { levels, skipped } = await findFilterLevels(
    storeOf(sameDay),
    [1, 0.1],
    [{ value: 'cs.LG', count: 300 }],
  );
  expect(levels.map(({ selected }) => selected)).toEqual([1_000]);
  expect(skipped).toEqual([
    { label: '10%', reason: 'no date and no category of 1000 papers selects about 100' },
  ]);
});

test('skips a share of a single paper, which could be the query’s own paper', async () => {
  const dates = Array.from({ length: 100 }, (_, at) => Date.parse('2010-01-01') + at * 3_600_000);
  const { levels, skipped } = await findFilterLevels(storeOf(dates), [0.1, 0.01], []);
  expect(levels.map(({ selected }) => selected)).toEqual([10]);
  expect(skipped).toMatchObject([{ label: '1%' }]);
});
