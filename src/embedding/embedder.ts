/** What a text is for. Some models are trained on queries and passages that begin differently. */
export type TextKind = 'query' | 'passage';

/** What a text is preceded by before it is embedded, word for word; both are empty where the model wants nothing. */
export type Prefixes = Readonly<Record<TextKind, string>>;

export const NO_PREFIXES: Prefixes = { query: '', passage: '' };

export interface EmbedOptions {
  /** `passage` when not given: the text of a paper, or a part of it. */
  kind?: TextKind | undefined;
  /**
   * Aborted when nobody waits for the embeddings any longer: the call rejects with the signal's reason, nothing more is
   * sent or computed for it, and requests under way are ended.
   */
  signal?: AbortSignal | undefined;
  /** Time that the caller has, waits before further tries included. Without it the adapter's own limit holds. */
  timeoutMs?: number | undefined;
}

/**
 * Turns texts into embeddings. Adapters keep to their model's limits: a text longer than the model takes is cut by
 * tokens, a call larger than the provider takes is split.
 */
export interface Embedder {
  /** Provider and model, as kept with a collection: `local:all-MiniLM-L6-v2`, `openai:text-embedding-3-small`. */
  readonly id: string;
  /** Numbers in one embedding. */
  readonly dimension: number;
  /** Why it can embed nothing, where that was known as it was opened; `check` fails with the same. */
  readonly problem?: Error;
  /** What it puts before each text. Part of what a collection's embeddings are. */
  readonly prefixes: Prefixes;
  /**
   * One outcome for each text, in order: its embedding (unit length not promised), or the error of that text alone.
   * The promise itself is rejected only when the whole call failed (`PublicError`: EMBEDDING_UNAVAILABLE,
   * RATE_LIMITED or TIMEOUT), or with the reason of its signal. No text may be empty.
   */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<(Float32Array | Error)[]>;
  /** Tokens that the model would read of these texts, where it cuts them taken into account. */
  countTokens(texts: readonly string[]): Promise<number>;
  /** Tokens that the model has read so far, as its provider bills them. */
  tokensUsed(): number;
  /** Whether the model can be reached and loaded; throws a `PublicError` when not. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** What serving needs of one; loads count what they spend, too. */
export type ServingEmbedder = Omit<Embedder, 'countTokens' | 'tokensUsed'>;

/** The text of a paper that is embedded, white space collapsed. Its template is part of a collection's identity. */
export function toEmbeddedText(paper: { title: string; abstract: string }): string {
  return `${paper.title}. ${paper.abstract}`.replace(/\s+/gu, ' ').trim();
}

/** Names the template of `toEmbeddedText` in a collection's metadata. */
export const EMBEDDED_TEXT_TEMPLATE = 'title. abstract';
