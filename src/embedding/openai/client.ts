import OpenAI from 'openai';
import { createBoundedFetch } from './bounded-fetch.js';
import { isApiError, toOurError } from './errors.js';
import type { OpenAiModel } from './model.js';
import type { RateHeaders } from './rate-gate.js';
import { readAnswer, type EncodingFormat } from './read-answer.js';
import type { Outcome } from './requests.js';
import { countEach } from './tokens.js';
import { StartupError } from '../../errors/errors.js';

const OPENAI_URL = 'https://api.openai.com/v1';

/** The bound of answers: a number as text takes some 20 bytes, an error's page a few thousand. */
const MAX_BYTES_PER_NUMBER = 64;
const MAX_BYTES_BESIDE = 1_000_000;

/** The end of a request comes by its signal. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;

export interface ClientOptions {
  apiKey: string;
  /** A compatible server instead of OpenAI; its query string is sent with every request. */
  baseUrl: string | undefined;
  model: OpenAiModel;
  /** Tokens of each request that was answered. */
  onTokens: (tokens: number) => void;
  /** Headers of each answer, and whether it was that there were too many requests. */
  onHeaders: (headers: RateHeaders, isRefused: boolean) => void;
}

/**
 * One request for these texts: an outcome for each, in order.
 *
 * Throws a `PublicError` or `SuspectTextsError`; something else when the signal is aborted.
 */
export type RequestEmbeddings = (texts: readonly string[], signal: AbortSignal) => Promise<Outcome[]>;

/** Parameters that a request can do without: some servers do not know them. */
interface OptionalParameters {
  dimensions?: number | undefined;
  encoding_format?: EncodingFormat | undefined;
}

/** @throws StartupError when key or URL cannot be sent. */
export function createClient({
  apiKey,
  baseUrl,
  model,
  onTokens,
  onHeaders,
}: ClientOptions): RequestEmbeddings {
  refuseUnsendable(apiKey, baseUrl);
  const client = createSdk(apiKey, baseUrl ?? OPENAI_URL);
  let optional: OptionalParameters = {
    dimensions: model.requestedDimensions,
    // A quarter of the bytes, which compatible servers may not know.
    encoding_format: baseUrl === undefined ? 'base64' : 'float',
  };

  /** Tries without a parameter that the server refuses by name, and stays without it where that helps. */
  async function post(texts: readonly string[], parameters: OptionalParameters, signal: AbortSignal) {
    try {
      const answer = await postOnce(texts, parameters, signal);
      optional = parameters;
      return answer;
    } catch (error) {
      const refused = findRefused(error, parameters);
      if (!refused) throw error;
      return post(texts, { ...parameters, [refused]: undefined }, signal);
    }
  }

  async function postOnce(texts: readonly string[], parameters: OptionalParameters, signal: AbortSignal) {
    const maxBytes = MAX_BYTES_BESIDE + texts.length * model.dimension * MAX_BYTES_PER_NUMBER;
    const body = { model: model.name, ...parameters, input: texts };
    const response = await client
      .withOptions({ fetch: createBoundedFetch(maxBytes) })
      .post('/embeddings', { body, signal })
      .asResponse();
    onHeaders(response.headers, false);
    return readAnswer(await response.text(), {
      count: texts.length,
      dimension: model.dimension,
      format: parameters.encoding_format,
    });
  }

  return async (texts, signal) => {
    try {
      const { outcomes, tokens } = await post(texts, optional, signal);
      onTokens(tokens ?? (await countTokens(texts)));
      return outcomes;
    } catch (error) {
      signal.throwIfAborted();
      if (isApiError(error) && error.headers) onHeaders(error.headers, error.status === 429);
      throw toOurError(error, model.name, apiKey);
    }
  };
}

function createSdk(apiKey: string, baseUrl: string): OpenAI {
  const { origin, pathname, searchParams } = new URL(baseUrl);
  return new OpenAI({
    apiKey,
    baseURL: origin + pathname,
    // Azure names the version of its API so, and takes the key in a header of its own.
    defaultQuery: Object.fromEntries(searchParams),
    ...(searchParams.has('api-version') && { defaultHeaders: { 'api-key': apiKey } }),
    // The SDK would read these from the environment, past our configuration; and it would log past our log.
    adminAPIKey: null,
    organization: null,
    project: null,
    logLevel: 'off',
    // Its retries would wait as long as the server asks for, and its limit is for one attempt up to the headers.
    maxRetries: 0,
    timeout: NO_TIMEOUT_MS,
  });
}

/** What `fetch` would refuse later, in a message that quotes it. */
function refuseUnsendable(apiKey: string, baseUrl: string | undefined): void {
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new StartupError('OPENAI_API_KEY: expected visible ASCII characters without spaces');
  }
  const { username, password } = new URL(baseUrl ?? OPENAI_URL);
  if (username || password) {
    throw new StartupError(
      'OPENAI_BASE_URL: expected a URL without user and password; set the key in OPENAI_API_KEY',
    );
  }
}

/** Statuses of a request with an unknown parameter; 500 where the server hands it on to a function that does not take it. */
const REFUSING: ReadonlySet<unknown> = new Set([400, 422, 500]);
const NAMES = { dimensions: /\bdimensions?\b/i, encoding_format: /\bencoding[_ ]?format\b/i };

/** Few servers fill in `param`; the others have its name among their words. */
function findRefused(error: unknown, parameters: OptionalParameters): keyof OptionalParameters | undefined {
  if (!isApiError(error) || !REFUSING.has(error.status)) return undefined;
  const words = `${error.param ?? ''} ${error.message}`;
  return (['dimensions', 'encoding_format'] as const).find(
    (name) => parameters[name] !== undefined && NAMES[name].test(words),
  );
}

async function countTokens(texts: readonly string[]): Promise<number> {
  const counts = await countEach(texts);
  return counts.reduce((sum, count) => sum + count, 0);
}
