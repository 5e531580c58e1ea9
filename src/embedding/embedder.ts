/**
 * Turns texts into embeddings. Adapters keep to their model's limits: a text longer than the model takes is cut by
 * tokens, a call larger than the provider takes is split.
 */
export interface Embedder {
  /** Provider and model, as kept with a collection: `local:all-MiniLM-L6-v2`, `openai:text-embedding-3-small`. */
  readonly id: string;
  /** Numbers in one embedding. */
  readonly dimension: number;
  /**
   * One outcome for each text, in order: its embedding (unit length not promised), or the error of that text alone.
   * The promise itself is rejected only when the whole call failed (`PublicError`: EMBEDDING_UNAVAILABLE,
   * RATE_LIMITED or TIMEOUT). No text may be empty.
   */
  embed(texts: readonly string[]): Promise<(Float32Array | Error)[]>;
  /** Tokens that the model would read of these texts, where it cuts them taken into account. */
  countTokens(texts: readonly string[]): Promise<number>;
  /** Tokens that the model has read so far, as its provider bills them. */
  tokensUsed(): number;
  /** Whether the model can be reached and loaded; throws a `PublicError` when not. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** The text of a paper that is embedded, white space collapsed. Its template is part of a collection's identity. */
export function toEmbeddedText(paper: { title: string; abstract: string }): string {
  return `${paper.title}. ${paper.abstract}`.replace(/\s+/gu, ' ').trim();
}

/** Names the template of `toEmbeddedText` in a collection's metadata. */
export const EMBEDDED_TEXT_TEMPLATE = 'title. abstract';
