import { expect, test } from '@jest/globals';

import { toMicroseconds } from '../../../../src/store/lance/columns.js';

test.each([
  ['1970-01-01', 0n],
  ['1970-01-02', 86_400_000_000n],
  ['1969-12-31T23:59:59.999999Z', -1n],
  ['2022-01-01T00:00:00.000001Z', 1_640_995_200_000_001n],
  ['2024-02-29T12:30:00+02:00', BigInt(Date.UTC(2024, 1, 29, 10, 30)) * 1000n],
  ['2024-02-29T12:30:00-0330', BigInt(Date.UTC(2024, 1, 29, 16)) * 1000n],
  ['2024-02-29 12:30:00', BigInt(Date.UTC(2024, 1, 29, 12, 30)) * 1000n],
  ['1991-08-14T01:02:03.5z', BigInt(Date.UTC(1991, 7, 14, 1, 2, 3, 500)) * 1000n],
  ['2000-01-01T00:00:00.1234567Z', BigInt(Date.UTC(2000, 0, 1)) * 1000n + 123_456n],
  ['0050-01-01', -60_589_296_000_000_000n],
])('%s is %d microseconds from 1970', (text, microseconds) => {
  expect(toMicroseconds(text)).toBe(microseconds);
});

test.each([
  '',
  'yesterday',
  '2021',
  '2021-13-01',
  '2021-02-29',
  '2021-01-01T25:00:00Z',
  '2021-01-01T00:60:00Z',
])('%j is not an instant', (text) => {
  expect(toMicroseconds(text)).toBeNull();
});
