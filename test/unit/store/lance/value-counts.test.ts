import { describe, expect, test } from '@jest/globals';
import type { Vector } from 'apache-arrow';

import { int64, makeVector, utf8, utf8Lists } from '../../../../src/store/lance/arrow.js';
import { ValueCounts } from '../../../../src/store/lance/facet-columns.js';
import type { FacetCount, FacetField } from '../../../../src/store/store.js';

describe('values of a column', () => {
  test('are counted over many batches, with equal counts sorted by value', () => {
    expect(
      count('license', [texts('b', 'a'), texts(), texts('c', 'b', 'a'), texts('d'), texts('c')]),
    ).toEqual([of('a', 2), of('b', 2), of('c', 2), of('d', 1)]);
  });

  test('that are null are not counted, but empty texts are', () => {
    expect(count('license', [texts(null, 'a', null, ''), texts(null, null)])).toEqual([
      of('', 1),
      of('a', 1),
    ]);
    expect(count('year', [years(null, 2020n), years(2020n, null, 0n)])).toEqual([of(2020, 2), of(0, 1)]);
  });

  test('of lists count once per row, even if the row repeats them', () => {
    expect(
      count('categories', [lists(['a', 'b', 'a'], [], ['a']), lists([], []), lists(['a', 'c', 'c'])]),
    ).toEqual([of('a', 3), of('b', 1), of('c', 1)]);
  });

  test('are only those of the slice if a batch is a slice', () => {
    const rows = [null, 'x', 'y', null, 'y', 'z', 'z'] as const;
    expect(count('license', [texts(...rows).slice(2, 6)])).toEqual([of('y', 2), of('z', 1)]);
    expect(count('year', [years(1n, null, 2n, 2n, null, 3n).slice(1, 5)])).toEqual([of(2, 2)]);
    const listed = lists(['x'], [], ['y', 'z'], ['y'], [], ['w']);
    expect(count('author_names', [listed.slice(1, 5)])).toEqual([of('y', 2), of('z', 1)]);
    expect(count('author_names', [listed.slice(0, 1), listed.slice(5)])).toEqual([of('w', 1), of('x', 1)]);
  });

  test('are texts of any script, distinguished by every character', () => {
    const names = ['Zoë', 'Zoe', '张伟', '张玮', 'Đặng', '😀', 'a\0b', 'a', 'é', 'e\u0301'];
    const counted = count('author_names', [lists(names, ['张伟']), lists([...names].reverse())]);
    expect(counted[0]).toEqual(of('张伟', 3));
    expect(new Map(counted.map(({ value, count }) => [value, count]))).toEqual(
      new Map(names.map((name) => [name, name === '张伟' ? 3 : 2])),
    );
  });

  test('may be many and long', () => {
    const long = 'é'.repeat(10_000);
    const names = Array.from({ length: 6_000 }, (_, at) => `Author ${at % 4_000}`);
    const batches = [names.slice(0, 2_000), [long], names.slice(2_000), [long, 'Author 7']];
    const counted = count(
      'primary_category',
      batches.map((batch) => texts(...batch)),
      6_000,
    );
    const expected = new Map<string, number>();
    for (const name of batches.flat()) expected.set(name, (expected.get(name) ?? 0) + 1);
    expect(counted).toEqual(
      Array.from(expected, ([value, count]) => of(value, count)).sort(
        (a, b) => b.count - a.count || (a.value < b.value ? -1 : 1),
      ),
    );
    expect(counted.slice(0, 2)).toEqual([of('Author 7', 3), of('Author 0', 2)]);
  });

  test('are limited; equal counts are sorted by value, whatever their order', () => {
    const batches = [texts('d', 'c', 'e'), texts('a', 'b', 'e', 'b', 'f')];
    const all = [of('b', 2), of('e', 2), of('a', 1), of('c', 1), of('d', 1), of('f', 1)];
    for (const limit of [1, 2, 3, 4, 6, 10]) {
      expect(count('license', batches, limit)).toEqual(all.slice(0, limit));
    }
  });
});

function count(field: FacetField, batches: readonly Vector[], limit = 100): FacetCount[] {
  const counts = new ValueCounts(field);
  batches.forEach((batch) => {
    counts.add(batch);
  });
  return counts.top(limit);
}

function of(value: string | number, count: number): { value: string | number; count: number } {
  return { value, count };
}

function texts(...values: (string | null)[]): Vector {
  return makeVector(utf8(values));
}

function years(...values: (bigint | null)[]): Vector {
  return makeVector(int64(values));
}

function lists(...rows: string[][]): Vector {
  return makeVector(utf8Lists(rows));
}
