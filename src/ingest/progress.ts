import { MultiBar, type SingleBar } from 'cli-progress';
import { totalRejected, totalSelected, type Counts } from './counts.js';
import type { LoadState } from './load.js';
import { durationInWords } from '../duration.js';
import type { WorkStep } from '../store/store.js';

/** Interval between lines of progress if the output is not a terminal. */
const LOG_EVERY_MS = 5_000;
const MEGABYTE = 1_000_000;

/** Shown when the input is stored and the indexes are next. */
export const INDEXING_NOTE = 'Everything is stored; building the indexes.';

/** What a load shows while it runs, on standard error. */
export interface Progress {
  loading(state: LoadState): void;
  /** A step after loading, such as building an index. */
  step: (step: WorkStep) => void;
  /** A message for the operator, such as that the load is waiting. */
  note(message: string): void;
  stop(): void;
}

export interface ProgressOptions {
  stream: NodeJS.WriteStream;
  /** Bytes of all files; null if standard input is among them. */
  bytesTotal: number | null;
  /** Bytes that an earlier run has read, which do not count for the speed. */
  bytesBefore: number;
  readBefore: number;
}

/** A bar on a terminal; otherwise a line every few seconds. */
export function createProgress(options: ProgressOptions): Progress {
  return options.stream.isTTY && options.bytesTotal !== null
    ? createBar(options, options.bytesTotal)
    : createLog(options);
}

function createBar({ stream, ...start }: ProgressOptions, bytesTotal: number): Progress {
  const startedAt = performance.now();
  const bars = new MultiBar({
    stream,
    format: '{step} {bar} {percentage}%  {figures}',
    // The rest of the line is for the figures.
    barsize: Math.max(8, Math.min(24, stream.columns - 100)),
    hideCursor: true,
    clearOnComplete: false,
    gracefulExit: false,
  });
  let current: { step: string; bar: SingleBar; counts: string } | null = null;
  const show = (step: string, done: number, total: number, ahead: string, counts = '') => {
    const figures = ahead + counts;
    if (current?.step !== step) {
      current?.bar.update(current.bar.getTotal(), { figures: current.counts });
      current = { step, bar: bars.create(total, 0, { step: step.padEnd(8), figures }), counts };
    }
    current.counts = counts;
    current.bar.setTotal(total);
    current.bar.update(done, { figures });
  };
  return {
    loading(state) {
      const speed = toSpeed(state, start, performance.now() - startedAt);
      // The most important figure comes first, because a narrow terminal cuts off the end.
      const ahead = `ETA ${toEta(state, bytesTotal, speed)}  `;
      show('loading', state.bytesRead, bytesTotal, ahead, toFigures(state.counts, speed).join('  '));
    },
    step: (step) => show('indexing', step.done, step.total, [...toRemaining(step), step.name].join('  ')),
    note: (message) => {
      bars.log(`${message}\n`);
    },
    stop: () => bars.stop(),
  };
}

function createLog({ stream, bytesTotal, ...start }: ProgressOptions): Progress {
  const startedAt = performance.now();
  let loggedAt = startedAt;
  const print = (line: string) => stream.write(`${line}\n`);
  const printSometimes = (toLine: () => string) => {
    if (performance.now() - loggedAt < LOG_EVERY_MS) return;
    loggedAt = performance.now();
    print(toLine());
  };
  return {
    loading: (state) =>
      printSometimes(() => {
        const speed = toSpeed(state, start, performance.now() - startedAt);
        const eta = bytesTotal === null ? [] : [`ETA ${toEta(state, bytesTotal, speed)}`];
        return ['loading', toPercent(state.bytesRead, bytesTotal), ...toFigures(state.counts, speed), ...eta]
          .filter(Boolean)
          .join('  ');
      }),
    step: (step) => printSometimes(() => stepInWords(step)),
    note: print,
    stop: () => undefined,
  };
}

/** The step with the percentage and remaining time of all steps. */
export function stepInWords(step: WorkStep): string {
  const { name, done, total } = step;
  return [name, toPercent(done, total), ...toRemaining(step)].filter(Boolean).join('  ');
}

function toRemaining({ remainingMs }: WorkStep): string[] {
  return remainingMs === undefined ? [] : [`ETA ${durationInWords(remainingMs)}`];
}

interface Speed {
  recordsPerSecond: number;
  bytesPerSecond: number;
}

function toSpeed(
  { counts, bytesRead }: LoadState,
  { bytesBefore, readBefore }: Pick<ProgressOptions, 'bytesBefore' | 'readBefore'>,
  elapsedMs: number,
): Speed {
  const seconds = Math.max(elapsedMs, 1) / 1_000;
  return {
    recordsPerSecond: (counts.read - readBefore) / seconds,
    bytesPerSecond: Math.max(0, bytesRead - bytesBefore) / seconds,
  };
}

function toFigures(counts: Counts, { recordsPerSecond, bytesPerSecond }: Speed): string[] {
  const skipped = counts.filtered + counts.withoutEmbedding + counts.unchanged;
  return [
    `${totalSelected(counts)} records`,
    `${Math.round(recordsPerSecond)} records/s`,
    `${(bytesPerSecond / MEGABYTE).toFixed(1)} MB/s`,
    `embedded ${counts.embedded}`,
    `skipped ${skipped}`,
    `rejected ${totalRejected(counts)}`,
  ];
}

function toPercent(done: number, total: number | null): string {
  return total ? `${Math.floor((100 * done) / total)}%` : '';
}

function toEta({ bytesRead }: LoadState, bytesTotal: number, { bytesPerSecond }: Speed): string {
  if (bytesPerSecond === 0) return 'unknown';
  return durationInWords(((bytesTotal - bytesRead) / bytesPerSecond) * 1_000);
}
