import { setTimeout } from 'node:timers/promises';

import { isRecord, type Check } from './answers.js';
import { createNode, UnexpectedAnswerError } from './node.js';
import type { QdrantAnswer, Method, CallOutcome, Outgoing, Server } from './node.js';
import { createNodes } from './nodes.js';
import { toRepeat, type Repeat } from './repeatable.js';
import { parseRetryAfter } from '../../errors/retry-after.js';
import type { CallOptions } from '../shared-call.js';
import { parseJson } from '../../parse-json.js';

/** Far larger than a page of the largest papers, and far smaller than the memory of a process. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024;
/** Maximum length, in the log, of an answer that did not come from Qdrant. */
const MAX_QUOTED_CHARACTERS = 500;

export interface ServerOptions {
  /** The address of a server, or those of several servers of one cluster, separated by commas, the preferred one first. */
  url: string;
  apiKey?: string | undefined;
  timeoutMs: number;
  /** Lets the server compress its answers: for far-away servers, it costs more than it saves on a local network. */
  compression: boolean;
  /** The caller has time and retries by itself, so a busy server is reported immediately. */
  isPatient?: boolean;
}

/** Every address of `url`. */
export function toServers({ url, ...rest }: ServerOptions): Server[] {
  return url.split(',').map((address) => toServer({ url: address.trim(), ...rest }));
}

/** For messages: `a:6333, b:6333`. */
export function hostsOf(servers: readonly Server[]): string {
  return servers.map(({ host }) => host).join(', ');
}

/** @param options with one address. */
export function toServer({ url, apiKey, timeoutMs, compression, isPatient = false }: ServerOptions): Server {
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
    isPatient,
  };
}

/**
 * All requests to a Qdrant server. See `docs/decisions/0012-one-http-stack-to-qdrant.md` for why the official client
 * is used only for its types.
 */
export interface QdrantHttp {
  /**
   * @param body a string or bytes are JSON already; undefined for none.
   * @param check whether the answer's `result` has the expected shape.
   * @throws the signal's reason if it is aborted, in which case the connection is closed, or no request is sent.
   */
  send<Result>(
    method: Method,
    path: string,
    body: unknown,
    check: Check<Result>,
    options?: CallOptions,
  ): Promise<Result>;
  /** The same, with the time that the server reports; NaN if it reports none. */
  sendTimed<Result>(
    method: Method,
    path: string,
    body: unknown,
    check: Check<Result>,
    options?: CallOptions,
  ): Promise<TimedResult<Result>>;
  /** The version that the server reports; undefined for an answer that is not Qdrant's. */
  readVersion(options?: CallOptions): Promise<string | undefined>;
  close(): void;
}

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

/** The error for an answer other than 2xx. */
export function toResponseError({ status, retryAfter, text }: QdrantAnswer): Error {
  return new ResponseError(status, parseJson(text), retryAfter, text);
}

/**
 * JSON over keep-alive connections to one server, or to any of several that is up. If the server is busy, the request
 * waits as long as the server asks, provided that the caller has that time.
 *
 * @param maxAnswerBytes limit of the decompressed answer; longer ones are aborted.
 */
export function createHttp(
  server: Server | readonly Server[],
  maxAnswerBytes = MAX_ANSWER_BYTES,
): QdrantHttp {
  const servers = [server].flat();
  const timeoutMs = Math.max(...servers.map((each) => each.timeoutMs));
  const isPatient = servers.some((each) => each.isPatient);
  const nodes = createNodes(servers.map((each) => createNode(each, maxAnswerBytes)));

  async function sendTimed<Result>(
    method: Method,
    path: string,
    body: unknown,
    check: Check<Result>,
    options: CallOptions = {},
  ): Promise<TimedResult<Result>> {
    const answer = await ask(method, path, body, options);
    const { result, time } = isRecord(answer.json) ? answer.json : {};
    if (!check(result)) {
      throw new UnexpectedAnswerError(`Unexpected answer to ${method} ${path}: ${quote(answer.text)}`);
    }
    return { result, serverMs: typeof time === 'number' ? time * 1_000 : NaN };
  }

  async function readVersion(options: CallOptions = {}): Promise<string | undefined> {
    // The only answer without an envelope and its `result`.
    const { json } = await ask('GET', '/', undefined, options);
    return isRecord(json) && typeof json['version'] === 'string' ? json['version'] : undefined;
  }

  async function ask(method: Method, path: string, body: unknown, options: CallOptions) {
    options.signal?.throwIfAborted();
    const isReady = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
    const outcome = await exchange({ method, path, body: isReady ? body : JSON.stringify(body) }, options);
    if (outcome.kind === 'failed') throw outcome.error;
    const { status, text } = outcome.answer;
    if (status >= 300) throw toResponseError(outcome.answer);
    return { json: parseJson(text), text };
  }

  /** Retries while the servers are busy. */
  async function exchange(
    outgoing: Outgoing,
    { signal, endsAt = Infinity }: CallOptions,
  ): Promise<CallOutcome> {
    const repeat = toRepeat(outgoing.method, outgoing.path);
    const lastEnd = performance.now() + timeoutMs;
    for (let tried = 1; ; tried++) {
      const outcome = await nodes.ask(outgoing, repeat, lastEnd - performance.now(), signal);
      const waitMs = isPatient ? undefined : toWaitMs(outcome, repeat, tried);
      if (waitMs === undefined || performance.now() + waitMs >= Math.min(lastEnd, endsAt)) return outcome;
      await setTimeout(waitMs, undefined, { signal }).catch((ended: unknown) => {
        signal?.throwIfAborted();
        throw ended;
      });
    }
  }

  return {
    sendTimed,
    send: async (...request) => (await sendTimed(...request)).result,
    readVersion,
    close: () => nodes.close(),
  };
}

/** Maximum tries if a server does not say how long to wait. */
const TRIES = 3;
const FIRST_WAIT_MS = 100;

/**
 * How long to wait before the request is sent again; undefined if it must not be. A request that was one too many
 * (429) has certainly not been carried out. For an unavailable server (503), that is uncertain.
 */
function toWaitMs(outcome: CallOutcome, repeat: Repeat, tried: number): number | undefined {
  if (outcome.kind === 'failed') return undefined;
  const { status, retryAfter } = outcome.answer;
  const isBusy = status === 429 || (status === 503 && repeat !== 'once');
  if (!isBusy) return undefined;
  const askedMs = parseRetryAfter(retryAfter);
  if (askedMs === undefined && tried >= TRIES) return undefined;
  const backOffMs = FIRST_WAIT_MS * 2 ** (tried - 1) * (1 - Math.random() / 2);
  return Math.max(backOffMs, askedMs ?? 0);
}

function quote(text: string): string {
  return text.length > MAX_QUOTED_CHARACTERS ? `${text.slice(0, MAX_QUOTED_CHARACTERS)}…` : text;
}
