import { describe, expect, test } from '@jest/globals';
import { standInStore, toAnswer } from './stand-in-store.js';
import { createGroundTruth, precisionOf, type Truth } from '../../../src/tuning/ground-truth.js';
import type { FilterLevel } from '../../../src/tuning/experiments.js';
import type { TuningQuery } from '../../../src/tuning/queries.js';

const TEXT: TuningQuery = { name: 'a question', vector: Float32Array.of(1, 0), heldOut: null };
const PAPER: TuningQuery = { name: 'p', vector: Float32Array.of(1, 0), heldOut: 'p' };
const quiet = { signal: new AbortController().signal, onQuery: () => undefined };

function truth(ids: string[], size = ids.length): Truth {
  return { right: new Set(ids), size };
}

describe('precision of an answer', () => {
  test('is the share of the exact answer that was found', () => {
    expect(precisionOf(toAnswer(['a', 'x', 'b', 'y']), TEXT, truth(['a', 'b', 'c', 'd']), 4)).toBe(0.5);
  });

  test('counts missing papers of a short answer as missed', () => {
    expect(precisionOf(toAnswer(['a']), TEXT, truth(['a', 'b', 'c', 'd']), 4)).toBe(0.25);
  });

  test('is 1 if all existing papers were found, even if they are fewer than k', () => {
    expect(precisionOf(toAnswer(['b', 'a']), TEXT, truth(['a', 'b']), 10)).toBe(1);
  });

  test('excludes the query’s own paper, and uses the next one instead', () => {
    expect(precisionOf(toAnswer(['p', 'a', 'b']), PAPER, truth(['a', 'b']), 2)).toBe(1);
    expect(precisionOf(toAnswer(['a', 'b', 'c']), PAPER, truth(['a', 'b']), 2)).toBe(1);
    expect(precisionOf(toAnswer(['a', 'x', 'b']), PAPER, truth(['a', 'b']), 2)).toBe(0.5);
  });

  test('accepts papers that are as close as the last one, but never more than k', () => {
    const tied = truth(['a', 'b', 'c'], 2);
    expect(precisionOf(toAnswer(['a', 'c']), TEXT, tied, 2)).toBe(1);
    expect(precisionOf(toAnswer(['a', 'b', 'c']), TEXT, tied, 2)).toBe(1);
  });
});

describe('ground truth', () => {
  test('comes from one exact search for each filter, however often it is used', async () => {
    const [store, asked] = standInStore(() => ['a', 'b', 'c']);
    const truthOf = createGroundTruth(store, [TEXT, PAPER], 2, quiet);
    const filter: FilterLevel = { share: 0.1, selected: 3, filter: {}, description: '10%' };
    await truthOf(null);
    await truthOf(filter);
    expect(await truthOf(null)).toEqual([truth(['a', 'b']), truth(['a', 'b'])]);
    expect(asked).toEqual(Array.from({ length: 4 }, () => ({ exact: true })));
  });

  test('includes papers that are as close as the last one', async () => {
    const [store] = standInStore(() => [], {
      query: () =>
        Promise.resolve({
          hits: [0.9, 0.8, 0.8 - 1e-8, 0.7].map((score, at) => ({ id: `${at}`, score })),
          clientMs: 1,
          serverMs: null,
        }),
    });
    const [only] = await createGroundTruth(store, [TEXT], 2, quiet)(null);
    expect(only).toEqual(truth(['0', '1', '2'], 2));
  });

  test('causes an error that names query and filter if a query has none', async () => {
    const [store] = standInStore(() => ['p']);
    const filter: FilterLevel = { share: 0.001, selected: 1, filter: {}, description: '0.1%' };
    await expect(createGroundTruth(store, [PAPER], 10, quiet)(filter)).rejects.toThrow(
      'There is no ground truth: an exact search finds nothing for the query "p" among the 1 papers 0.1%',
    );
  });
});
