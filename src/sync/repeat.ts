import type { Clock } from './clock.js';
import { dueAt, nextSyncAt } from './schedule.js';
import { readState, toLastSync } from './state.js';
import { PublicError, StartupError, toError, toOperatorMessage } from '../errors/errors.js';
import { takeLock } from '../ingest/run-lock.js';

/** A sync that runs again and again. */
export interface Repetition {
  /** File of the collection's state. */
  file: string;
  collection: string;
  everyMs: number;
  /** Whether the first sync waits until the last one is `everyMs` ago. */
  whenDue: boolean;
  sync: () => Promise<unknown>;
  clock: Clock;
  note: (message: string) => void;
  signal: AbortSignal;
}

/**
 * Syncs until the signal is aborted, in one process per collection at a time; another one takes over when this one ends.
 *
 * @throws the signal's reason; the error of the first sync; of a later one, an error that is not an expected failure.
 */
export async function repeatSync(repetition: Repetition): Promise<never> {
  const { file, collection, everyMs, whenDue, sync, clock, note, signal } = repetition;
  const release = await takeLock(`${file}.every.lock`, {
    signal,
    onWait: (pid) => note(`Process ${pid} is already syncing "${collection}"; waiting for it to end.`),
  });
  try {
    let isFirst = true;
    if (whenDue) {
      const { syncedAt } = toLastSync(await readState(file));
      await waitUntil(dueAt(syncedAt, everyMs, Math.random), clock, signal);
    }
    for (;;) {
      const startedAt = clock.now();
      await sync().catch((thrown: unknown) => {
        const error = toError(thrown);
        const isExpected = error instanceof StartupError || error instanceof PublicError;
        if (signal.aborted || isFirst || !isExpected) throw error;
        note(toOperatorMessage(error));
      });
      isFirst = false;
      signal.throwIfAborted();
      const next = nextSyncAt(startedAt, everyMs, Math.random);
      note(`The next sync begins at ${new Date(next).toISOString()}.`);
      await waitUntil(next, clock, signal);
    }
  } finally {
    await release();
  }
}

/** The longest time of a timer, 24 days. */
const LONGEST_TIMER_MS = 24 * 3_600_000;

async function waitUntil(time: number, clock: Clock, signal: AbortSignal): Promise<void> {
  for (let left = time - clock.now(); left > 0; left = time - clock.now()) {
    await clock.sleep(Math.min(left, LONGEST_TIMER_MS), signal);
  }
}
