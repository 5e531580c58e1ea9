/** A result of one ranker: the list it is in is sorted, best first. */
export interface RankedHit {
  id: string;
  /** The ranker's own. */
  score: number;
  /** Place in the ranker's list, counted from 1. */
  rank: number;
}

export type FusionMethod = 'RRF' | 'RELATIVE_SCORE' | 'DISTRIBUTION_SCORE';

export interface FusionOptions {
  method: FusionMethod;
  /** Weight of the semantic list, 0 to 1; the keyword list has the rest. */
  semanticWeight: number;
}

/** What one ranker said of a result, and what that is worth in the fused score. */
export interface RankerShare {
  score: number;
  rank: number;
  /** Weight of the list times the score as the method scales it. */
  contribution: number;
}

/** A result of either list. `score` is the sum of the contributions. */
export interface FusedHit {
  id: string;
  score: number;
  /** Null when the paper is not in the semantic list, which then adds nothing. */
  semantic: RankerShare | null;
  /** Null when the paper is not in the keyword list, which then adds nothing. */
  keyword: RankerShare | null;
}

/**
 * Ranks count less the further down they are; 60 is the constant of the paper
 * (Cormack, Clarke, Büttcher: Reciprocal Rank Fusion, SIGIR 2009).
 */
const RRF_K = 60;

/**
 * One ranking out of two lists, best first, equal scores by id. Each list's scores are brought to a common scale, then
 * weighted and added.
 *
 * - RRF: `(k + 1) / (k + rank)`, 1 for the first. That is the usual `1 / (k + rank)` in another unit.
 * - RELATIVE_SCORE: the list's best is 1, its worst 0; all are 1 when they are equal.
 * - DISTRIBUTION_SCORE: 0 lies three standard deviations below the list's mean, 1 three above, as in Qdrant's `dbsf`. All
 *   are 0.5 when they are equal or there is only one. What lies further out is below 0 or above 1.
 */
export function fuse(
  semantic: readonly RankedHit[],
  keyword: readonly RankedHit[],
  { method, semanticWeight }: FusionOptions,
): FusedHit[] {
  const fused = new Map<string, FusedHit>();
  const add = (ranker: 'semantic' | 'keyword', hits: readonly RankedHit[], weight: number) => {
    const scale = createScale(method, hits);
    for (const hit of hits) {
      const share = { score: hit.score, rank: hit.rank, contribution: weight * scale(hit) };
      const result = fused.get(hit.id) ?? { id: hit.id, score: 0, semantic: null, keyword: null };
      result[ranker] = share;
      result.score += share.contribution;
      fused.set(hit.id, result);
    }
  };
  add('semantic', semantic, semanticWeight);
  add('keyword', keyword, 1 - semanticWeight);
  return [...fused.values()].sort(byScoreThenId);
}

export function byScoreThenId(a: Pick<FusedHit, 'score' | 'id'>, b: Pick<FusedHit, 'score' | 'id'>): number {
  if (a.score !== b.score) return b.score - a.score;
  return a.id < b.id ? -1 : 1;
}

/** From what a ranker gave a hit of its list to the scale that both lists share. */
function createScale(method: FusionMethod, hits: readonly RankedHit[]): (hit: RankedHit) => number {
  switch (method) {
    case 'RRF':
      return ({ rank }) => (RRF_K + 1) / (RRF_K + rank);
    case 'RELATIVE_SCORE': {
      const worst = hits.at(-1)?.score ?? 0;
      const range = (hits[0]?.score ?? 0) - worst;
      return ({ score }) => (range > 0 ? (score - worst) / range : 1);
    }
    case 'DISTRIBUTION_SCORE': {
      const { mean, deviation } = statisticsOf(hits);
      return ({ score }) => (deviation > 0 ? 0.5 + (score - mean) / (6 * deviation) : 0.5);
    }
  }
}

/** Mean and sample standard deviation of the scores. */
function statisticsOf(hits: readonly RankedHit[]): { mean: number; deviation: number } {
  const mean = hits.reduce((sum, { score }) => sum + score, 0) / hits.length;
  const squares = hits.reduce((sum, { score }) => sum + (score - mean) ** 2, 0);
  return { mean, deviation: hits.length > 1 ? Math.sqrt(squares / (hits.length - 1)) : 0 };
}
