import { expect, test } from '@jest/globals';
import { toRestartMs } from '../../../src/commands/sync-beside.js';

test('a sync of a server that keeps failing is started less and less often, but at least once an hour', () => {
  const minutes = Array.from({ length: 9 }, (_, at) => toRestartMs(at + 1) / 60_000);
  expect(minutes).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
});
