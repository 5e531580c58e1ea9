/** An error in an answer, as described in `docs/clients.md`. */
export interface PaperQLErrorDetails {
  message: string;
  /** Path of the missing field in `data`: `["search"]`. Absent if nothing was executed. */
  path?: readonly (string | number)[];
  /** The kind of error: `BAD_USER_INPUT`, `TIMEOUT`, … */
  code: string;
  /** Whether the same request may succeed later. */
  isRetryable: boolean;
  /** How long to wait before a retry, if known. */
  retryAfterMs?: number;
  /** Path from the field's arguments to the invalid value. */
  argumentPath?: readonly (string | number)[];
}

/** What was received besides the errors. */
export interface FailedAnswer {
  /** The data that was returned; fields with errors are null. */
  data?: unknown;
  /** The status of the HTTP response; absent if there was none. */
  status?: number;
  /** The id of the request in the server's log. */
  requestId?: string;
}

/**
 * A request that failed completely or in part. It has the properties of the first error, and all errors in `errors`. In addition
 * to the API's codes, `code` can be `NETWORK_ERROR` (no response) or `BAD_RESPONSE` (a response that is not GraphQL, such as a
 * proxy's error page).
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
