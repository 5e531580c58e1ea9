import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Client, Pool, util, type Dispatcher } from 'undici';

import { completeHeaders } from '../../outgoing-requests.js';
import { systemCodeOf } from '../../system-error.js';

/**
 * A server by default closes connections after they were idle for 5 s. Ours are closed earlier, so that no request is
 * lost with one.
 */
const IDLE_MS = 3_000;
/** Time to make a connection. A request that waits for one has its own time. */
const CONNECT_MS = 5_000;

const unzip = promisify(gunzip);

/** The address of a Qdrant server, and what every request to it contains. */
export interface Server {
  /** Scheme, host and port, without path. */
  origin: string;
  host: string;
  /**
   * Path prefix of every request, without a trailing slash: `/qdrant` if a proxy serves it there, usually empty.
   */
  prefix: string;
  headers: Record<string, string>;
  timeoutMs: number;
  /** See `ServerOptions`. */
  isPatient: boolean;
}

export type Method = 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT';

export interface Outgoing {
  method: Method;
  path: string;
  body?: string | Uint8Array | undefined;
}

export interface QdrantAnswer {
  status: number;
  /** The header with that name, unchanged. */
  retryAfter: string | undefined;
  text: string;
}

/** The outcome of a request. */
export type CallOutcome =
  | { kind: 'answered'; answer: QdrantAnswer }
  /**
   * `mayHaveArrived` is false if no connection was made, so that the server cannot know about the request.
   */
  | { kind: 'failed'; error: Error; mayHaveArrived: boolean };

/** A request in flight. */
export interface Call {
  /** Never rejected. */
  outcome: Promise<CallOutcome>;
  /** Closes the connection. The request then fails with this error, unless it has already failed. */
  cancel(error: Error): void;
}

/**
 * A successful answer of an unexpected form. The message is for the log only, because it may quote anything.
 */
export class UnexpectedAnswerError extends Error {
  override readonly name = 'UnexpectedAnswerError';
}

/** The request exceeded its time limit. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/** One server, over keep-alive connections. */
export interface Node {
  /** Host and port. */
  readonly host: string;
  /**
   * Sends one request.
   *
   * @param mayRepeat whether it may be sent once more, over a new connection, if a keep-alive one turns out to be
   * closed.
   */
  call(outgoing: Outgoing, timeoutMs: number, mayRepeat: boolean): Call;
  close(): void;
}

/** The outcome of a request if the server closes its connection instead of answering. */
const CLOSED = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'];

/** @param maxAnswerBytes limit after decompression; a longer answer is aborted. */
export function createNode(server: Server, maxAnswerBytes: number): Node {
  // Each call has its own time limit.
  const settings = {
    keepAliveTimeout: IDLE_MS,
    keepAliveMaxTimeout: IDLE_MS,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: CONNECT_MS },
  };
  const pool = new Pool(server.origin, settings);

  function call({ method, path, body }: Outgoing, timeoutMs: number, mayRepeat: boolean): Call {
    let mayHaveArrived = false;
    let isOver = false;
    let isRepeated = false;
    let abort: ((error: Error) => void) | undefined;
    let settle: (outcome: CallOutcome) => void = () => undefined;
    const outcome = new Promise<CallOutcome>((resolve) => {
      settle = (found) => {
        isOver = true;
        clearTimeout(timer);
        resolve(found);
      };
    });
    const fail = (error: Error) => settle({ kind: 'failed', error, mayHaveArrived });
    const cancel = (error: Error) => {
      if (isOver) return;
      fail(error);
      abort?.(error);
    };

    function send(by: Dispatcher): void {
      const reader = createAnswerReader(maxAnswerBytes);
      by.dispatch(
        {
          method,
          path: server.prefix + path,
          headers: completeHeaders({ ...server.headers, 'content-type': 'application/json' }),
          body: body ?? null,
        },
        {
          // Called when there is a connection.
          onConnect(close) {
            if (isOver) {
              close();
              return;
            }
            abort = close;
            mayHaveArrived = true;
          },
          onHeaders(status, headers) {
            reader.begin(status, util.parseHeaders(headers));
            return true;
          },
          onData(chunk) {
            if (!reader.add(chunk)) cancel(new UnexpectedAnswerError(reader.tooLong));
            return true;
          },
          onComplete() {
            reader.end().then((answer) => settle({ kind: 'answered', answer }), fail);
          },
          onError(error) {
            // The server may have closed a connection that it found idle before it read the request.
            const isClosed = CLOSED.includes(systemCodeOf(error) ?? '');
            if (isClosed && mayRepeat && !isRepeated && !reader.hasBegun() && !isOver) {
              isRepeated = true;
              const other = new Client(server.origin, settings);
              send(other);
              void other.close();
            } else fail(isClosed ? new ConnectionClosedError(error) : error);
          },
        },
      );
    }

    const timer = setTimeout(() => cancel(new TimeoutError('No answer in time')), timeoutMs);
    send(pool);
    return { outcome, cancel };
  }

  return { host: server.host, call, close: () => void pool.destroy() };
}

/** The server closed the connection before it answered, or in the middle of its answer. */
class ConnectionClosedError extends Error {
  override readonly name = 'ConnectionClosedError';
  readonly code = 'ECONNRESET';

  constructor(cause: Error) {
    super(`The server closed the connection (ECONNRESET): ${cause.message}`, { cause });
  }
}

function createAnswerReader(maxBytes: number) {
  const tooLong = `The answer has more than ${maxBytes} bytes`;
  const chunks: Buffer[] = [];
  let status = 0;
  let headers: Record<string, string | string[]> = {};
  let size = 0;
  return {
    tooLong,
    hasBegun: () => status >= 200,
    /** Called again if the first status was an interim one. */
    begin(given: number, withHeaders: Record<string, string | string[]>): void {
      status = given;
      headers = withHeaders;
    },
    /** @returns false if the answer is too long. */
    add(chunk: Buffer): boolean {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      return size <= maxBytes;
    },
    /** @throws UnexpectedAnswerError for a compressed answer that is damaged or too long. */
    async end(): Promise<QdrantAnswer> {
      const body = Buffer.concat(chunks);
      const text = headers['content-encoding'] === 'gzip' ? await unzipAnswer(body, maxBytes) : body;
      return { status, retryAfter: headers['retry-after']?.toString(), text: text.toString('utf8') };
    },
  };
}

async function unzipAnswer(body: Buffer, maxBytes: number): Promise<Buffer> {
  try {
    return await unzip(body, { maxOutputLength: maxBytes });
  } catch (cause) {
    throw new UnexpectedAnswerError('The answer cannot be unpacked, or is too long', { cause });
  }
}
