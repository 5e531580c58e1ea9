import { setMaxListeners } from 'node:events';
import { PublicError } from '../errors/errors.js';

/** Bounds what one request waits for, and tells its work when nobody waits any longer. */
export interface Deadline {
  /** Aborted when the time is up, or when the client has left; the reason is what `race` then rejects with. */
  readonly signal: AbortSignal;
  /** What is left of the time. */
  leftMs(): number;
  /**
   * The promise's outcome, unless the signal is aborted first. The time is watched while something is raced, so what
   * is not raced is not aborted by it.
   *
   * @throws PublicError TIMEOUT, or the reason of the client's signal.
   */
  race<T>(promise: Promise<T>): Promise<T>;
}

/**
 * @param timeoutMs from now
 * @param client aborted when nobody waits for the answer any longer.
 */
export function createDeadline(timeoutMs: number, client?: AbortSignal): Deadline {
  const endsAt = performance.now() + timeoutMs;
  const controller = new AbortController();
  const { signal } = controller;
  // Every call of the request listens to it.
  setMaxListeners(0, signal);
  const aborted = new Promise<never>((_resolve, reject) => {
    // The reason is an error: this module's own, or the one of the client's signal.
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  // A request may be aborted while nothing is raced.
  aborted.catch(() => undefined);
  if (client?.aborted) controller.abort(client.reason);
  client?.addEventListener('abort', () => controller.abort(client.reason), { once: true });

  let racing = 0;
  let timer: NodeJS.Timeout | undefined;
  const timeUp = () =>
    controller.abort(new PublicError('TIMEOUT', `The request was not answered within ${timeoutMs} ms`));

  return {
    signal,
    leftMs: () => Math.max(0, endsAt - performance.now()),
    async race(promise) {
      if (racing++ === 0) timer = setTimeout(timeUp, Math.max(0, endsAt - performance.now()));
      try {
        return await Promise.race([aborted, promise]);
      } finally {
        if (--racing === 0) clearTimeout(timer);
      }
    },
  };
}
