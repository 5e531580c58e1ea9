import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

import { isRecord, type Check } from './answers.js';
import type { CallOptions } from '../shared-call.js';

/** A server closes connections that were idle for 5 s (its default); ours go before, so that none is lost under a request. */
const IDLE_MS = 4_000;

/** Far above a page of the largest papers, and far below what a process has. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024;
/** Maximum length, in the log, of an answer that did not come from Qdrant. */
const MAX_QUOTED_CHARACTERS = 500;

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
}

export interface ServerOptions {
  url: string;
  apiKey?: string | undefined;
  timeoutMs: number;
  /** Lets the server compress its answers: for far-away servers, it costs more than it saves on a local network. */
  compression: boolean;
}

export function toServer({ url, apiKey, timeoutMs, compression }: ServerOptions): Server {
  const { origin, host, pathname } = new URL(url);
  return {
    origin,
    host,
    prefix: pathname.replace(/\/+$/, ''),
    headers: {
      'accept-encoding': compression ? 'gzip' : 'identity',
      ...(apiKey !== undefined && { 'api-key': apiKey }),
    },
    timeoutMs,
  };
}

/**
 * Every request to a Qdrant server; see `docs/decisions/0012-one-http-stack-to-qdrant.md` for why not by the official
 * client, whose types are used.
 */
export interface QdrantHttp {
  /**
   * @param body JSON already when it is a string or bytes; undefined for none.
   * @param check says whether the answer's `result` is what was asked for.
   * @throws the signal's reason when it is aborted: the connection is closed then, or no request made.
   */
  send<Result>(
    method: Method,
    path: string,
    body: unknown,
    check: Check<Result>,
    options?: CallOptions,
  ): Promise<Result>;
  /** The same, with the time that the server says it took; NaN where it says none. */
  sendTimed<Result>(
    method: Method,
    path: string,
    body: unknown,
    check: Check<Result>,
    options?: CallOptions,
  ): Promise<TimedResult<Result>>;
  /** The server's version as it says it; undefined for an answer that is not Qdrant's. */
  readVersion(options?: CallOptions): Promise<string | undefined>;
  close(): void;
}

export type Method = 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT';

export interface TimedResult<Result> {
  result: Result;
  serverMs: number;
}

/** An answer other than 2xx. The message is for the log. */
class ResponseError extends Error {
  override readonly name = 'ResponseError';

  constructor(
    readonly status: number,
    readonly data: unknown,
    readonly retryAfter: string | undefined,
    text: string,
  ) {
    super(`Qdrant answered with status ${status}: ${quote(text)}`);
  }
}

/** A success that is not what was asked for. The message is for the log: it may quote anything. */
class UnexpectedAnswerError extends Error {
  override readonly name = 'UnexpectedAnswerError';
}

/**
 * JSON over kept connections, a time-out for each request, no retries.
 *
 * @param maxAnswerBytes unpacked; a longer answer is given up.
 */
export function createHttp(server: Server, maxAnswerBytes = MAX_ANSWER_BYTES): QdrantHttp {
  const transport = server.origin.startsWith('https:') ? https : http;
  const agent = new transport.Agent({ keepAlive: true, timeout: IDLE_MS });

  async function sendTimed<Result>(
    method: Method,
    path: string,
    body: unknown,
    check: Check<Result>,
    { signal }: CallOptions = {},
  ): Promise<TimedResult<Result>> {
    const answer = await ask(method, path, body, signal);
    const { result, time } = isRecord(answer.json) ? answer.json : {};
    if (!check(result)) {
      throw new UnexpectedAnswerError(
        `${method} ${path} was answered with something else: ${quote(answer.text)}`,
      );
    }
    return { result, serverMs: typeof time === 'number' ? time * 1_000 : NaN };
  }

  async function readVersion({ signal }: CallOptions = {}): Promise<string | undefined> {
    // The one answer that has no envelope with a `result`.
    const { json } = await ask('GET', '/', undefined, signal);
    return isRecord(json) && typeof json['version'] === 'string' ? json['version'] : undefined;
  }

  async function ask(method: Method, path: string, body: unknown, signal: AbortSignal | undefined) {
    signal?.throwIfAborted();
    const isReady = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
    const sent = isReady ? body : JSON.stringify(body);
    const { status, headers, text } = await exchange(method, path, sent, signal).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
    const json = parseJson(text);
    if (status >= 300) throw new ResponseError(status, json, headers['retry-after'], text);
    return { json, text };
  }

  function exchange(
    method: string,
    path: string,
    body: string | Uint8Array | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const outgoing = transport.request(server.origin + server.prefix + path, {
        method,
        agent,
        headers: { ...server.headers, 'content-type': 'application/json' },
        ...(signal && { signal }),
      });
      const timer = setTimeout(() => {
        reject(timeoutError());
        outgoing.destroy();
      }, server.timeoutMs);
      outgoing.on('response', (incoming) => {
        readAnswer(incoming, maxAnswerBytes).then(resolve, reject);
      });
      outgoing.on('error', reject);
      outgoing.on('socket', keepListening);
      outgoing.on('close', () => {
        clearTimeout(timer);
      });
      outgoing.end(body);
    });
  }

  return {
    sendTimed,
    send: async (...request) => (await sendTimed(...request)).result,
    readVersion,
    close: () => {
      agent.destroy();
    },
  };
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

interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
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

/** Undefined for what is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function quote(text: string): string {
  return text.length > MAX_QUOTED_CHARACTERS ? `${text.slice(0, MAX_QUOTED_CHARACTERS)}…` : text;
}

function timeoutError(): Error {
  return Object.assign(new Error('No answer in time'), { name: 'TimeoutError' });
}
