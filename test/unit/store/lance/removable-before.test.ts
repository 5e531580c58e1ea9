import { expect, test } from '@jest/globals';

import { removableBefore } from '../../../../src/store/lance/indexes.js';

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];
const NOW = 100 * HOUR;

test.each([
  { name: 'the current version, however old', ages: [HOUR], removed: [] },
  {
    name: 'one that was replaced half a minute ago, however old',
    ages: [9 * HOUR, 30 * SECOND],
    removed: [],
  },
  { name: 'one that was replaced just before that', ages: [2 * MINUTE, MINUTE - 1], removed: [] },
  { name: 'those made in the seconds before one that stays', ages: [HOUR + 4 * SECOND, HOUR], removed: [] },
  { name: 'the latest', ages: [3 * HOUR, 2 * HOUR, HOUR, SECOND], removed: [3 * HOUR, 2 * HOUR] },
  { name: 'only the current one after a minute', ages: [HOUR, MINUTE], removed: [HOUR] },
  { name: 'nothing if there are no versions', ages: [], removed: [] },
])('keeps $name', ({ ages, removed }) => {
  const made = ages.map((age) => NOW - age);
  const before = removableBefore(made, NOW);
  expect(made.filter((at) => at < before).map((at) => NOW - at)).toEqual(removed);
});
