import { expect, test } from '@jest/globals';
import { paretoFront } from '../../../src/tuning/figures.js';

type Point = [number, number];
const front = (points: Point[]) => paretoFront(points, (point) => point);

test('contains those that no other beats, in ascending order of the first figure', () => {
  expect(
    front([
      [0.99, 100],
      [0.9, 400],
      [0.95, 90],
      [0.95, 200],
      [0.8, 300],
    ]),
  ).toEqual([
    [0.9, 400],
    [0.95, 200],
    [0.99, 100],
  ]);
});

test('keeps equals: neither beats the other', () => {
  expect(
    front([
      [1, 2],
      [1, 2],
    ]),
  ).toHaveLength(2);
});

test('one that is as good in one way and worse in the other is beaten', () => {
  expect(
    front([
      [1, 2],
      [1, 3],
    ]),
  ).toEqual([[1, 3]]);
});

test('of nothing is nothing', () => {
  expect(front([])).toEqual([]);
});
