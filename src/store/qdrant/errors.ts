import { z } from 'zod';

import { BadUserInputError, PublicError } from '../../errors/errors.js';
import { parseRetryAfter } from '../../errors/retry-after.js';

/** Context of a failed request, for the message. */
export interface ErrorContext {
  /** Name of the server in messages; never contains a key. */
  server: string;
  collection: string;
  timeoutMs: number;
}

/** What is known about a failure, from the classes of `http.ts` or of Node. */
const Failure = z.object({
  name: z.string().catch(''),
  status: z.number().optional().catch(undefined),
  /** The reason that Qdrant gives. */
  data: z
    .object({ status: z.object({ error: z.string() }) })
    .optional()
    .catch(undefined),
  retryAfter: z.string().optional().catch(undefined),
  code: z.string().optional().catch(undefined),
});

const TIMEOUT_NAMES = ['TimeoutError', 'AbortError'];
/** One of several servers was silent and failed its health check, see `nodes.ts`. */
const UNRESPONSIVE_NAME = 'UnresponsiveError';
/**
 * A successful answer that makes no sense, see `http.ts`. Its message quotes the answer and must not reach clients.
 */
const UNEXPECTED_NAME = 'UnexpectedAnswerError';

const NO_COLLECTION = 'Not found: Collection';
const NO_POINT = /^Not found: No point with id (\S+) found/;
/** Errors that every such query would cause, because the collection has another layout. */
const OTHER_LAYOUT = /No (range|appropriate) index|Index required|Not existing vector name/;

/** Converts anything that a request to Qdrant threw to a `PublicError`, with the original as `cause`. */
export function toPublicError(thrown: unknown, context: ErrorContext): PublicError {
  if (thrown instanceof PublicError) return thrown;
  const failure = Failure.safeParse(thrown).data;
  const [code, message, hint] = failure ? explainFailure(failure, context) : unexpected(context);
  const options = {
    cause: thrown,
    hint,
    retryAfterMs: parseRetryAfter(failure?.retryAfter),
    lasting: isLasting(failure) || code === 'BAD_USER_INPUT',
  };
  return code === 'BAD_USER_INPUT'
    ? new BadUserInputError(message, [], options)
    : new PublicError(code, message, options);
}

/** Whether a request failed because the collection does not exist. */
export function isMissingCollection(thrown: unknown): boolean {
  const reason = Failure.safeParse(thrown).data?.data?.status.error;
  return reason?.startsWith(NO_COLLECTION) ?? false;
}

/** The id of the point that a request named and that does not exist; undefined for every other failure. */
export function missingPointOf(thrown: unknown): string | undefined {
  return NO_POINT.exec(Failure.safeParse(thrown).data?.data?.status.error ?? '')?.[1];
}

/**
 * Whether the failure stays the same until an operator fixes the cause: a key, the collection, the request.
 */
function isLasting(failure: z.infer<typeof Failure> | undefined): boolean {
  const status = failure?.status;
  if (failure?.data?.status.error.startsWith(NO_COLLECTION)) return true;
  return status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/** The code, the public message, and the hint for the operator. */
type Explained = ['BAD_USER_INPUT' | 'STORE_UNAVAILABLE' | 'RATE_LIMITED' | 'TIMEOUT', string, string?];

function explainFailure(failure: z.infer<typeof Failure>, context: ErrorContext): Explained {
  const { name, status, retryAfter, code } = failure;
  if (name === UNEXPECTED_NAME) return unexpected(context);
  if (status === 408 || TIMEOUT_NAMES.includes(name)) {
    return ['TIMEOUT', `${context.server} did not answer within ${context.timeoutMs} ms`];
  }
  if (name === UNRESPONSIVE_NAME) {
    return ['STORE_UNAVAILABLE', `${context.server} does not respond`, 'Check that it runs, and QDRANT_URL'];
  }
  if (status === 429) return rateLimited(retryAfter, context);
  if (status !== undefined) return explainStatus(status, failure.data?.status.error ?? '', context);
  if (code !== undefined) return explainConnection(code, context);
  return unexpected(context);
}

function rateLimited(retryAfter: string | undefined, { server }: ErrorContext): Explained {
  const waitMs = parseRetryAfter(retryAfter);
  const when = waitMs === undefined ? 'later' : `in ${Math.ceil(waitMs / 1_000)} s`;
  return ['RATE_LIMITED', `${server} gets too many requests; try again ${when}`];
}

function explainStatus(status: number, reason: string, { server, collection }: ErrorContext): Explained {
  const isInput = (status === 400 || status === 422) && reason !== '';
  if (status === 401 || status === 403) {
    const cure = `${server} refuses access (status ${status}). Check QDRANT_API_KEY`;
    return ['STORE_UNAVAILABLE', 'The store of papers is not available at the moment', cure];
  }
  if (status === 409) return ['STORE_UNAVAILABLE', `The collection ${collection} already exists`];
  if (reason.startsWith(NO_COLLECTION)) {
    return [
      'STORE_UNAVAILABLE',
      `The collection ${collection} does not exist`,
      'Ingest papers into it first',
    ];
  }
  if (isInput && OTHER_LAYOUT.test(reason)) {
    return [
      'STORE_UNAVAILABLE',
      `The collection ${collection} lacks what this request needs`,
      `Qdrant says: "${reason}"`,
    ];
  }
  const point = NO_POINT.exec(reason)?.[1];
  if (point !== undefined) {
    return ['BAD_USER_INPUT', `The collection ${collection} has no paper with point id ${point}`];
  }
  if (isInput) return ['BAD_USER_INPUT', `${server} refuses the request: ${reason}`];
  return ['STORE_UNAVAILABLE', `${server} failed (status ${status})`];
}

function explainConnection(code: string, { server }: ErrorContext): Explained {
  switch (code) {
    case 'ECONNREFUSED':
      return ['STORE_UNAVAILABLE', `${server} refuses connections`, 'Check that it runs, and QDRANT_URL'];
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return ['STORE_UNAVAILABLE', `${server} cannot be found (${code})`, 'Check QDRANT_URL'];
    default:
      return ['STORE_UNAVAILABLE', `The connection to ${server} failed (${code})`];
  }
}

function unexpected({ server }: ErrorContext): Explained {
  return ['STORE_UNAVAILABLE', `${server} did not answer as Qdrant does`, 'Check QDRANT_URL'];
}

/**
 * The error of one request among several. Throws if the failure is the server's, which affects all of them.
 */
export function onlyOwnFaults(thrown: unknown): Error {
  if (thrown instanceof PublicError && thrown.code === 'BAD_USER_INPUT') return thrown;
  throw thrown;
}
