import { setTimeout } from 'node:timers/promises';
import { PublicError } from '../errors/errors.js';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** Failures of the system that pass when somebody makes room, or by themselves. */
const PASSING_CODES: ReadonlySet<unknown> = new Set([
  'ENOSPC',
  'EDQUOT',
  'EIO',
  'EAGAIN',
  'EBUSY',
  'EMFILE',
  'ENFILE',
]);

export interface RetryOptions {
  /** Ends a wait; an operation that runs is let finish. */
  signal: AbortSignal;
  /** Longest time spent waiting for one operation. */
  maxWaitMs: number;
  onWait: (error: Error, waitMs: number) => void;
  /** Before the second try; twice as long before each further one. */
  firstWaitMs?: number;
}

/**
 * Tries again what fails for a reason that may pass, after waits that double up to a minute, each shortened by up to a
 * half at random so that several do not come back at once; or after the time that the other side asked for, if longer.
 *
 * Written here since the retry libraries drop the result of an operation that ends after the signal, and count the time
 * of the operation itself as waiting.
 *
 * @throws the last error; the signal's reason when a wait was ended by it.
 */
export async function withRetries<Result>(
  operation: () => Promise<Result>,
  { signal, maxWaitMs, onWait, firstWaitMs = FIRST_WAIT_MS }: RetryOptions,
): Promise<Result> {
  let waitedMs = 0;
  for (let backOffMs = firstWaitMs; ; backOffMs = Math.min(backOffMs * 2, LONGEST_WAIT_MS)) {
    try {
      return await operation();
    } catch (error) {
      if (!mayPass(error) || waitedMs >= maxWaitMs) throw error;
      const jitteredMs = backOffMs * (1 - Math.random() / 2);
      const waitMs = Math.min(Math.max(jitteredMs, retryAfterOf(error)), maxWaitMs - waitedMs);
      if (!signal.aborted) onWait(error, waitMs);
      await setTimeout(waitMs, undefined, { signal });
      waitedMs += waitMs;
    }
  }
}

/** Whether the failure may be gone by the next try. */
export function mayPass(error: unknown): error is Error {
  if (error instanceof PublicError) return !error.lasting;
  return typeof error === 'object' && error !== null && 'code' in error && PASSING_CODES.has(error.code);
}

function retryAfterOf(error: Error): number {
  return error instanceof PublicError ? (error.retryAfterMs ?? 0) : 0;
}
