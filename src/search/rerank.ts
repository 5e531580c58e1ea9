import type { RankingSource } from './ranking.js';
import type { RerankExplanation, RerankOrder, ScoredHit } from './ranked-hit.js';
import type { PaperPayload } from '../papers/payload.js';

/** Number of best results that a reranking model reads. */
export const RERANK_WINDOW = 50;

/** The scores of the model in the order of the texts; or, for people, why there are none. */
export type RerankOutcome =
  { kind: 'scored'; scores: readonly number[] } | { kind: 'failed'; problem: string; cause: Error };

/** Scores texts by how well they answer the query; higher is better. Rejects only when the caller leaves. */
export type Rerank = (query: string, texts: readonly string[]) => Promise<RerankOutcome>;

interface Reranked {
  hits: ScoredHit[];
  /** For later pages; null if the order did not change. */
  order: RerankOrder | null;
  /** Why the order did not change. */
  failure?: Error;
}

/**
 * Orders the first hits by the scores of the model; ties keep their order. The scores of the hits do not change. If
 * the model fails, the order does not change either, and the explanations say so.
 *
 * @param hits best first, at least `RERANK_WINDOW` if there are as many.
 */
export async function rerankHits(
  source: Pick<RankingSource, 'retrieve'>,
  rerank: Rerank,
  query: string,
  hits: readonly ScoredHit[],
): Promise<Reranked> {
  const first = hits.slice(0, RERANK_WINDOW);
  if (first.length === 0) return { hits: [], order: null };
  const papers = await source.retrieve(
    first.map(({ id }) => id),
    ['title', 'abstract'],
  );
  const outcome = await rerank(
    query,
    first.map((_, at) => toText(papers[at]?.payload)),
  );
  if (outcome.kind === 'failed') {
    const { problem, cause } = outcome;
    return {
      hits: explainFirst(hits, () => ({ score: null, rank: null, problem })),
      order: null,
      failure: cause,
    };
  }
  const { scores } = outcome;
  const order = first.map((_, at) => at).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
  const moved = reorder(hits, order);
  return {
    hits: explainFirst(moved, (at) => ({
      score: scores[order[at] ?? at] ?? null,
      rank: at + 1,
      problem: null,
    })),
    order,
  };
}

/** The hits in the order of the first page; the scores of the model are no longer known. */
export function rerankAsBefore(hits: readonly ScoredHit[], order: RerankOrder | null): ScoredHit[] {
  if (order === null) {
    return explainFirst(hits, () => ({
      score: null,
      rank: null,
      problem: 'The first page was not reranked',
    }));
  }
  return explainFirst(reorder(hits, order), (at) => ({ score: null, rank: at + 1, problem: null }));
}

/** Keeps every hit, even if the corpus has changed since the order was made. */
function reorder(hits: readonly ScoredHit[], order: RerankOrder): ScoredHit[] {
  const moved = order.flatMap((at) => hits[at] ?? []);
  return [...moved, ...hits.slice(order.length)];
}

function explainFirst(hits: readonly ScoredHit[], toRerank: (at: number) => RerankExplanation): ScoredHit[] {
  return hits.map((hit, at) =>
    at < RERANK_WINDOW ? { ...hit, explanation: { ...hit.explanation, rerank: toRerank(at) } } : hit,
  );
}

/** A paper deleted in the meantime has no text; services reject empty ones. */
function toText(payload: Partial<PaperPayload> | undefined): string {
  return [payload?.title, payload?.abstract].filter(Boolean).join('. ') || '-';
}
