import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai';
import { createRateGate, readRetryAfter } from './rate-gate.js';
import { toOpenAiModel, type OpenAiModel } from './model.js';
import { prepareTexts } from './prepare-text.js';
import { embedInRequests, RefusedTextsError, type Outcome, type SendRequest } from './requests.js';
import { countEach } from './tokens.js';
import { PublicError, StartupError, toError, type PublicErrorOptions } from '../../errors/errors.js';
import type { Embedder } from '../embedder.js';

const OPENAI_URL = 'https://api.openai.com/v1';

/** Requests under way at once, for all callers together. */
const MAX_IN_FLIGHT = { patient: 8, prompt: 32 };
const PROMPT_RETRIES = 2;

/** A request that is refused for one of these is refused whatever its texts are. */
const CONFIGURED_PARAMETERS: ReadonlySet<string> = new Set(['model', 'dimensions', 'encoding_format']);

export interface OpenAiEmbedderOptions {
  apiKey: string;
  /** A compatible server instead of OpenAI, such as `http://localhost:11434/v1`. */
  baseUrl?: string | undefined;
  model: string;
  /** Required for models that are not OpenAI's; shortens the embeddings of `text-embedding-3-*`. */
  dimensions?: number | undefined;
  /** For one request to the API, its retries included. */
  timeoutMs: number;
  /**
   * For a caller that has time and tries again by itself: no retries here, and requests wait until the account's limits
   * leave room for them. Otherwise failures that may pass are tried twice more within `timeoutMs`.
   */
  isPatient?: boolean;
}

/**
 * Embeddings by OpenAI or a server with its API. Texts are cut at 8,192 tokens, calls are split at the API's limits,
 * failures that may pass (429, 5xx, lost connections) are tried twice more. `check` makes no call: each would cost
 * something, and readiness is asked for often.
 *
 * @throws StartupError when model and dimensions do not go together, or key or URL cannot be sent.
 */
