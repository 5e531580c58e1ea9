import { setTimeout } from 'node:timers/promises';

/** The time, and waiting; tests use their own clock. */
export interface Clock {
  now(): number;
  /**
   * @throws the reason of the signal if it is aborted in the meantime.
   */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => setTimeout(ms, undefined, { signal }),
};
