import { APIConnectionError, APIError } from 'openai';
import { readRetryAfter } from './rate-gate.js';
import { PublicError, toError, type PublicErrorOptions } from '../../errors/errors.js';
import { AnswerTooLargeError } from '../../read-answer.js';

/**
 * The service did not take these texts, or made nothing of them: one of them may be at fault, or their number, or the
 * service itself. `requests.ts` finds out which.
 */
export class SuspectTextsError extends Error {
  override readonly name = 'SuspectTextsError';

  constructor(
    /** What becomes of a text that is at fault. */
    readonly ofText: PublicError,
    /** What it is when the service is at fault, whatever the text. */
    readonly ofService: PublicError,
    /** `refused`: with the client's error as reason. `failed`: without one, so that it may pass. */
    readonly kind: 'refused' | 'failed' | 'unusable',
    /** Whether the service spoke of tokens when it refused. */
    readonly isAboutTokens = false,
  ) {
    super(ofText.message);
  }
}

/**
 * The client's error as one of ours. The service's words go into the hint, for the operator.
 *
 * @param apiKey is cut out of them: services quote a key that they refuse.
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

/** Servers without keys are given something short, such as `x` or `none`, which may be part of any sentence. */
function isSecret(apiKey: string): boolean {
  return apiKey.length >= 8;
}

/** With the type parameters that `instanceof` leaves open. */
export function isApiError(error: unknown): error is APIError {
  return error instanceof APIError;
}

/** What OpenAI says, as `code` or as `type`, when it waits for money rather than for time. */
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

/** One text may be what a server fails on, unless it says that it will be well again by itself. */
function toFailure(status: number, words: string, cause: Error, retryAfterMs: number | undefined): Error {
  // 424 is how TEI says that the model failed on what it was given.
  const isOfServer = status >= 500 || status === 424;
  const isPassing = isOfServer || status === 408 || status === 409 || status === 425;
  if (!isPassing) return misconfigured(`rejected the request (${status})`, words, { cause, lasting: true });
  const options = { cause, retryAfterMs, hint: words };
  const failure = unusable(`failed (${status}); try again later`, options);
  if (!isOfServer || retryAfterMs !== undefined) return failure;
  const ofText = unusable(`failed on this text (${status})`, { ...options, lasting: true });
  return new SuspectTextsError(ofText, failure, 'failed');
}

/** @param what that the embedding API did, as the end of a sentence. */
export function unusable(what: string, options?: PublicErrorOptions): PublicError {
  return new PublicError('EMBEDDING_UNAVAILABLE', `The embedding API ${what}`, options);
}

/**
 * What only an operator can cure, such as a wrong key, model or address. Clients learn that texts cannot be embedded, and
 * the hint has the rest.
 *
 * @param what that the embedding API did, as the end of a sentence.
 * @param detail whole sentences: its words, what to check.
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
