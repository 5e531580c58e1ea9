import type { IncomingMessage } from 'node:http';
import { importOnce } from './import-once.js';

/** What the embeddings endpoint of the OpenAI API rejects, and its error messages. */

/** Loaded once in each worker, because it contains 100,000 tokens. */
export const { countTokens } = await importOnce<typeof import('gpt-tokenizer/encoding/cl100k_base')>(
  'gpt-tokenizer/encoding/cl100k_base',
);

export interface ApiError {
  message: string;
  type: string;
  param: string | null;
  code: string | null;
}

export interface EmbeddingsRequest {
  model: string;
  input: string | string[];
  encoding_format?: string;
  dimensions?: number;
}

export interface Model {
  dimension: number;
  /** Whether the model accepts `dimensions`. */
  shortens: boolean;
}

export interface Rules {
  apiKey: string;
  models: Readonly<Record<string, Model>>;
  /** Whether this is a compatible server rather than OpenAI's own; it does not support base64. */
  compatible: boolean;
  /** Path and query of the only endpoint. */
  address: string;
}

interface Refusal {
  status: number;
  error: ApiError;
}

export type Verdict =
  /** An accepted request. */
  | { body: EmbeddingsRequest }
  /** A well-formed request that is rejected. */
  | (Refusal & { body: EmbeddingsRequest })
  /** Not a request for embeddings, or without a valid key. */
  | (Refusal & { body?: never });

const KNOWN_ARGUMENTS = new Set(['model', 'input', 'encoding_format', 'dimensions', 'user']);
const MAX_INPUTS = 2_048;
const MAX_TOKENS_PER_INPUT = 8_192;
const MAX_TOKENS = 300_000;

export function judge(request: IncomingMessage, text: string, rules: Rules): Verdict {
  const unreadable = refuseEnvelope(request, rules);
  if (unreadable) return unreadable;
  const body = parseBody(text);
  if (!isEmbeddingsRequest(body)) return badRequest("'$.input' is invalid.", null);
  const refused = refuseModel(body, rules) ?? refuseArguments(body) ?? refuseInputs([body.input].flat());
  return refused ? { ...refused, body } : { body };
}

function refuseEnvelope(
  { method, url, headers }: IncomingMessage,
  { apiKey, address }: Rules,
): Refusal | undefined {
  if (url !== address) return refuse(404, `Invalid URL (${method} ${url})`, null, 'unknown_url');
  if (method !== 'POST')
    return refuse(405, `Not allowed to ${method} on ${url}`, null, 'method_not_supported');
  if (!headers.authorization) return refuse(401, 'You did not provide an API key.', null, null);
  if (headers.authorization !== `Bearer ${apiKey}`) {
    const given = headers.authorization.replace('Bearer ', '');
    return refuse(401, `Incorrect API key provided: ${given}.`, null, 'invalid_api_key');
  }
  if (!headers['content-type']?.startsWith('application/json')) {
    return badRequest('The content type must be application/json.', null);
  }
  return undefined;
}

function refuseModel(
  { model, dimensions, encoding_format: format }: EmbeddingsRequest,
  { models, compatible }: Rules,
): Refusal | undefined {
  const known = models[model];
  if (!known) return refuse(404, `The model \`${model}\` does not exist.`, null, 'model_not_found');
  if (dimensions !== undefined && !known.shortens) {
    return badRequest('This model does not support specifying dimensions.', null);
  }
  if (dimensions !== undefined && !(dimensions >= 1 && dimensions <= known.dimension)) {
    return badRequest(`Invalid value for 'dimensions' = ${dimensions}.`, 'dimensions');
  }
  if (compatible && format === 'base64') return badRequest('Unknown encoding_format.', 'encoding_format');
  return undefined;
}

function refuseArguments(body: EmbeddingsRequest): Refusal | undefined {
  const unknown = Object.keys(body).find((name) => !KNOWN_ARGUMENTS.has(name));
  if (unknown) return badRequest(`Unrecognized request argument supplied: ${unknown}`, null);
  const format = body.encoding_format ?? 'float';
  if (format !== 'float' && format !== 'base64') {
    return badRequest(`Invalid value for encoding_format: '${format}'.`, 'encoding_format');
  }
  return undefined;
}

function refuseInputs(inputs: readonly string[]): Refusal | undefined {
  if (inputs.length === 0 || inputs.length > MAX_INPUTS || inputs.includes('')) {
    return badRequest("'$.input' is invalid.", null);
  }
  if (inputs.some((input) => /\p{Surrogate}/u.test(input))) return badRequest('Invalid Unicode.', null);
  const tokens = inputs.map((input) => countTokens(input, { disallowedSpecial: new Set() }));
  const tooLong = tokens.find((count) => count > MAX_TOKENS_PER_INPUT);
  if (tooLong !== undefined) {
    return badRequest(`This model's maximum context length is 8192 tokens, you requested ${tooLong}.`, null);
  }
  const sum = tokens.reduce((total, count) => total + count, 0);
  return sum > MAX_TOKENS
    ? refuse(400, `Requested ${sum} tokens, max 300000 tokens per request`, null, 'max_tokens_per_request')
    : undefined;
}

function isEmbeddingsRequest(body: unknown): body is EmbeddingsRequest {
  if (typeof body !== 'object' || body === null || !('input' in body) || !('model' in body)) return false;
  const inputs: unknown[] = [body.input].flat();
  return typeof body.model === 'string' && inputs.every((input) => typeof input === 'string');
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function badRequest(message: string, param: string | null): Refusal {
  return refuse(400, message, param, null);
}

function refuse(status: number, message: string, param: string | null, code: string | null): Refusal {
  return { status, error: { message, type: 'invalid_request_error', param, code } };
}
