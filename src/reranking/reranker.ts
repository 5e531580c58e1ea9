/** A model that reads a query together with each text, and judges how well the text answers it. */
export interface Reranker {
  /** Identifies the model and the service in logs. */
  readonly id: string;
  /**
   * One finite score per text, in order; higher is better.
   *
   * @throws RerankError; the signal's reason when it is aborted.
   */
  rerank(query: string, texts: readonly string[], signal: AbortSignal): Promise<number[]>;
}

/** Why a service gave no scores. The message is for the log. */
export class RerankError extends Error {
  override readonly name = 'RerankError';
  /** Time that the service asks to wait before the next call. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    { retryAfterMs, ...options }: ErrorOptions & { retryAfterMs?: number | undefined } = {},
  ) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }
}
