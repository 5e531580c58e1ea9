import OpenAI from 'openai';
import { createBoundedFetch } from './bounded-fetch.js';
import { isApiError, toOurError } from './errors.js';
import type { OpenAiModel } from './model.js';
import type { RateHeaders } from './rate-gate.js';
import { readEmbeddings, type EncodingFormat } from './read-embeddings.js';
import { countTokens } from './tokens.js';
import { StartupError } from '../../errors/errors.js';
import type { EmbeddingOutcome } from '../embedder.js';

const OPENAI_URL = 'https://api.openai.com/v1';

/** The limit of answers: a number as text takes some 20 bytes, an error page a few thousand. */
const MAX_BYTES_PER_NUMBER = 64;
const MAX_BYTES_BESIDE = 1_000_000;

/** The signal ends a request. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;

export interface ClientOptions {
  apiKey: string;
  /** A compatible server instead of OpenAI; its query string is sent with every request. */
  baseUrl: string | undefined;
  model: OpenAiModel;
  /** Called with the tokens of each answered request. */
  onTokens: (tokens: number) => void;
  /** Called with the headers of each answer, and whether there were too many requests. */
  onHeaders: (headers: RateHeaders, isRefused: boolean) => void;
}

/**
 * Sends one request for these texts. Returns an outcome for each, in order. Throws a `PublicError` or
 * `SuspectTextsError`; something else if the signal is aborted.
 */
export type RequestEmbeddings = (
  texts: readonly string[],
  signal: AbortSignal,
) => Promise<EmbeddingOutcome[]>;

/** Parameters that are not essential, and that some servers do not know. */
interface OptionalParameters {
  dimensions?: number | undefined;
  encoding_format?: EncodingFormat | undefined;
}

/**
 * @throws StartupError if the key or URL cannot be sent.
 */
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
    // base64 takes a quarter of the bytes, but compatible servers may not know it.
    encoding_format: baseUrl === undefined ? 'base64' : 'float',
  };

  /**
   * Retries without a parameter that the server rejects by name. If that helps, later requests omit it, too.
   */
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
    return readEmbeddings(await response.text(), {
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
    // Azure has the version of its API in the query, and takes the key in a separate header.
    defaultQuery: Object.fromEntries(searchParams),
    ...(searchParams.has('api-version') && { defaultHeaders: { 'api-key': apiKey } }),
    // Otherwise the SDK would read these from the environment instead of our configuration, and bypass our log.
    adminAPIKey: null,
    organization: null,
    project: null,
    logLevel: 'off',
    // The SDK's retries would wait as long as the server asks for, and its time limit covers one attempt up to the
    // headers.
    maxRetries: 0,
    timeout: NO_TIMEOUT_MS,
  });
}

/** Rejects what `fetch` would reject later, with a message that quotes it. */
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

/**
 * Statuses for a request with an unknown parameter; 500 if the server passes it on to a function that does not accept
 * it.
 */
const REFUSING: ReadonlySet<unknown> = new Set([400, 422, 500]);
const NAMES = { dimensions: /\bdimensions?\b/i, encoding_format: /\bencoding[_ ]?format\b/i };

/** Few servers set `param`; the others name it in the message. */
function findRefused(error: unknown, parameters: OptionalParameters): keyof OptionalParameters | undefined {
  if (!isApiError(error) || !REFUSING.has(error.status)) return undefined;
  const words = `${error.param ?? ''} ${error.message}`;
  return (['dimensions', 'encoding_format'] as const).find(
    (name) => parameters[name] !== undefined && NAMES[name].test(words),
  );
}