export function createOpenAiEmbedder(options: OpenAiEmbedderOptions): Embedder {
  const model = toOpenAiModel(options.model, options.dimensions);
  let tokensUsed = 0;
  const send = createSender(options, model, (tokens) => (tokensUsed += tokens));
  return {
    id: model.id,
    dimension: model.dimension,
    async embed(texts) {
      const prepared = await prepareTexts(texts);
      const distinct = new Set(prepared.filter((text) => text.trim() !== ''));
      const outcomes = await embedInRequests([...distinct], send);
      return prepared.map((text) => outcomes.get(text) ?? new Error('An empty text has no embedding'));
    },
    async countTokens(texts) {
      const counts = await countEach(texts);
      return counts.reduce((sum, count) => sum + count, 0);
    },
    tokensUsed: () => tokensUsed,
    check: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

function createSender(
  { apiKey, baseUrl, timeoutMs, isPatient = false }: OpenAiEmbedderOptions,
  model: OpenAiModel,
  onTokens: (tokens: number) => void,
): SendRequest {
  refuseUnsendable(apiKey, baseUrl);
  const client = new OpenAI({
    apiKey,
    baseURL: baseUrl ?? OPENAI_URL,
    // The SDK would read these from the environment, past our configuration; and it would log past our log.
    adminAPIKey: null,
    organization: null,
    project: null,
    logLevel: 'off',
    maxRetries: isPatient ? 0 : PROMPT_RETRIES,
  });
  const gate = createRateGate(isPatient ? MAX_IN_FLIGHT.patient : MAX_IN_FLIGHT.prompt);
  const parameters = {
    model: model.name,
    ...(model.requestedDimensions !== undefined && { dimensions: model.requestedDimensions }),
    // By default the SDK asks for base64, a quarter of the bytes, which compatible servers may not know.
    ...(baseUrl !== undefined && { encoding_format: 'float' as const }),
  };
  const ask = async (texts: readonly string[]) => {
    try {
      const { data, response } = await withDeadline(timeoutMs, (signal) =>
        client.embeddings
          .create({ ...parameters, input: [...texts] }, { signal, timeout: timeoutMs })
          .withResponse(),
      );
      if (isPatient) gate.learn(response.headers, false);
      onTokens(await readTokens(data, texts));
      return readEmbeddings(data.data, texts.length, model.dimension);
    } catch (error) {
      if (isPatient && isApiError(error) && error.headers) gate.learn(error.headers, error.status === 429);
      throw toOurError(error, model.name, apiKey);
    }
  };
  return (texts, tokens) => gate.run(tokens, () => ask(texts));
}

/** As billed; counted where a compatible server does not tell. */
async function readTokens(
  { usage }: { usage?: Partial<OpenAI.CreateEmbeddingResponse.Usage> },
  texts: readonly string[],
): Promise<number> {
  if (typeof usage?.total_tokens === 'number') return usage.total_tokens;
  const counts = await countEach(texts);
  return counts.reduce((sum, count) => sum + count, 0);
}

/** What `fetch` would refuse later, in a message that quotes it. */
function refuseUnsendable(apiKey: string, baseUrl: string | undefined): void {
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new StartupError('OPENAI_API_KEY: expected visible ASCII characters without spaces');
  }
  const { username, password } = new URL(baseUrl ?? OPENAI_URL);
  if (username || password) {
    throw new StartupError(
      'OPENAI_BASE_URL: user and password are not possible, the key goes in OPENAI_API_KEY',
    );
  }
}

/** The SDK's own limit is for one attempt up to the answer's headers, and its waits before retries have none. */
async function withDeadline<T>(timeoutMs: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(timeoutError(timeoutMs));
      controller.abort();
    }, timeoutMs);
  });
  try {
    return await Promise.race([run(controller.signal), deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** The answers by their `index`: their order is not promised, and a compatible server may leave some out. */
function readEmbeddings(data: readonly OpenAI.Embedding[], count: number, dimension: number): Outcome[] {
  const byIndex = new Map(data.map(({ index, embedding }) => [index, embedding]));
  return Array.from({ length: count }, (_, index) => toEmbedding(byIndex.get(index), dimension));
}

function toEmbedding(numbers: readonly number[] | undefined, dimension: number): Outcome {
  if (!Array.isArray(numbers)) return unusable('gave no embedding for this text');
  if (numbers.length !== dimension) {
    return unusable(
      `gave ${numbers.length} dimensions, expected ${dimension}; check OPENAI_EMBEDDING_MODEL and EMBEDDING_DIMENSIONS`,
      { lasting: true },
    );
  }
  const embedding = Float32Array.from(numbers);
  const isFinite = numbers.every(Number.isFinite) && embedding.every(Number.isFinite);
  return isFinite ? embedding : unusable('gave an embedding with numbers that are none');
}

function toOurError(error: unknown, model: string, apiKey: string): Error {
  if (error instanceof PublicError) return error;
  const cause = withoutKey(error, apiKey);
  if (error instanceof APIConnectionTimeoutError) return timeoutError(undefined, cause);
  if (error instanceof APIConnectionError) {
    return unusable('cannot be reached; check the network and OPENAI_BASE_URL', { cause });
  }
  return isApiError(error)
    ? toStatusError(error, model, cause)
    : unusable('answered with something else than embeddings', { cause });
}

/** With the type parameters that `instanceof` leaves open. */
function isApiError(error: unknown): error is APIError {
  return error instanceof APIError;
}

function toStatusError({ status, param, code, headers }: APIError, model: string, cause: Error): Error {
  const lasting = { cause, lasting: true };
  switch (status) {
    case 400:
    case 413:
    case 422:
      return param && CONFIGURED_PARAMETERS.has(param)
        ? unusable(`does not accept "${param}" as configured`, lasting)
        : new RefusedTextsError(`The embedding API refused its input (${status})`, { cause });
    case 401:
    case 403:
      return unusable(`refused the key (${status}); check OPENAI_API_KEY`, lasting);
    case 404:
      return unusable(`does not know "${model}"; check OPENAI_EMBEDDING_MODEL and OPENAI_BASE_URL`, lasting);
    case 429: {
      const isUsedUp = code === 'insufficient_quota';
      const reason = isUsedUp ? 'says that the quota is used up' : 'gets too many requests now';
      const retryAfterMs = headers && readRetryAfter(headers);
      const options = { cause, lasting: isUsedUp, retryAfterMs };
      return new PublicError('RATE_LIMITED', `The embedding API ${reason}; try again later`, options);
    }
    default: {
      const retryAfterMs = headers && readRetryAfter(headers);
      return unusable(`failed (${status ?? 'no status'}); try again later`, { cause, retryAfterMs });
    }
  }
}

function unusable(what: string, options?: PublicErrorOptions): PublicError {
  return new PublicError('EMBEDDING_UNAVAILABLE', `The embedding API ${what}`, options);
}

function timeoutError(timeoutMs?: number, cause?: Error): PublicError {
  const time = timeoutMs === undefined ? 'in time' : `within ${timeoutMs} ms`;
  return new PublicError('TIMEOUT', `The embedding API did not answer ${time}`, { cause });
}

/** The client's error for logs: what it and its causes say, without the key, which servers quote when they refuse it. */
function withoutKey(error: unknown, apiKey: string): Error {
  return new Error(messages(error).join(': ').replaceAll(apiKey, '[OPENAI_API_KEY]'));
}

function messages(error: unknown): string[] {
  return error === undefined ? [] : [toError(error).message, ...messages(causeOf(error))];
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}
