import { expect, test } from '@jest/globals';

import { intersect, unite } from '../../../../src/store/lance/places.js';

const places = (...numbers: number[]) => Uint32Array.from(numbers);

test.each<[string, Uint32Array[], number[]]>([
  ['no list', [], []],
  ['one list', [places(1, 5, 9)], [1, 5, 9]],
  ['an empty list', [places(1, 5), places()], []],
  ['lists with nothing in common', [places(1, 3), places(2, 4)], []],
  [
    'a short and a long list',
    [places(0, 7, 99), Uint32Array.from({ length: 100 }, (_, at) => at)],
    [0, 7, 99],
  ],
  ['three lists', [places(1, 2, 3, 8), places(2, 3, 8, 9), places(0, 3, 8)], [3, 8]],
])('what stands in every list: %s', (_name, lists, expected) => {
  expect([...intersect(lists)]).toEqual(expected);
});

test('what stands in every list is found as plain comparison finds it', () => {
  const multiplesOf = (number: number) => Uint32Array.from({ length: 400 }, (_, at) => at * number);
  for (const [a, b] of [
    [2, 3],
    [7, 5],
    [1, 13],
    [4, 4],
  ] as const) {
    const expected = [...multiplesOf(a)].filter((place) => multiplesOf(b).includes(place));
    expect([...intersect([multiplesOf(a), multiplesOf(b)])]).toEqual(expected);
    expect([...intersect([multiplesOf(a), multiplesOf(b)], 3)]).toEqual(expected.slice(0, 3));
  }
});

test.each<[string, Uint32Array[], number[]]>([
  ['no list', [], []],
  ['one list', [places(4, 2_000)], [4, 2_000]],
  ['lists with something in common', [places(10, 200), places(9, 10), places()], [9, 10, 200]],
])('what stands in any list: %s', (_name, lists, expected) => {
  expect([...unite(lists)]).toEqual(expected);
});
