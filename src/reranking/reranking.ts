import { hash } from 'node:crypto';
import { tracingChannel } from 'node:diagnostics_channel';
import { BrokenCircuitError, CircuitState } from 'cockatiel';
import { LRUCache } from 'lru-cache';
import { RerankError, type Reranker } from './reranker.js';
import { createBreaker } from '../breaker.js';
import { toError } from '../errors/errors.js';
import type { RerankOutcome } from '../search/rerank.js';

export interface RerankingOptions {
  /** Maximum time that a ranking waits for the model. */
  timeoutMs: number;
  /** If a call with less time than this ends without an answer, the model has not failed; by default `timeoutMs`. */
  fairMs?: number;
  /** Number of rankings to cache. */
  cacheSize?: number;
}

interface AskOptions {
  /** Aborted when the caller has left. */
  signal?: AbortSignal | undefined;
  /** Remaining time of the caller. */
  timeoutMs?: number;
}

/** Reranking, shared by the whole process. */
export interface Reranking {
  /** Rejects only with the signal's reason; a failure of the model is a regular outcome. */
  score(query: string, texts: readonly string[], options?: AskOptions): Promise<RerankOutcome>;
}

/** A call to a reranking service, as published on the channel `paperql:reranker-calls`. */
export interface RerankCall {
  texts: number;
}

const calls = tracingChannel<unknown, RerankCall>('paperql:reranker-calls');

const CACHE_SIZE = 1_000;

/**
 * Calls the model with a time limit, and caches its scores. After three consecutive failures, it is not called until
 * a trial call shows that it works again.
 */
export function createReranking(
  reranker: Reranker,
  { timeoutMs, fairMs = timeoutMs, cacheSize = CACHE_SIZE }: RerankingOptions,
): Reranking {
  const known = new LRUCache<string, readonly number[]>({ max: cacheSize });
  const breaker = createBreaker((error) => error instanceof RerankError && !(error instanceof CutShortError));

  async function ask(
    query: string,
    texts: readonly string[],
    options: AskOptions,
  ): Promise<readonly number[]> {
    const { signal } = options;
    const givenMs = Math.min(timeoutMs, options.timeoutMs ?? Infinity);
    const timeUp = AbortSignal.timeout(Math.max(0, Math.ceil(givenMs)));
    const ended = signal ? AbortSignal.any([signal, timeUp]) : timeUp;
    const call = () => reranker.rerank(query, texts, ended);
    try {
      return await (calls.hasSubscribers ? calls.tracePromise(call, { texts: texts.length }) : call());
    } catch (error) {
      signal?.throwIfAborted();
      if (!timeUp.aborted) throw error;
      const ErrorType = givenMs < fairMs ? CutShortError : TimeUpError;
      throw new ErrorType(`The reranking model did not answer within ${Math.round(givenMs)} ms`, {
        cause: error,
      });
    }
  }

  return {
    async score(query, texts, options = {}) {
      const key = hash('sha256', JSON.stringify([query, texts]), 'base64url');
      const scores = known.get(key);
      if (scores) return { kind: 'scored', scores };
      try {
        // Only one trial call at a time.
        if (breaker.state === CircuitState.HalfOpen) throw new BrokenCircuitError();
        const found = await breaker.execute(() => ask(query, texts, options));
        known.set(key, found);
        return { kind: 'scored', scores: found };
      } catch (error) {
        options.signal?.throwIfAborted();
        return { kind: 'failed', problem: toProblem(error), cause: toError(error) };
      }
    },
  };
}

class TimeUpError extends RerankError {}

/** The caller had lost its time before the call, so the model may well work. */
class CutShortError extends TimeUpError {}

/** A description for clients, without the service's own message. */
function toProblem(error: unknown): string {
  if (error instanceof TimeUpError) return error.message;
  if (error instanceof BrokenCircuitError) {
    return 'The reranking model has failed several times in a row and is not used for now';
  }
  return 'The reranking model failed';
}
