import { expect, test } from '@jest/globals';
import { standInStore } from './stand-in-store.js';
import { findFilterLevels } from '../../../src/tuning/filters.js';
import type { Filter } from '../../../src/store/filter.js';

/** A store of papers with these dates, which counts those since a moment. */
function storeOf(dates: readonly number[]) {
  return standInStore(() => [], {
    count: (filter?: Filter) => {
      const json = JSON.stringify(filter);
      const since = Date.parse(/"gte":"([^"]+)"/.exec(json)?.[1] ?? '');
      return Promise.resolve(dates.filter((date) => date >= since).length);
    },
  })[0];
}

test('dates are found that select the shares, and the levels say what they select', async () => {
  const dates = Array.from({ length: 10_000 }, (_, at) => Date.parse('2010-01-01') + at * 3_600_000);
  const { levels, skipped } = await findFilterLevels(storeOf(dates), [1, 0.1, 0.01, 0.001]);
  expect(skipped).toEqual([]);
  expect(levels.map(({ share }) => share)).toEqual([1, 0.1, 0.01, 0.001]);
  levels.forEach(({ share, selected }) =>
    expect(Math.abs(selected / dates.length / share - 1)).toBeLessThan(0.03),
  );
  expect(levels[0]?.description).toBe('100% (10,000 papers)');
  expect(levels[3]?.filter).toEqual({
    must: [{ key: 'submitted_at', range: { gte: expect.stringMatching(/^2011-/) } }],
  });
});

test('shares that the dates do not tell apart are measured once', async () => {
  const sameDay = Array.from({ length: 100 }, () => Date.parse('2020-05-05'));
  const { levels, skipped } = await findFilterLevels(storeOf(sameDay), [1, 0.1]);
  expect(levels.map(({ selected }) => selected)).toEqual([100]);
  expect(skipped).toEqual([
    { label: '10%', reason: 'the dates of the papers do not tell it from another share' },
  ]);
});

test('a collection without dates has no levels, and says so', async () => {
  const { levels, skipped } = await findFilterLevels(storeOf([]), [1, 0.1]);
  expect(levels).toEqual([]);
  expect(skipped.map(({ reason }) => reason)).toEqual([
    'of 0 papers with a date that would be 0',
    'of 0 papers with a date that would be 0',
  ]);
});

test('a share that would be a single paper is passed over: it could be the one that is asked for', async () => {
  const dates = Array.from({ length: 100 }, (_, at) => Date.parse('2010-01-01') + at * 3_600_000);
  const { levels, skipped } = await findFilterLevels(storeOf(dates), [0.1, 0.01]);
  expect(levels.map(({ selected }) => selected)).toEqual([10]);
  expect(skipped).toEqual([{ label: '1%', reason: 'of 100 papers with a date that would be 1' }]);
});
