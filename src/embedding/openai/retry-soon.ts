import { setTimeout } from 'node:timers/promises';
import { PublicError } from '../../errors/errors.js';

const TRIES = 3;
const FIRST_WAIT_MS = 250;

/**
 * Retries failures that may pass, twice, for a caller who waits for the answer: after short waits, or after the time
 * that the service asks for. A wait that would end after `endsAt` is not started.
 *
 * @param endsAt by `performance.now()`
 * @throws the last error; the signal's reason if it ends a wait.
 */
export async function retrySoon<Result>(
  run: () => Promise<Result>,
  endsAt: number,
  signal: AbortSignal | undefined,
): Promise<Result> {
  for (let tried = 1, backOffMs = FIRST_WAIT_MS; ; tried++, backOffMs *= 2) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof PublicError) || error.lasting || tried === TRIES) throw error;
      const waitMs = error.retryAfterMs ?? backOffMs * (1 - Math.random() / 2);
      if (performance.now() + waitMs >= endsAt) throw error;
      await setTimeout(waitMs, undefined, { signal }).catch((ended: unknown) => {
        signal?.throwIfAborted();
        throw ended;
      });
    }
  }
}
