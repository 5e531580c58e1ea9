import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { countTokens, judge, type ApiError, type EmbeddingsRequest, type Model } from './openai-rules.js';

const OPENAI_MODELS: Readonly<Record<string, Model>> = {
  'text-embedding-3-small': { dimension: 1536, shortens: true },
  'text-embedding-3-large': { dimension: 3072, shortens: true },
  'text-embedding-ada-002': { dimension: 1536, shortens: false },
};

/** What happens to a request instead of a normal answer, or before it. */
export interface Failure {
  status?: number;
  error?: Partial<ApiError>;
  headers?: Record<string, string>;
  /** Body to send instead of an error in OpenAI's format. */
  body?: unknown;
  /** How long to wait first. */
  delayMs?: number;
  /** Never answers. */
  hang?: boolean;
  /** Cuts the connection. */
  reset?: boolean;
}

interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

export interface EmbeddingItem {
  object: 'embedding';
  index: number;
  embedding: unknown;
}

export interface OpenAiServerOptions {
  apiKey?: string;
  /** Models of a compatible server and their dimensions, which requests can shorten. Such a server does not support base64. */
  compatibleModels?: Record<string, number>;
  /** Path and query that the requests must have. */
  address?: string;
}

export type OpenAiServer = Awaited<ReturnType<typeof startOpenAiServer>>;

/**
 * The embeddings endpoint of the OpenAI API on a free port, as strict as the real one. Embeddings depend only on the model and
 * the text. `calls` contains the inputs of every well-formed request with the right key, including rejected ones; `requests`
 * contains their bodies.
 */
