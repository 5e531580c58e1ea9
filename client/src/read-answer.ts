import { PaperQLError, type FailedAnswer, type PaperQLErrorDetails } from './errors.js';

/** The data and error of an operation. */
export interface Answer<Data> {
  data: Data;
  /** Present if a field has an error; the field is null in `data`. */
  error?: PaperQLError;
}

/** Statuses of temporary failures, from a server or a proxy. */
const PASSING_STATUSES = new Set([408, 429, 502, 503, 504]);

/**
 * Reads a response of GraphQL over HTTP. It trusts the server that the data matches the document.
 *
 * @throws PaperQLError if nothing was executed.
 */
export function readAnswer<Data>(response: Response, text: string): Answer<Data> {
  const { status, headers } = response;
  const requestId = headers.get('x-request-id');
  const told: FailedAnswer = { status, ...(requestId !== null && { requestId }) };
  const answer = parse(text);
  const [first, ...rest] = isObject(answer) ? listOf(answer['errors']).map(toDetails) : [];
  const data = isObject(answer) ? answer['data'] : undefined;
  if (!first) {
    if (isObject(data)) return { data: data as Data };
    throw new PaperQLError([toBadResponse(response, text)], told);
  }
  const error = new PaperQLError([first, ...rest], { ...told, ...(isObject(data) && { data }) });
  if (!isObject(data)) throw error;
  return { data: data as Data, error };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toDetails(error: unknown): PaperQLErrorDetails {
  const { message, path, extensions } = isObject(error) ? error : {};
  const { code, isRetryable, retryAfterMs, argumentPath } = isObject(extensions) ? extensions : {};
  return {
    message: typeof message === 'string' ? message : 'The server reported an error without a message',
    code: typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR',
    isRetryable: isRetryable === true,
    ...(isPath(path) && { path }),
    ...(typeof retryAfterMs === 'number' && { retryAfterMs }),
    ...(isPath(argumentPath) && { argumentPath }),
  };
}

function toBadResponse({ status, headers }: Response, text: string): PaperQLErrorDetails {
  const kind = headers.get('content-type') ?? 'no content type';
  const retryAfterMs = readRetryAfter(headers.get('retry-after'));
  const isRetryable = PASSING_STATUSES.has(status);
  return {
    message: `Expected a GraphQL answer, but got status ${status} and ${kind}: ${text.slice(0, 100).trim()}`,
    code: 'BAD_RESPONSE',
    isRetryable,
    ...(isRetryable && retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** Converts seconds or a date (RFC 9110, section 10.2.3) to milliseconds from now. */
function readRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPath(value: unknown): value is (string | number)[] {
  return Array.isArray(value) && value.every((step) => typeof step === 'string' || typeof step === 'number');
}
