import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

import type { Server } from './address.js';

/** A server closes connections that were idle for 5 s (its default); ours go before, so that none is lost under a request. */
const IDLE_MS = 4_000;

const unzip = promisify(gunzip);

/**
 * The requests about points. They are the busy ones, and the client's way costs much more there: `fetch`, and on newer
 * Node versions a JSON reviver and replacer that are called for every number. It also cuts `retry-after` to one digit.
 */
export interface PointsHttp {
  /**
   * @param body JSON already when it is a string or bytes; undefined for none.
   * @returns the `result` of the server's answer, which is taken to be what Qdrant's OpenAPI document says.
   */
  send<Result>(method: Method, path: string, body?: unknown): Promise<Result>;
  /** The same, with the time that the server says it took; NaN where it says none. */
  sendTimed(method: Method, path: string, body?: unknown): Promise<TimedResult>;
  close(): void;
}

export type Method = 'GET' | 'POST' | 'PUT';

export interface TimedResult {
  result: unknown;
  serverMs: number;
}

/** An answer other than 2xx; its fields are named as those of the client's errors. */
export class ResponseError extends Error {
  override readonly name = 'ResponseError';

  constructor(
    readonly status: number,
    readonly data: unknown,
    readonly retryAfter: string | undefined,
  ) {
    super(`Qdrant answered with status ${status}`);
  }
}

/** JSON over kept connections, a time-out for each request, no retries. */
export function createPointsHttp(server: Server): PointsHttp {
  const transport = server.origin.startsWith('https:') ? https : http;
  const agent = new transport.Agent({ keepAlive: true, timeout: IDLE_MS });

  async function sendTimed(method: Method, path: string, body?: unknown): Promise<TimedResult> {
    const isReady = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
    const { status, headers, text } = await exchange(method, path, isReady ? body : JSON.stringify(body));
    const answer = parseJson(text);
    if (status >= 300) throw new ResponseError(status, answer, headers['retry-after']);
    if (!hasResult(answer)) throw new Error('The answer is not one of Qdrant');
    const serverMs = typeof answer.time === 'number' ? answer.time * 1_000 : NaN;
    return { result: answer.result, serverMs };
  }

  function exchange(method: string, path: string, body: string | Uint8Array | undefined): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const outgoing = transport.request(server.origin + server.prefix + path, {
        method,
        agent,
        headers: { ...server.headers, 'content-type': 'application/json' },
      });
      const timer = setTimeout(() => {
        reject(timeoutError());
        outgoing.destroy();
      }, server.timeoutMs);
      outgoing.on('response', (incoming) => {
        readAnswer(incoming).then(resolve, reject);
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
    send: async <Result>(method: Method, path: string, body?: unknown) =>
      // The one place where the server's answer gets its type: checking every hit again would cost a second pass.
      (await sendTimed(method, path, body)).result as Result,
    close: () => {
      agent.destroy();
    },
  };
}

/**
 * A server that refuses a large body closes while it is still being written. That error comes behind the answer, when the
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

async function readAnswer(incoming: http.IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer); // a stream without encoding gives Buffers
  const body = Buffer.concat(chunks);
  const isZipped = incoming.headers['content-encoding'] === 'gzip';
  return {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    text: (isZipped ? await unzip(body) : body).toString('utf8'),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function hasResult(answer: unknown): answer is { result: unknown; time?: unknown } {
  return typeof answer === 'object' && answer !== null && 'result' in answer;
}

function timeoutError(): Error {
  return Object.assign(new Error('No answer in time'), { name: 'TimeoutError' });
}
