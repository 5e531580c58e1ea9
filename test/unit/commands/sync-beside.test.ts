import { expect, test } from '@jest/globals';
import { toRestartMs } from '../../../src/commands/sync-beside.js';

test('a sync beside a server that fails again and again is started less and less often, and once an hour at least', () => {
  const minutes = Array.from({ length: 9 }, (_, at) => toRestartMs(at + 1) / 60_000);
  expect(minutes).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
});
