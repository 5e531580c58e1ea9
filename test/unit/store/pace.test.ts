import { expect, test } from '@jest/globals';

import { Pace, withProgress } from '../../../src/store/pace.js';

/** A pace of parts with these costs, and a clock that is moved by hand. */
function openPace(...costs: number[]) {
  let now = 1_000;
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  const pace = new Pace(total, () => now);
  const pass = (ms: number) => (now += ms);
  return { pace, pass };
}

test('the rest takes as long, in proportion to its cost, as what is done', () => {
  const { pace, pass } = openPace(1, 3, 6);
  expect(pace.remainingMs).toBeUndefined();
  pace.begin(1);
  pass(100);
  expect(pace.remainingMs).toBeUndefined();
  pace.finish(1);
  expect(pace.remainingMs).toBe(900);
  expect(pace.share).toBeCloseTo(0.1);
  pace.begin(3);
  pass(200);
  expect(pace.remainingMs).toBe(700);
  expect(pace.share).toBeCloseTo(0.3);
});

test('a part that takes longer than expected leaves the time of the others', () => {
  const { pace, pass } = openPace(1, 3, 6);
  pace.begin(1);
  pass(100);
  pace.finish(1);
  pace.begin(3);
  pass(5_000);
  expect(pace.remainingMs).toBe(600);
  pace.finish(3);
  expect(pace.remainingMs).toBe((5_100 / 4) * 6);
});

test('nothing remains at the end', () => {
  const { pace, pass } = openPace(2);
  pace.begin(2);
  pass(50);
  pace.finish(2);
  expect([pace.remainingMs, pace.share]).toEqual([0, 1]);
});

test('progress names the part that began last, and a stop takes effect before the next part', async () => {
  const stop = new AbortController();
  const steps: string[] = [];
  const made: string[] = [];
  const parts = ['a', 'b', 'c'].map((title) => ({ title, cost: 1 }));
  const onProgress = ({ name }: { name: string }) => steps.push(name);
  const running = withProgress(parts, { onProgress, signal: stop.signal }, async (run) => {
    for (const part of parts) {
      await run(part, async () => {
        made.push(part.title);
        if (part.title === 'b') stop.abort(new Error('enough'));
        await Promise.resolve();
      });
    }
  });
  await expect(running).rejects.toThrow('enough');
  expect([steps, made]).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ]);
});
