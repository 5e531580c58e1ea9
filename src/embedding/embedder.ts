/** What a text is for. For some models, queries and passages begin differently. */
export type TextKind = 'query' | 'passage';

/** Prefixes that precede a text exactly as written; both are empty if the model needs none. */
export type Prefixes = Readonly<Record<TextKind, string>>;

export const NO_PREFIXES: Prefixes = { query: '', passage: '' };

export interface EmbedOptions {
  /** Default: `passage`, the text of a paper or a part of it. */
  kind?: TextKind | undefined;
  /**
   * Aborted when the caller has left. The call then rejects with the signal's reason, nothing more is sent or computed
   * for it, and requests in flight are ended.
   */
  signal?: AbortSignal | undefined;
  /**
   * Time limit of the caller, including waits before retries; default: the limit of the adapter.
   */
  timeoutMs?: number | undefined;
}

/** The outcome of a text: its embedding, not necessarily of unit length, or the error of that text alone. */
export type EmbeddingOutcome = Float32Array | Error;

/**
 * Turns texts into embeddings. Adapters keep to their model's limits: they cut a text that is too long for the model
 * by tokens, and split a call that is too large for the provider.
 */
export interface Embedder {
  /**
   * Provider and model, as stored with a collection: `local:all-MiniLM-L6-v2`, `openai:text-embedding-3-small`.
   */
  readonly id: string;
  /** Number of dimensions of an embedding. */
  readonly dimension: number;
  /**
   * Why it cannot embed anything, if that was already known when it was opened; `check` fails with the same error.
   */
  readonly problem?: Error;
  /** Prefixes of its texts. They are part of the identity of a collection's embeddings. */
  readonly prefixes: Prefixes;
  /**
   * One outcome per text, in order. The promise is rejected only if the whole call failed (`PublicError`:
   * EMBEDDING_UNAVAILABLE, RATE_LIMITED or TIMEOUT), or with the reason of its signal. No text may be empty.
   */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<EmbeddingOutcome[]>;
  /** Number of tokens that the model would read of these texts, after cutting them. */
  countTokens(texts: readonly string[]): Promise<number>;
  /** Number of tokens that the model has read so far, as its provider bills them. */
  tokensUsed(): number;
  /** Checks that the model can be reached and loaded; throws a `PublicError` if not. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** The part that serving needs. Loads also count tokens. */
export type ServingEmbedder = Omit<Embedder, 'countTokens' | 'tokensUsed'>;

/**
 * The text of a paper to embed, with white space collapsed. Its template is part of a collection's identity.
 */
export function toEmbeddedText(paper: { title: string; abstract: string }): string {
  return `${paper.title}. ${paper.abstract}`.replace(/\s+/gu, ' ').trim();
}

/** Names the template of `toEmbeddedText` in a collection's metadata. */
export const EMBEDDED_TEXT_TEMPLATE = 'title. abstract';

/** The outcome of a text for which the embedder returned none. */
export function noOutcome(): Error {
  return new Error('The embedder returned no outcome for this text');
}
