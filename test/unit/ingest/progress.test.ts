import { Writable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { noCounts } from '../../../src/ingest/counts.js';
import type { LoadState } from '../../../src/ingest/load.js';
import { durationInWords } from '../../../src/duration.js';
import { createProgress, stepInWords } from '../../../src/ingest/progress.js';

/** A stream that records what is written to it, as a terminal of some width or as a pipe. */
function fakeStream(columns?: number): [NodeJS.WriteStream, () => string] {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      text += chunk.toString();
      done();
    },
  });
  const terminal = columns === undefined ? {} : { isTTY: true, columns, rows: 24 };
  // The parts of a terminal that the bar uses.
  return [Object.assign(stream, terminal) as unknown as NodeJS.WriteStream, () => text];
}

const HALF: LoadState = {
  position: { source: 0, offset: 500, line: 50 },
  counts: { ...noCounts(), read: 50, new: 40, unchanged: 6, embedded: 30, rejected: { no_id: 4 } },
  bytesRead: 500,
};

function createFor(stream: NodeJS.WriteStream, bytesTotal: number | null = 1_000) {
  return createProgress({ stream, bytesTotal, bytesBefore: 0, readBefore: 0 });
}

test('a terminal shows a bar of bytes with rate, counts and remaining time', () => {
  const [stream, shown] = fakeStream(160);
  const progress = createFor(stream);
  progress.loading(HALF);
  progress.stop();
  expect(shown()).toMatch(
    /loading +=+-+ 50% {2}ETA [\d.]+ s {2}46 records {2}\d+ records\/s {2}[\d.]+ MB\/s {2}embedded 30 {2}skipped 6 {2}rejected 4/,
  );
});

test('a narrow terminal still shows the remaining time', () => {
  const [stream, shown] = fakeStream(60);
  const progress = createFor(stream);
  progress.loading(HALF);
  progress.stop();
  expect(shown()).toMatch(/ETA [\d.]+ s/);
});

test('steps after loading share one bar, which names the current step', () => {
  const [stream, shown] = fakeStream(160);
  const progress = createFor(stream);
  progress.loading(HALF);
  progress.step({ name: 'merging files', done: 0, total: 2 });
  progress.step({ name: 'indexing id', done: 1, total: 2, remainingMs: 72_000 });
  progress.stop();
  expect(shown()).toMatch(/indexing =+-+ 50% {2}ETA 1 min 12 s {2}indexing id/);
  expect(shown()).toMatch(/loading +=+ 100%/);
});

test.each([
  [{ name: 'indexing id', done: 1, total: 4, remainingMs: 9_000 }, 'indexing id  25%  ETA 9.0 s'],
  [{ name: 'authors and titles', done: 2, total: 3 }, 'authors and titles  66%'],
  [{ name: 'authors and titles', done: 0, total: 0 }, 'authors and titles'],
])('a step is shown with the progress of all steps, and the remaining time if known', (step, text) => {
  expect(stepInWords(step)).toBe(text);
});

test.each([
  ['a pipe', undefined, 1_000],
  ['input of unknown length', 160, null],
])('%s gets lines, and notes immediately', (_, columns, bytesTotal) => {
  const [stream, shown] = fakeStream(columns);
  const progress = createFor(stream, bytesTotal);
  progress.note('The store is away; retrying in 1.0 s');
  progress.stop();
  expect(shown()).toBe('The store is away; retrying in 1.0 s\n');
});

test.each([
  [400, '0.4 s'],
  [59_900, '59.9 s'],
  [200_000, '3 min 20 s'],
  [3_720_000, '1 h 02 min'],
])('%i ms is shown as %s', (ms, text) => {
  expect(durationInWords(ms)).toBe(text);
});
