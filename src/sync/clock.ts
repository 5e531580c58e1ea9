import { setTimeout } from 'node:timers/promises';

/** The time, and waiting for it to pass; tests move their own. */
export interface Clock {
  now(): number;
  /** @throws the reason of the signal when it is aborted meanwhile. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => setTimeout(ms, undefined, { signal }),
};
