import type { Clock } from './clock.js';
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

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Share of the interval over which the syncs of many machines spread. */
const JITTER = 0.05;
/** Minutes before and after the full hour, when everybody's timers fire, in which no sync begins. */
const BUSY_MINUTES = 5;

/**
 * When the next sync begins: an interval after this one, plus a random time, and never around the full hour.
 *
 * @param random from 0 up to 1.
 */
export function nextSyncAt(lastStart: number, intervalMs: number, random: () => number): number {
  const at = lastStart + intervalMs * (1 + JITTER * random());
  const intoHour = at % HOUR_MS;
  const busyMs = BUSY_MINUTES * MINUTE_MS;
  if (intoHour >= busyMs && intoHour <= HOUR_MS - busyMs) return Math.round(at);
  const fullHour = intoHour < busyMs ? at - intoHour : at - intoHour + HOUR_MS;
  return Math.round(fullHour + busyMs + random() * (HOUR_MS - 2 * busyMs) * JITTER);
}

/**
 * When the first sync next to a server begins: an interval after the last one by any process, or now if there was
 * none.
 */
export function dueAt(syncedAt: string | null, intervalMs: number, random: () => number): number {
  return syncedAt === null ? 0 : nextSyncAt(Date.parse(syncedAt), intervalMs, random);
}
