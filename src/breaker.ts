import {
  circuitBreaker,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  DelegateBackoff,
  handleWhen,
  type IHalfOpenAfterBackoffContext,
} from 'cockatiel';

/** Consecutive failures after which the service is not called for a while. */
const MOST_FAILURES = 3;
/** Time until the next trial call; doubled each time that the trial fails. */
const FIRST_REST_MS = 2_000;
const LONGEST_REST_MS = 30_000;

/**
 * Stops calling a service after three consecutive failures, until a trial call shows that it works again.
 *
 * @param isFailure whether the service as a whole fails.
 */
export function createBreaker(isFailure: (error: Error) => boolean): CircuitBreakerPolicy {
  const breaker = circuitBreaker(
    // A trial that ends in any other way has not shown that the service works.
    handleWhen((error) => isFailure(error) || breaker.state === CircuitState.HalfOpen),
    {
      breaker: new ConsecutiveBreaker(MOST_FAILURES),
      halfOpenAfter: new DelegateBackoff(toRestMs),
    },
  );
  return breaker;
}

/** Longer if the service requests it: its failures give the time in `retryAfterMs`. */
function toRestMs({ attempt, result }: IHalfOpenAfterBackoffContext): number {
  const failure = 'error' in result ? result.error : {};
  const askedMs = 'retryAfterMs' in failure ? Number(failure.retryAfterMs ?? 0) : 0;
  return Math.min(Math.max(FIRST_REST_MS * 2 ** (attempt - 1), askedMs), LONGEST_REST_MS);
}
