import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Clock } from '../../../src/sync/clock.js';
import { createTurns, toPauseMs, type Turns } from '../../../src/sync/turns.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'paperql-turns-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A clock that advances by waiting. */
function createClock(): Clock {
  let now = Date.parse('2026-11-29T04:00:00Z');
  return {
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
  };
}

test.each([
  ['oaipmh.arxiv.org', 0, 3_000],
  ['export.arxiv.org', 100, 3_000],
  ['ArXiv.org.', 0, 3_000],
  ['oaipmh.arxiv.org', 10_000, 10_000],
  ['arxiv.org.mirror.example', 0, 0],
  ['notarxiv.org', 250, 250],
  ['127.0.0.1', 0, 0],
])('%s with a pause of %i ms gets %i ms', (hostname, pauseMs, expected) => {
  expect(toPauseMs(hostname, pauseMs)).toBe(expected);
});

test("requests to all of arXiv's hosts share one pause, in every process of a folder", async () => {
  const clock = createClock();
  const { signal } = new AbortController();
  // Like two processes, which share only the folder.
  const [one, other] = [createTurns(folder, 0, clock), createTurns(folder, 0, clock)];
  const spans: { begin: number; end: number }[] = [];
  const ask = (turns: Turns, host: string) =>
    turns.take(new URL(`https://${host}/oai`), signal, async () => {
      const begin = clock.now();
      await clock.sleep(700, signal);
      spans.push({ begin, end: clock.now() });
      return { result: null, holdMs: 0 };
    });
  const hosts = ['oaipmh.arxiv.org', 'export.arxiv.org', 'arxiv.org'];
  await Promise.all(hosts.flatMap((host) => [ask(one, host), ask(other, host)]));
  expect(spans).toHaveLength(2 * hosts.length);
  for (const [at, { begin }] of spans.entries()) {
    const before = spans[at - 1];
    if (before) expect(begin - before.end).toBeGreaterThanOrEqual(3_000);
  }
});

test('a process that was killed during a request counts as having sent it just now', async () => {
  const clock = createClock();
  const { signal } = new AbortController();
  const url = new URL('https://oaipmh.arxiv.org/oai');
  let beganAgain = 0;
  await createTurns(folder, 3_000, clock).take(url, signal, async () => {
    // The state that a process killed at this moment leaves, except for its lock, which is taken over.
    const left = await mkdtemp(path.join(tmpdir(), 'paperql-turns-left-'));
    await cp(path.join(folder, 'pace-arxiv.org.json'), path.join(left, 'pace-arxiv.org.json'));
    const begin = clock.now();
    await createTurns(left, 3_000, clock).take(url, signal, async () => {
      beganAgain = clock.now() - begin;
      return { result: null, holdMs: 0 };
    });
    await rm(left, { recursive: true });
    return { result: null, holdMs: 0 };
  });
  expect(beganAgain).toBe(3_000);
});

test('processes with different host names also take turns, because a redirect may lead to the same machine', async () => {
  const clock = createClock();
  const { signal } = new AbortController();
  const spans: { begin: number; end: number }[] = [];
  const ask = (host: string) =>
    createTurns(folder, 3_000, clock).take(new URL(`https://${host}/oai`), signal, async () => {
      const begin = clock.now();
      await clock.sleep(700, signal);
      spans.push({ begin, end: clock.now() });
      // This applies only to the first host.
      return { result: null, holdMs: host === 'one.example' ? 600_000 : 0 };
    });
  await ask('one.example');
  await Promise.all(['two.example', 'three.example'].map(ask));
  const pauses = spans.slice(1).map(({ begin }, at) => begin - (spans[at]?.end ?? NaN));
  expect(pauses).toEqual([3_000, 3_000]);
});

test('setting the clock back does not prolong the wait', async () => {
  const clock = createClock();
  const { signal } = new AbortController();
  const url = new URL('https://oaipmh.arxiv.org/oai');
  const ask = () =>
    createTurns(folder, 3_000, clock).take(url, signal, async () => ({
      result: clock.now(),
      holdMs: 60_000,
    }));
  const asked = await ask();
  await clock.sleep(-24 * 3_600_000, signal);
  expect(await ask()).toBe(asked - 24 * 3_600_000 + 60_000);
});
