import { APIConnectionError, APIError } from 'openai';
import { readRetryAfter } from './rate-gate.js';
import { PublicError, toError, type PublicErrorOptions } from '../../errors/errors.js';
import { AnswerTooLargeError } from '../../outgoing-requests.js';

/**
 * The service rejected these texts, or returned nothing usable. The cause may be one of the texts, their number, or
 * the service itself; `requests.ts` finds out which.
 */
export class SuspectTextsError extends Error {
  override readonly name = 'SuspectTextsError';

  constructor(
    /** The error of a text that is the cause. */
    readonly ofText: PublicError,
    /** The error if the service is the cause, whatever the text. */
    readonly ofService: PublicError,
    /** `refused`: with a reason, the client's error. `failed`: without one, so it may pass. */
    readonly kind: 'refused' | 'failed' | 'unusable',
    /** Whether the service mentioned tokens in its rejection. */
    readonly isAboutTokens = false,
  ) {
    super(ofText.message);
  }
}

/**
 * Converts the client's error. The service's message goes into the hint, for the operator.
 *
 * @param apiKey is removed from the message, because services quote a key that they reject.
 */
export function toOurError(thrown: unknown, model: string, apiKey: string): Error {
  if (thrown instanceof PublicError || thrown instanceof SuspectTextsError) return thrown;
  const error = causeOf(thrown) instanceof AnswerTooLargeError ? causeOf(thrown) : thrown;
  const words = messages(error).join(': ');
  const cause = new Error(isSecret(apiKey) ? words.replaceAll(apiKey, '[OPENAI_API_KEY]') : words);
  if (error instanceof AnswerTooLargeError) {
    return misconfigured(
      'returned an answer that is larger than the embeddings can be',
      `${error.message}. Check OPENAI_EMBEDDING_MODEL and EMBEDDING_DIMENSIONS`,
      { cause, lasting: true },
    );
  }
  if (error instanceof APIConnectionError) {
    return unusable('cannot be reached', {
      cause,
      hint: `${cause.message}. Check the network and OPENAI_BASE_URL`,
    });
  }
  return isApiError(error) ? toStatusError(error, model, cause) : notEmbeddings(cause);
}

/** Servers without keys get something short, such as `x` or `none`, which may be part of any sentence. */
function isSecret(apiKey: string): boolean {
  return apiKey.length >= 8;
}

/** Sets the type parameters that `instanceof` leaves open. */
export function isApiError(error: unknown): error is APIError {
  return error instanceof APIError;
}

/** OpenAI's `code` or `type` if it waits for payment rather than for time. */
const UNPAID = ['insufficient_quota', 'billing_not_active', 'billing_hard_limit_reached'];

function toStatusError({ status = 0, code, type, headers }: APIError, model: string, cause: Error): Error {
  // The client's message begins with the status.
  const words = `It says: "${cause.message.replace(/^\d+ /, '')}"`;
  const lasting = { cause, lasting: true };
  const retryAfterMs = headers && readRetryAfter(headers);
  switch (status) {
    case 400:
    case 413:
    case 422:
      return new SuspectTextsError(
        unusable('rejected this text', { ...lasting, hint: words }),
        misconfigured(
          `rejects every text (${status})`,
          `${words}. Check OPENAI_EMBEDDING_MODEL ("${model}"), OPENAI_BASE_URL and EMBEDDING_DIMENSIONS`,
          lasting,
        ),
        'refused',
        /token/i.test(words),
      );
    case 401:
    case 403:
      return misconfigured(`rejected the key (${status})`, `${words}. Check OPENAI_API_KEY`, lasting);
    case 404:
      return misconfigured(
        `does not know the model (${status})`,
        `${words}. Check OPENAI_EMBEDDING_MODEL ("${model}") and OPENAI_BASE_URL`,
        lasting,
      );
    case 429: {
      if (UNPAID.some((each) => each === code || each === type))
        return misconfigured('says that the quota is used up', words, lasting, 'RATE_LIMITED');
      const options = { cause, retryAfterMs, hint: words };
      return new PublicError(
        'RATE_LIMITED',
        'The embedding API received too many requests; try again later',
        options,
      );
    }
    default:
      return toFailure(status, words, cause, retryAfterMs);
  }
}

/** A single text may cause a server's failure, unless the server says that it will recover by itself. */
function toFailure(status: number, words: string, cause: Error, retryAfterMs: number | undefined): Error {
  // TEI answers 424 if the model failed on its input.
  const isOfServer = status >= 500 || status === 424;
  const isPassing = isOfServer || status === 408 || status === 409 || status === 425;
  if (!isPassing) return misconfigured(`rejected the request (${status})`, words, { cause, lasting: true });
  const options = { cause, retryAfterMs, hint: words };
  const failure = unusable(`failed (${status}); try again later`, options);
  if (!isOfServer || retryAfterMs !== undefined) return failure;
  const ofText = unusable(`failed on this text (${status})`, { ...options, lasting: true });
  return new SuspectTextsError(ofText, failure, 'failed');
}

/**
 * @param what completes a sentence that begins with the embedding API.
 */
export function unusable(what: string, options?: PublicErrorOptions): PublicError {
  return new PublicError('EMBEDDING_UNAVAILABLE', `The embedding API ${what}`, options);
}

/**
 * A problem that only an operator can fix, such as a wrong key, model or address. Clients learn that texts cannot be
 * embedded; the hint contains the rest.
 *
 * @param what completes a sentence that begins with the embedding API.
 * @param detail whole sentences: the API's message, and what to check.
 */
export function misconfigured(
  what: string,
  detail: string,
  options?: Omit<PublicErrorOptions, 'hint'>,
  code: 'EMBEDDING_UNAVAILABLE' | 'RATE_LIMITED' = 'EMBEDDING_UNAVAILABLE',
): PublicError {
  const hint = `The embedding API ${what}. ${detail}`;
  return new PublicError(code, 'Texts cannot be embedded at the moment', { ...options, hint });
}

export function notEmbeddings(cause: Error): PublicError {
  return misconfigured(
    'returned something other than embeddings',
    `${cause.message}. Check OPENAI_BASE_URL`,
    {
      cause,
    },
  );
}

function messages(error: unknown): string[] {
  return error === undefined ? [] : [toError(error).message, ...messages(causeOf(error))];
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}