export async function startOpenAiServer({
  apiKey = 'sk-test',
  compatibleModels,
  address = '/v1/embeddings',
}: OpenAiServerOptions = {}) {
  const models: Readonly<Record<string, Model>> = compatibleModels
    ? Object.fromEntries(
        Object.entries(compatibleModels).map(([name, dimension]) => [name, { dimension, shortens: true }]),
      )
    : OPENAI_MODELS;
  const calls: string[][] = [];
  const requests: EmbeddingsRequest[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const failures: Failure[] = [];
  const refusedTexts = new Map<string, number>();
  let received = 0;
  let allowance: RequestAllowance | undefined;
  const alterations: ((items: EmbeddingItem[]) => unknown)[] = [];
  let alterEvery = (items: EmbeddingItem[]): unknown => items;
  let toHabitualFailure: (request: EmbeddingsRequest) => Failure | undefined = () => undefined;
  let open = 0;

  /** Returns undefined if the connection must be cut. */
  async function answer(request: IncomingMessage): Promise<Answer | undefined> {
    const body = await readText(request);
    received++;
    headers.push(request.headers);
    const failure = failures.shift() ?? {};
    if (failure.delayMs !== undefined) await sleep(failure.delayMs, undefined, { ref: false });
    if (failure.reset) return undefined;
    const compatible = compatibleModels !== undefined;
    const verdict = judge(request, body, { apiKey, models, compatible, address });
    if (verdict.body) {
      calls.push([verdict.body.input].flat());
      requests.push(verdict.body);
      if (failure.hang) await new Promise(() => undefined);
      if (failure.status !== undefined) return toFailureAnswer(failure.status, failure);
      const habitual = 'error' in verdict ? undefined : toHabitualFailure(verdict.body);
      if (habitual) return toFailureAnswer(habitual.status ?? 400, habitual);
    }
    if ('error' in verdict) return { status: verdict.status, body: { error: verdict.error } };
    return allowance ? allowance.admit(() => embed(verdict.body)) : embed(verdict.body);
  }

  function embed(request: EmbeddingsRequest): Answer {
    const inputs = [request.input].flat();
    const status = inputs.map((input) => refusedTexts.get(input)).find((found) => found !== undefined);
    if (status !== undefined) return toFailureAnswer(status, { error: { message: 'Invalid input.' } });
    const dimension = request.dimensions ?? models[request.model]?.dimension ?? 0;
    const items = inputs.map((input, index) => toItem(request, input, index, dimension));
    const tokens = inputs.reduce(
      (sum, input) => sum + countTokens(input, { disallowedSpecial: new Set() }),
      0,
    );
    const alter = alterations.shift() ?? alterEvery;
    const data = alter(items);
    return {
      status: 200,
      body: {
        object: 'list',
        model: request.model,
        data,
        usage: { prompt_tokens: tokens, total_tokens: tokens },
      },
    };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answered = await answer(request);
    if (answered) send(response, answered);
    else request.socket.destroy();
  }

  const server = createServer((request, response) => {
    open++;
    response.once('close', () => open--);
    handle(request, response).catch((error: unknown) => {
      send(response, toFailureAnswer(500, { error: { message: String(error) } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // An AddressInfo, because the server listens on a port.
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}${address.replace(/\/embeddings(?=\?|$)/, '')}`,
    apiKey,
    calls,
    requests,
    /** Headers of each received request. */
    headers,
    /** How many requests were received, answered or not. */
    received: () => received,
    /** Makes the next requests fail, except those that cannot be read at all. A retry counts as a request. */
    failNext(failure: Failure, times = 1): void {
      for (let count = 0; count < times; count++) failures.push(failure);
    },
    /** Lets requests succeed again. */
    forgetFailures(): void {
      failures.length = 0;
    },
    /** Rejects every request that contains the text. */
    refuseText(text: string, status = 400): void {
      refusedTexts.set(text, status);
    },
    /** Allows this many requests at once, refilled evenly over that time. Headers report how many are left. */
    allow(requests: number, perMs: number): void {
      allowance = createAllowance(requests, perMs);
    },
    /** How many requests exceeded the allowance. */
    excess: () => allowance?.excess() ?? 0,
    /** Changes the `data` of the next answer. */
    alterNext(alter: (items: EmbeddingItem[]) => unknown): void {
      alterations.push(alter);
    },
    /** Changes the `data` of every answer. */
    alterAll(alter: (items: EmbeddingItem[]) => unknown): void {
      alterEvery = alter;
    },
    /** Makes every request fail for which the function returns a failure. */
    failWhen(toFailure: (request: EmbeddingsRequest) => Failure | undefined): void {
      toHabitualFailure = toFailure;
    },
    /** Number of requests whose sender is still connected and has not received a complete answer. */
    openRequests: () => open,
    close(): Promise<void> {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

type RequestAllowance = ReturnType<typeof createAllowance>;

/** https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers */
function createAllowance(limit: number, perMs: number) {
  let left = limit;
  let lookedAt = Date.now();
  let excess = 0;
  return {
    excess: () => excess,
    admit(answer: () => Answer): Answer {
      const now = Date.now();
      left = Math.min(limit, left + ((now - lookedAt) / perMs) * limit);
      lookedAt = now;
      const isAllowed = left >= 1;
      if (isAllowed) left--;
      else excess++;
      const answered = isAllowed ? answer() : toFailureAnswer(429, {});
      const headers = {
        'x-ratelimit-limit-requests': String(limit),
        'x-ratelimit-remaining-requests': String(Math.floor(left)),
        'x-ratelimit-reset-requests': `${Math.ceil(((limit - left) / limit) * perMs)}ms`,
      };
      return { ...answered, headers: { ...answered.headers, ...headers } };
    },
  };
}

/** A unit vector for a text: arbitrary, but always the same. */
export function toTestEmbedding(model: string, text: string, dimension: number): Float32Array {
  let state = createHash('sha256').update(`${model}\0${text}`).digest().readUInt32LE() || 1;
  const numbers = Float64Array.from({ length: dimension }, () => {
    // Marsaglia's xorshift32.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2 ** 31;
  });
  const norm = Math.hypot(...numbers);
  return Float32Array.from(numbers, (number) => number / norm);
}

function toItem(request: EmbeddingsRequest, text: string, index: number, dimension: number): EmbeddingItem {
  const numbers = toTestEmbedding(request.model, text, dimension);
  const embedding =
    request.encoding_format === 'base64' ? Buffer.from(numbers.buffer).toString('base64') : [...numbers];
  return { object: 'embedding', index, embedding };
}

function toFailureAnswer(status: number, { error, headers, body: given }: Failure): Answer {
  const message = `Failed with ${status}`;
  const body = given ?? {
    error: { message, type: 'invalid_request_error', param: null, code: null, ...error },
  };
  return { status, body, ...(headers && { headers }) };
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
