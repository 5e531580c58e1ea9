/** Stable values of `extensions.code` for clients, in addition to GraphQL's own parse and validation codes. */
export type PublicCode =
  | 'BAD_USER_INPUT'
  | 'NOT_FOUND'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'OPERATION_TOO_EXPENSIVE'
  | 'EMBEDDING_UNAVAILABLE'
  | 'STORE_UNAVAILABLE'
  | 'RATE_LIMITED'
  | 'TIMEOUT'
  | 'OVERLOADED'
  | 'CLIENT_GONE'
  | 'INTERNAL_SERVER_ERROR';

export interface PublicErrorOptions extends ErrorOptions {
  /** Time that the dependency asks to wait before a retry. */
  retryAfterMs?: number | undefined;
  /** Whether retrying is useless until an operator fixes the cause, such as a rejected key or an exhausted quota. */
  lasting?: boolean | undefined;
  /**
   * Information for the operator: what to check, the dependency's own message. For the log and the console, not for
   * clients.
   */
  hint?: string | undefined;
}

/** Codes of errors that a retry may fix, unless the error is lasting. */
const PASSING: readonly PublicCode[] = [
  'EMBEDDING_UNAVAILABLE',
  'STORE_UNAVAILABLE',
  'RATE_LIMITED',
  'TIMEOUT',
  'OVERLOADED',
];

/** An error whose message is meant for the client. All other errors are masked. */
export class PublicError extends Error {
  override readonly name: string = 'PublicError';
  readonly retryAfterMs: number | undefined;
  readonly lasting: boolean;
  readonly hint: string | undefined;

  constructor(
    readonly code: PublicCode,
    message: string,
    { retryAfterMs, lasting = code === 'BAD_USER_INPUT', hint, ...options }: PublicErrorOptions = {},
  ) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
    this.lasting = lasting;
    this.hint = hint;
  }

  /** Whether the same request may succeed later without any change. */
  get isRetryable(): boolean {
    return PASSING.includes(this.code) && !this.lasting;
  }
}

/** Invalid input. `argumentPath` leads to it from the field's arguments: `['filter', 'or', 2, 'title']`. */
export class BadUserInputError extends PublicError {
  override readonly name = 'BadUserInputError';

  constructor(
    message: string,
    readonly argumentPath: readonly (string | number)[] = [],
    options?: PublicErrorOptions,
  ) {
    super('BAD_USER_INPUT', message, options);
  }
}

/** The reason for stopping work after the client closed its connection. Nobody waits for it, so it is not logged. */
export class ClientGoneError extends PublicError {
  override readonly name = 'ClientGoneError';

  constructor() {
    super('CLIENT_GONE', 'The client closed the connection before it was answered');
  }
}

/** An operation that may exceed, or exceeded, a limit of the server. */
export class TooExpensiveError extends PublicError {
  override readonly name = 'TooExpensiveError';

  /**
   * @param what together with `unit` makes the message: "The operation may cost 120000 units; at most 100000 are
   * allowed".
   */
  constructor(
    what: string,
    readonly unit: 'units' | 'bytes',
    readonly requested: number,
    readonly allowed: number,
  ) {
    super(
      'OPERATION_TOO_EXPENSIVE',
      `The operation ${what} ${requested} ${unit}; at most ${allowed} are allowed. ` +
        'Ask for smaller pages, shorter lists, fewer aliases or fewer conditions',
      { lasting: true },
    );
  }
}

/** A reason not to start, addressed to the operator: printed without a stack, with exit code 1. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}

/** The error for the operator: its message, and what to do about it. */
export function toOperatorMessage(error: Error): string {
  const hint = error instanceof PublicError ? error.hint : undefined;
  return hint === undefined ? error.message : `${error.message}. ${hint}`;
}

/** The thrown value as an Error, so that `cause` and logs always have one. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
}

/** An error of an HTTP request, with its status; the message is meant for the client. */
export function httpError(statusCode: number, message: string): Error & { statusCode: number } {
  return Object.assign(new Error(message), { statusCode });
}
