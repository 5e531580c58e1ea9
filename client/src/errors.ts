/** An error of an answer, as `docs/clients.md` describes it. */
export interface PaperQLErrorDetails {
  message: string;
  /** Where in `data` something is missing: `["search"]`. Absent when nothing was executed. */
  path?: readonly (string | number)[];
  /** The kind of error: `BAD_USER_INPUT`, `TIMEOUT`, … */
  code: string;
  /** Whether the same request may succeed later. */
  isRetryable: boolean;
  /** When to ask again, where that is known. */
  retryAfterMs?: number;
  /** The way from the field's arguments to the value at fault. */
  argumentPath?: readonly (string | number)[];
}

/** What came back with the errors. */
export interface FailedAnswer {
  /** What was answered nevertheless; fields with errors are null. */
  data?: unknown;
  /** The status of the HTTP response; absent when there was none. */
  status?: number;
  /** The id by which the server's log knows the request. */
  requestId?: string;
}

/**
 * A request that failed, in whole or in part: with the properties of its first error, and all of them in `errors`. Besides
 * the codes of the API there are `NETWORK_ERROR` (no response) and `BAD_RESPONSE` (a response that is not GraphQL, such as
 * the page of a proxy).
 */
export class PaperQLError extends Error implements PaperQLErrorDetails {
  override readonly name = 'PaperQLError';
  readonly code: string;
  readonly path?: readonly (string | number)[];
  readonly isRetryable: boolean;
  readonly retryAfterMs?: number;
  readonly argumentPath?: readonly (string | number)[];
  readonly errors: readonly PaperQLErrorDetails[];
  readonly data?: unknown;
  readonly status?: number;
  readonly requestId?: string;

  constructor(
    errors: readonly [PaperQLErrorDetails, ...PaperQLErrorDetails[]],
    answer: FailedAnswer = {},
    options?: ErrorOptions,
  ) {
    const [first] = errors;
    super(first.message, options);
    this.code = first.code;
    this.isRetryable = first.isRetryable;
    if (first.path) this.path = first.path;
    if (first.retryAfterMs !== undefined) this.retryAfterMs = first.retryAfterMs;
    if (first.argumentPath) this.argumentPath = first.argumentPath;
    this.errors = errors;
    Object.assign(this, answer);
  }
}
