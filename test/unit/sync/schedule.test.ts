import { expect, test } from '@jest/globals';
import { dueAt, nextSyncAt } from '../../../src/sync/repeat.js';

const HOUR_MS = 3_600_000;
const START = Date.parse('2026-11-29T04:00:00Z');
/** Start times within an hour, and random numbers from 0 to almost 1. */
const STARTS = Array.from({ length: 60 }, (_, minute) => START + minute * 60_000);
const CHANCES = [0, 0.25, 0.5, 0.75, 0.999_999];

test.each([1, 24, 24 * 7])(
  'a sync every %i h starts later than the interval, by at most a tenth',
  (hours) => {
    const interval = hours * HOUR_MS;
    for (const start of STARTS) {
      for (const chance of CHANCES) {
        const late = nextSyncAt(start, interval, () => chance) - start - interval;
        // Before the full hour, it may be moved to after it; after the full hour, it never starts before the interval has passed.
        expect(late).toBeGreaterThanOrEqual(0);
        expect(late).toBeLessThanOrEqual(interval / 10 + 13 * 60_000);
      }
    }
  },
);

test('a sync never starts within five minutes of the full hour, when other timers fire', () => {
  for (const start of STARTS) {
    for (const chance of CHANCES) {
      const minute = (nextSyncAt(start, 24 * HOUR_MS, () => chance) / 60_000) % 60;
      expect(minute).toBeGreaterThanOrEqual(5);
      expect(minute).toBeLessThanOrEqual(55);
    }
  }
});

test('neither does the first sync of a server, which is due an interval after the last one, or at once if there was none', () => {
  for (const start of STARTS) {
    for (const chance of CHANCES) {
      const due = dueAt(new Date(start).toISOString(), 24 * HOUR_MS, () => chance);
      expect(due).toBeGreaterThanOrEqual(start + 24 * HOUR_MS);
      expect((due / 60_000) % 60).toBeGreaterThanOrEqual(5);
      expect((due / 60_000) % 60).toBeLessThanOrEqual(55);
    }
  }
  expect(dueAt(null, HOUR_MS, () => 0.5)).toBe(0);
});

test('machines that started together sync at different times', () => {
  const times = CHANCES.map((chance) => nextSyncAt(START + 20 * 60_000, 24 * HOUR_MS, () => chance));
  expect(new Set(times).size).toBe(CHANCES.length);
});
