import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';

import {
  type Connection,
  MatchQuery,
  type Query,
  type Table,
  type TakeQuery,
  type VectorQuery,
} from '@lancedb/lancedb';
import type { RecordBatch, Table as Rows } from 'apache-arrow';
import PQueue from 'p-queue';

import { BM25_TERMS } from './columns.js';
import { PublicError } from '../../errors/errors.js';
import { toTerms } from '../../papers/words.js';
import { type CallOptions, unlessAborted } from '../shared-call.js';

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
 * The engine cannot be told to stop a query. A call whose signal is aborted rejects at once and starts no further query;
 * the one under way ends by `timeoutMs`.
 *
 * @param timeoutMs that the engine gives a query.
 */
export function createEngineCalls({ signal }: CallOptions = {}, timeoutMs?: number): EngineCalls {
  const queue = new PQueue({ concurrency: MOST_AT_ONCE });
  const execution = timeoutMs === undefined ? {} : { timeoutMs };

  // The queue would listen to the signal once for each query.
  function run<Result>(ask: () => Promise<Result>): Promise<Result> {
    return queue.add(async () => {
      signal?.throwIfAborted();
      try {
        return await ask();
      } catch (error) {
        if (timeoutMs === undefined || !/Query timeout/i.test(messageOf(error))) throw error;
        const message = `The embedded store did not answer within ${timeoutMs} ms`;
        throw new PublicError('TIMEOUT', message, { cause: error });
      } finally {
        signal?.throwIfAborted();
      }
    });
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

/** A query for the rows that the predicate selects; null selects all. */
export function select(table: Table, { predicate }: { predicate: string | null }): Query {
  const query = table.query();
  return predicate === null ? query : query.where(predicate);
}

/** The score that the engine computes, under its own name. */
export const SCORE = '_score';
/** The engine finds ten rows unless it is told a limit; this is the largest that it takes. */
export const NO_LIMIT = 2 ** 32 - 1;

/**
 * Narrows the query to all rows with one of the text's words, best first.
 *
 * @param columns that are read besides the score.
 * @returns null for a text without words, which finds nothing.
 */
export function selectMatches(query: Query, text: string, columns: readonly string[] = []): Query | null {
  // The engine counts a term as often as it stands in the query.
  const terms = toTerms(text).join(' ');
  if (terms === '') return null;
  return (
    query
      .fullTextSearch(new MatchQuery(terms, BM25_TERMS), { columns: [BM25_TERMS] })
      // Scores that are not asked for by name come with a warning on standard error.
      .select([SCORE, ...columns])
      .limit(NO_LIMIT)
  );
}

/** Every value in SQL goes through one of these: Lance's dialect has no escape but the doubled quote. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function quoteAll(texts: Iterable<string>): string {
  return [...texts].map(quote).join(', ');
}

/** The folder in which the engine keeps a table. */
export function toFolder(dataDir: string, table: string): string {
  return path.join(dataDir, `${table}.lance`);
}

/**
 * Distinguishes a table from one of the same name that was made after it was dropped. Versions do not: they count from 1
 * again. Null when there is none. Every call of the store asks: without a promise that takes 7 μs, and 29 with one.
 */
export function identifyFolder(dataDir: string, table: string): string | null {
  const folder = statSync(toFolder(dataDir, table), { bigint: true, throwIfNoEntry: false });
  return folder ? `${folder.ino}:${folder.birthtimeNs}` : null;
}

/** Connects with caches of its own, see `openAlone`. */
export type Connect = () => Promise<Connection>;

/**
 * Opens a table with caches that no other has. The engine files what it knows of a table's indexes by the table's name and
 * version, and one that was dropped and made again has the same of both: with the caches of the former table it would be
 * searched by indexes that are gone.
 *
 * @returns null when there is no such table.
 */
export async function openAlone(connect: Connect, name: string): Promise<Table | null> {
  const connection = await connect();
  try {
    return await openTable(connection, name);
  } finally {
    // The table stays open.
    connection.close();
  }
}

/** Null when there is no such table. */
export async function openTable(connection: Connection, name: string): Promise<Table | null> {
  try {
    return await connection.openTable(name);
  } catch (error) {
    if (isMissingTable(error)) return null;
    throw error;
  }
}

/** Deletes the table if there is one. */
export async function dropTable(connection: Connection, name: string): Promise<void> {
  await connection.dropTable(name).catch((error: unknown) => {
    if (!isMissingTable(error)) throw error;
  });
}

/** Gives failures public errors. Once the signal is aborted, rejects with its reason and waits no longer. */
export async function withPublicErrors<Result>(
  collection: string,
  operation: () => Promise<Result>,
  { signal }: CallOptions = {},
): Promise<Result> {
  signal?.throwIfAborted();
  try {
    return await unlessAborted(operation(), signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw toPublicError(error, collection);
  }
}

/** What a caller of the store may see; the engine's own words, paths included, stay in `cause`. */
export function toPublicError(thrown: unknown, collection: string): PublicError {
  if (thrown instanceof PublicError) return thrown;
  // In the system's words, which the engine passes on.
  const isDiskFull = /No space left on device|Disk quota exceeded/.test(messageOf(thrown));
  const message = isDiskFull
    ? `The disk is full: the embedded store cannot write collection ${collection}`
    : `The embedded store failed on collection ${collection}.`;
  return new PublicError('STORE_UNAVAILABLE', message, { cause: thrown });
}

export function missingCollection(collection: string): PublicError {
  return new PublicError('STORE_UNAVAILABLE', `The embedded store has no collection ${collection}.`);
}

/** A request's own fault is its own outcome; a failing engine fails the batch. */
export function onlyPublicErrors(thrown: unknown): Error {
  if (thrown instanceof PublicError) return thrown;
  throw thrown;
}

/** Either there is no folder, or one without any version: a process was killed while it made the table. */
function isMissingTable(thrown: unknown): boolean {
  const message = messageOf(thrown);
  return (
    /^Table '.*' was not found/.test(message) ||
    /^Table '.*' exists but could not be loaded.*Not found: [^,]*\/_versions,/s.test(message)
  );
}

/** The engine has no error classes or codes. Read by shape: its errors may be of another realm. */
export function messageOf(thrown: unknown): string {
  const isObject = typeof thrown === 'object' && thrown !== null;
  return isObject && 'message' in thrown ? String(thrown.message) : '';
}

/** Batches put together until they have at least this many rows. */
export async function* gather(
  source: AsyncIterable<RecordBatch>,
  least: number,
): AsyncGenerator<{ batches: RecordBatch[]; count: number }> {
  let [batches, count]: [RecordBatch[], number] = [[], 0];
  for await (const batch of source) {
    batches.push(batch);
    count += batch.numRows;
    if (count < least) continue;
    yield { batches, count };
    [batches, count] = [[], 0];
  }
  if (count > 0) yield { batches, count };
}
