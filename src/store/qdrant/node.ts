import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

import { toError } from '../../errors/errors.js';
import { completeHeaders } from '../../outgoing-headers.js';

/** A server closes connections that were idle for 5 s (its default); ours go before, so that none is lost under a request. */
const IDLE_MS = 4_000;

const unzip = promisify(gunzip);

/** Where a Qdrant server is, and what every request to it carries. */
export interface Server {
  /** Scheme, host and port, without path. */
  origin: string;
  host: string;
  /** Path prefix of every request, without a trailing slash: `/qdrant` when a proxy serves it there, mostly empty. */
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

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
}

/** What became of a request. */
export type Outcome =
  | { kind: 'answered'; answer: Answer }
  /** `mayHaveArrived` is false where no connection was made, so that the server cannot know of the request. */
  | { kind: 'failed'; error: Error; mayHaveArrived: boolean };

/** A request under way. */
export interface Call {
  /** Never rejected. */
  outcome: Promise<Outcome>;
  /** Closes the connection; the outcome is this error, unless there was one before. */
  cancel(error: Error): void;
}

/** A success that is not what was asked for. The message is for the log: it may quote anything. */
export class UnexpectedAnswerError extends Error {
  override readonly name = 'UnexpectedAnswerError';
}

/** The time of a request is up. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/** One server, over kept connections. */
export interface Node {
  /** Host and port. */
  readonly host: string;
  /**
   * One request.
   *
   * @param mayRepeat whether it may be sent again, once and over a new connection, where a kept one turns out to be closed.
   */
  call(outgoing: Outgoing, timeoutMs: number, mayRepeat: boolean): Call;
  close(): void;
}

/** @param maxAnswerBytes unpacked; a longer answer is given up. */
export function createNode(server: Server, maxAnswerBytes: number): Node {
  const transport = server.origin.startsWith('https:') ? https : http;
  const agent = new transport.Agent({ keepAlive: true, timeout: IDLE_MS });

  function call({ method, path, body }: Outgoing, timeoutMs: number, mayRepeat: boolean): Call {
    let mayHaveArrived = false;
    let isOver = false;
    let settle: (outcome: Outcome) => void = () => undefined;
    const outcome = new Promise<Outcome>((resolve) => {
      settle = (found) => {
        isOver = true;
        clearTimeout(timer);
        resolve(found);
      };
    });
    const fail = (error: Error) => settle({ kind: 'failed', error, mayHaveArrived });

    function send(by: http.Agent | false): http.ClientRequest {
      const outgoing = transport.request(server.origin + server.prefix + path, {
        method,
        agent: by,
        headers: completeHeaders({ ...server.headers, 'content-type': 'application/json' }),
      });
      let isAnswered = false;
      outgoing.on('response', (incoming) => {
        isAnswered = true;
        readAnswer(incoming, maxAnswerBytes).then(
          (answer) => settle({ kind: 'answered', answer }),
          (error: unknown) => fail(toError(error)),
        );
      });
      outgoing.on('error', (error) => {
        // The server may have closed a connection that it found idle before it read the request.
        const isStale = outgoing.reusedSocket && !isAnswered;
        if (isStale && mayRepeat && !isOver) latest = send(false);
        else fail(error);
      });
      outgoing.on('socket', (socket) => {
        keepListening(socket);
        if (socket.connecting) socket.once('connect', () => (mayHaveArrived = true));
        else mayHaveArrived = true;
      });
      outgoing.end(body);
      return outgoing;
    }

    const timer = setTimeout(() => cancel(new TimeoutError('No answer in time')), timeoutMs);
    let latest = send(agent);
    const cancel = (error: Error) => {
      fail(error);
      latest.destroy();
    };
    return { outcome, cancel };
  }

  return { host: server.host, call, close: () => agent.destroy() };
}

/**
 * A server that refuses a large body closes while it is still being written. That error comes after the answer, when the
 * request has stopped listening, and an error that nobody listens to ends the process.
 */
function keepListening(socket: Socket): void {
  if (!socket.listeners('error').includes(ignore)) socket.on('error', ignore);
}

function ignore(): void {
  // The request that the socket carried has its answer or its own error.
}

/** @throws UnexpectedAnswerError for a body of more than `maxBytes`. */
async function readAnswer(incoming: http.IncomingMessage, maxBytes: number): Promise<Answer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const bytes = chunk as Buffer; // a stream without encoding gives Buffers
    size += bytes.length;
    // Leaving the loop closes the connection.
    if (size > maxBytes) throw new UnexpectedAnswerError(`The answer has more than ${maxBytes} bytes`);
    chunks.push(bytes);
  }
  const body = Buffer.concat(chunks);
  const isZipped = incoming.headers['content-encoding'] === 'gzip';
  return {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    text: (isZipped ? await unzipAnswer(body, maxBytes) : body).toString('utf8'),
  };
}

async function unzipAnswer(body: Buffer, maxBytes: number): Promise<Buffer> {
  try {
    return await unzip(body, { maxOutputLength: maxBytes });
  } catch (cause) {
    throw new UnexpectedAnswerError('The answer cannot be unpacked, or is too long', { cause });
  }
}
