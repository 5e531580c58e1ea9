import { expect, test } from '@jest/globals';
import { paretoFront } from '../../../src/tuning/figures.js';

type Point = [number, number];
const front = (points: Point[]) => paretoFront(points, (point) => point);

test('contains the points that no other point beats, in ascending order of the first figure', () => {
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

test('keeps equal points, because neither beats the other', () => {
  expect(
    front([
      [1, 2],
      [1, 2],
    ]),
  ).toHaveLength(2);
});

test('excludes a point that is equal in one figure and worse in the other', () => {
  expect(
    front([
      [1, 2],
      [1, 3],
    ]),
  ).toEqual([[1, 3]]);
});

test('is empty without points', () => {
  expect(front([])).toEqual([]);
});
