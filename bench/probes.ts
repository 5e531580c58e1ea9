import type { Probe } from './requests.js';
import type { Embedder } from '../src/embedding/embedder.js';
import type { PaperPayload } from '../src/papers/payload.js';

/** Titles as queries, without "by", because the words after it would become a filter on authors. */
export async function toProbes(papers: readonly PaperPayload[], embedder: Embedder): Promise<Probe[]> {
  const queries = papers.map(({ title }) => title.replace(/\bby\b/gi, ''));
  const vectors = await embedder.embed(queries);
  return queries.map((query, at) => {
    const vector = vectors[at];
    if (!(vector instanceof Float32Array))
      throw new Error(`"${query}" could not be embedded`, { cause: vector });
    return { query, vector };
  });
}
