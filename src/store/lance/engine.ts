import { statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';

import {
  connect,
  type Connection,
  MatchQuery,
  type Query,
  Session,
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

/**
 * Maximum concurrent queries of one call. The engine runs as many as there are cores, and cannot stop a query.
 */
const MOST_AT_ONCE = Math.max(4, 2 * availableParallelism());

/** Runs the queries of one call of the store. */
export interface EngineCalls {
  /** Waits for a turn among the queries of the same call. Starts nothing after the signal is aborted. */
  run<Result>(ask: () => Promise<Result>): Promise<Result>;
  /** All rows of a query. */
  rows(query: Query | VectorQuery | TakeQuery): Promise<Rows>;
  /** The rows of a query as they arrive; leaving the loop ends the query. */
  batches(query: Query): AsyncGenerator<RecordBatch>;
}

/**
 * The engine cannot stop a query. A call whose signal is aborted rejects at once and starts no further query; the
 * running one ends after `timeoutMs`.
 *
 * @param timeoutMs the engine's time limit for a query.
 */
export function createEngineCalls({ signal }: CallOptions = {}, timeoutMs?: number): EngineCalls {
  const queue = new PQueue({ concurrency: MOST_AT_ONCE });
  const execution = timeoutMs === undefined ? {} : { timeoutMs };

  // The queue itself would add a listener to the signal for each query.
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

/** The engine's name for the score. */
export const SCORE = '_score';
/** Without a limit, the engine returns ten rows. This is the largest limit that it accepts. */
export const NO_LIMIT = 2 ** 32 - 1;

/**
 * Narrows the query to all rows with one of the text's words, best first.
 *
 * @param columns to read in addition to the score.
 * @returns null for a text without words, which finds nothing.
 */
export function selectMatches(query: Query, text: string, columns: readonly string[] = []): Query | null {
  // The engine counts a term as often as it occurs in the query.
  const terms = toTerms(text).join(' ');
  if (terms === '') return null;
  return (
    query
      .fullTextSearch(new MatchQuery(terms, BM25_TERMS), { columns: [BM25_TERMS] })
      // Unless scores are selected by name, the engine prints a warning on standard error.
      .select([SCORE, ...columns])
      .limit(NO_LIMIT)
  );
}

/**
 * Every SQL value must pass through one of these functions. In Lance's dialect, the only escape is a doubled quote.
 */
export function quoteSql(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function quoteAllSql(texts: Iterable<string>): string {
  return [...texts].map(quoteSql).join(', ');
}

/** The engine's folder for a table. */
export function toFolder(dataDir: string, table: string): string {
  return path.join(dataDir, `${table}.lance`);
}

/**
 * Distinguishes a table from an earlier one with the same name. Versions cannot, because they start again from 1.
 * Null if there is no table. Called by every call of the store; it takes 7 μs, but 29 with a promise.
 */
export function identifyFolder(dataDir: string, table: string): string | null {
  const folder = statSync(toFolder(dataDir, table), { bigint: true, throwIfNoEntry: false });
  return folder ? `${folder.ino}:${folder.birthtimeNs}` : null;
}

/**
 * Limits of the caches for indexes and metadata during a load. Each of the thousands of versions that a load writes
 * brings new entries, of which the engine would keep up to 7 GB. At most the index of ids is used repeatedly.
 */
const LOADING_CACHE_BYTES = [64n * 1024n * 1024n, 8n * 1024n * 1024n] as const;

/**
 * Cache limits of a server: as much as the indexes take on disk, but at least these sizes for indexes and metadata.
 * The engine's own limits, 6 GB and 1 GB, are never reached by one version of a collection. With each load or sync
 * next to the server, it would also keep the former version's indexes.
 */
const LEAST_SERVING_CACHE_BYTES = 128 * 1024 * 1024;
const SERVING_METADATA_BYTES = 64n * 1024n * 1024n;

interface ConnectionOptions {
  dataDir: string;
  collection: string;
  isLoading?: boolean;
}

/** Opens a connection with caches for serving the collection, or for loading it. */
export async function openConnection(options: ConnectionOptions): Promise<Connection> {
  return connect(options.dataDir, {
    // Check for writes of other processes before every read, which takes 0.06 ms.
    readConsistencyInterval: 0,
    session: options.isLoading
      ? new Session(...LOADING_CACHE_BYTES)
      : new Session(await servingCacheBytes(options), SERVING_METADATA_BYTES),
  });
}

/** Unreadable files do not count. Opening the collection reports what is wrong with them. */
async function servingCacheBytes({ dataDir, collection }: ConnectionOptions): Promise<bigint> {
  const folder = path.join(toFolder(dataDir, collection), '_indices');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map((file) =>
      stat(path.join(file.parentPath, file.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return BigInt(Math.max(LEAST_SERVING_CACHE_BYTES, bytes));
}

/** Opens a connection with its own caches, see `openAlone`. */
export type Connect = () => Promise<Connection>;

/**
 * Opens a table with its own caches. The engine caches its knowledge of a table's indexes by the table's name and
 * version, and a table that was dropped and recreated has the same ones. With the caches of the former table, it
 * would be searched through indexes that no longer exist.
 *
 * @returns null if there is no such table.
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

/** Null if there is no such table. */
export async function openTable(connection: Connection, name: string): Promise<Table | null> {
  try {
    return await connection.openTable(name);
  } catch (error) {
    if (isMissingTable(error)) return null;
    throw error;
  }
}

/** Deletes the table if it exists. */
export async function dropTable(connection: Connection, name: string): Promise<void> {
  await connection.dropTable(name).catch((error: unknown) => {
    if (!isMissingTable(error)) throw error;
  });
}

/**
 * Turns failures into public errors. Once the signal is aborted, rejects with its reason and no longer waits.
 */
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

/** The error for callers of the store. The engine's message, which contains paths, stays in `cause`. */
export function toPublicError(thrown: unknown, collection: string): PublicError {
  if (thrown instanceof PublicError) return thrown;
  // These are messages of the operating system, which the engine passes on.
  const isDiskFull = /No space left on device|Disk quota exceeded/.test(messageOf(thrown));
  const message = isDiskFull
    ? `The disk is full: the embedded store cannot write collection ${collection}`
    : `The embedded store failed on collection ${collection}.`;
  return new PublicError('STORE_UNAVAILABLE', message, { cause: thrown });
}

export function missingCollection(collection: string): PublicError {
  return new PublicError('STORE_UNAVAILABLE', `The embedded store has no collection ${collection}.`);
}

/** The error of one request. Throws if the failure is the engine's, which fails the whole batch. */
export function onlyPublicErrors(thrown: unknown): Error {
  if (thrown instanceof PublicError) return thrown;
  throw thrown;
}

/**
 * Either the folder is missing, or it has no version because a process was killed while it created the table.
 */
function isMissingTable(thrown: unknown): boolean {
  const message = messageOf(thrown);
  return (
    /^Table '.*' was not found/.test(message) ||
    /^Table '.*' exists but could not be loaded.*Not found: [^,]*\/_versions,/s.test(message)
  );
}

/**
 * The message of an error. The engine has no error classes or codes, and `instanceof` may fail because its errors can
 * come from another realm.
 */
export function messageOf(thrown: unknown): string {
  const isObject = typeof thrown === 'object' && thrown !== null;
  return isObject && 'message' in thrown ? String(thrown.message) : '';
}

/** Joins batches until they have at least this many rows. */
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
