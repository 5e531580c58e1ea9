import { availableParallelism } from 'node:os';

import type { Query, TakeQuery, VectorQuery } from '@lancedb/lancedb';
import type { RecordBatch, Table as Rows } from 'apache-arrow';

import { messageOf } from './errors.js';
import { PublicError } from '../../errors/errors.js';
import type { CallOptions } from '../store.js';

/** Queries of one call that the engine has at once: it runs as many as there are cores, and stops none that it has. */
const MOST_AT_ONCE = Math.max(4, 2 * availableParallelism());

/** What is asked of the engine for one call of the store. */
export interface EngineCalls {
  /** Waits for a turn among those of the same call, and does not ask once the signal is aborted. */
  run<Result>(ask: () => Promise<Result>): Promise<Result>;
  /** All rows of a query. */
  rows(query: Query | VectorQuery | TakeQuery): Promise<Rows>;
  /** The rows of a query as they come; leaving the loop ends it. */
  batches(query: Query): AsyncGenerator<RecordBatch>;
}

/**
 * The engine cannot be told to stop a query, so that a call whose signal is aborted rejects at once and its next query is
 * not started; the one under way ends by `timeoutMs`.
 *
 * @param timeoutMs that the engine gives a query.
 */
export function createEngineCalls({ signal }: CallOptions = {}, timeoutMs?: number): EngineCalls {
  const waiting: (() => void)[] = [];
  let running = 0;
  const execution = timeoutMs === undefined ? {} : { timeoutMs };

  async function run<Result>(ask: () => Promise<Result>): Promise<Result> {
    if (running >= MOST_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    running++;
    try {
      signal?.throwIfAborted();
      const result = await ask();
      signal?.throwIfAborted();
      return result;
    } catch (error) {
      signal?.throwIfAborted();
      throw isTimeout(error) && timeoutMs !== undefined ? timedOut(timeoutMs, error) : error;
    } finally {
      running--;
      waiting.shift()?.();
    }
  }

  return {
    run,
    rows: (query) => run(() => query.toArrow(execution)),
    async *batches(query) {
      signal?.throwIfAborted();
      for await (const batch of query) {
        signal?.throwIfAborted();
        yield batch;
        signal?.throwIfAborted();
      }
    },
  };
}

/** In the engine's words. */
function isTimeout(thrown: unknown): boolean {
  return /Query timeout/i.test(messageOf(thrown));
}

function timedOut(timeoutMs: number, cause: unknown): PublicError {
  const message = `The embedded store did not answer within ${timeoutMs} ms`;
  return new PublicError('TIMEOUT', message, { cause });
}
