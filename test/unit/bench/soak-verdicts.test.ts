import { describe, expect, test } from '@jest/globals';
import { judgeFailures, judgeMemory } from '../../../bench/soak-verdicts.js';

describe('memory', () => {
  const WARMING_UP = [100, 300, 500];

  test('is flat if the last third is at most 5 % above the middle one, however it grew before', () => {
    expect(judgeMemory([...WARMING_UP, 600, 620, 610, 640, 640, 640])).toEqual({
      isMet: true,
      words:
        'Memory: median 610 MiB in the middle third, 640 MiB in the last, 4.9 % more; goal: at most 5 %: met',
    });
    expect(judgeMemory([...WARMING_UP, 600, 620, 610, 641, 641, 641]).isMet).toBe(false);
  });

  test('may decrease, and single samples may be outliers', () => {
    expect(judgeMemory([...WARMING_UP, 600, 600, 600, 900, 550, 550]).isMet).toBe(true);
  });

  test('is not flat if the system does not report it', () => {
    expect(judgeMemory([NaN, NaN, NaN]).isMet).toBe(false);
  });
});

describe('failures', () => {
  test('are counted separately if the contract names them', () => {
    expect(judgeFailures(new Map([['503 OVERLOADED', 3]]), 10)).toEqual({
      isMet: true,
      words:
        'Searches: 10 answered; failures that the contract names: 3 x 503 OVERLOADED; others: none; goal: no others: met',
    });
  });

  test.each([
    '500 INTERNAL_SERVER_ERROR',
    '502 without a code',
    'ECONNRESET',
    'not sent, with 500 unanswered',
  ])('of another kind are not allowed: %s', (kind) => {
    const verdict = judgeFailures(
      new Map([
        ['200 TIMEOUT', 1],
        [kind, 2],
      ]),
      10,
    );
    expect(verdict.isMet).toBe(false);
    expect(verdict.words).toContain(`names: 1 x 200 TIMEOUT; others: 2 x ${kind};`);
  });

  test('are reported even if nothing is answered', () => {
    expect(judgeFailures(new Map(), 0).isMet).toBe(false);
  });
});
