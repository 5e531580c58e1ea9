import { BrokenCircuitError, CircuitState } from 'cockatiel';
import type { Embedder, EmbedOptions } from './embedder.js';
import { createBreaker } from '../breaker.js';
import { PublicError, toError, type PublicCode } from '../errors/errors.js';

/** Error codes of calls that fail as a whole. */
const FAILURES: readonly PublicCode[] = ['EMBEDDING_UNAVAILABLE', 'RATE_LIMITED', 'TIMEOUT'];

/** After this share of a call's time, an abort means a time-out rather than a caller that left. */
const LATE_SHARE = 0.95;
/**
 * After this time, so does an abort of queries, which a working service embeds in a fraction of it: people and other
 * programs often leave before the call's time is up.
 */
const ABANDONED_MS = 2_000;

/**
 * The embedder with a circuit breaker. After three consecutive failed calls, `embed` rejects immediately with the
 * last failure, until a trial call succeeds. For callers who prefer no embedding to a wait; a load has its own
 * retries.
 */
export function withBreaker(embedder: Pick<Embedder, 'embed'>): Pick<Embedder, 'embed'> {
  let last: PublicError | undefined;
  const breaker = createBreaker(isFailure);

  async function embedOnce(texts: readonly string[], options: EmbedOptions) {
    const startedAt = performance.now();
    try {
      return await embedder.embed(texts, options);
    } catch (error) {
      const passedMs = performance.now() - startedAt;
      // The caller's own timer may end the call a moment before the embedder's does.
      const failure = options.signal?.aborted && isLate(passedMs, options) ? tooLate(passedMs, error) : error;
      if (isFailure(failure)) last = failure;
      throw failure;
    }
  }

  return {
    async embed(texts, options = {}) {
      // One trial at a time is enough, and it may take as long as the failures did.
      if (breaker.state === CircuitState.HalfOpen) throw leftAlone(last);
      try {
        return await breaker.execute(() => embedOnce(texts, options));
      } catch (error) {
        throw error instanceof BrokenCircuitError ? leftAlone(last) : error;
      }
    },
  };
}

function isFailure(error: unknown): error is PublicError {
  return error instanceof PublicError && FAILURES.includes(error.code);
}

function isLate(passedMs: number, { kind, timeoutMs = Infinity }: EmbedOptions): boolean {
  return passedMs >= LATE_SHARE * timeoutMs || (kind === 'query' && passedMs >= ABANDONED_MS);
}

function tooLate(passedMs: number, cause: unknown): PublicError {
  return new PublicError('TIMEOUT', `The text was not embedded within ${Math.round(passedMs)} ms`, { cause });
}

/** The last failure, as the error of a call that was not made. */
function leftAlone(last: PublicError | undefined): PublicError {
  if (!last) return new PublicError('EMBEDDING_UNAVAILABLE', 'Texts cannot be embedded at the moment');
  const { code, message, lasting, hint } = last;
  return new PublicError(code, message, { cause: toError(last), lasting, hint });
}
