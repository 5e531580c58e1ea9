/** Dollars for a million tokens, as of November 2026 (https://platform.openai.com/docs/pricing#embeddings). */
const DOLLARS_PER_MILLION: Readonly<Record<string, number>> = {
  'text-embedding-3-small': 0.02,
  'text-embedding-3-large': 0.13,
  'text-embedding-ada-002': 0.1,
};

/** The price of embedding this many tokens, in dollars; null if the model's price is not known. */
export function estimateCost(embedderId: string, tokens: number): number | null {
  if (embedderId.startsWith('local:')) return 0;
  const model = embedderId.replace(/^openai:/, '').replace(/@\d+$/, '');
  const price = DOLLARS_PER_MILLION[model];
  return price === undefined ? null : (tokens / 1_000_000) * price;
}
