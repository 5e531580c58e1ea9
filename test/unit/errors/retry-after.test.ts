import { expect, test } from '@jest/globals';
import { parseRetryAfter } from '../../../src/errors/retry-after.js';

const NOW = Date.parse('2026-06-10T04:00:00Z');

test.each([
  ['120', 120_000],
  ['0', 0],
  ['1.5', 1_500],
  ['Wed, 10 Jun 2026 04:01:00 GMT', 60_000],
  ['Wednesday, 10-Jun-26 04:01:00 GMT', 60_000],
  ['Wed Jun 10 04:01:00 2026', 60_000],
  ['2026-06-10T04:01:00Z', 60_000],
  ['Wed, 10 Jun 2020 04:01:00 GMT', 0],
])('%j asks to wait %i ms', (value, expected) => {
  expect(parseRetryAfter(value, NOW)).toBe(expected);
});

test.each(['', '-5', '-1.5', '10 s', '20s', '1e3', '0x10', 'soon', '5-10', 'June 10'])(
  '%j is not a waiting time',
  (value) => {
    expect(parseRetryAfter(value, NOW)).toBeUndefined();
  },
);
