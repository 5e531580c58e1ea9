import type { FusionExplanation, FusionMethod, Ranker, ScoredHit } from './ranked-hit.js';
import { byScoreThenId, dot } from '../store/scores.js';

export interface FusionOptions {
  method: FusionMethod;
  /** Weight of the semantic list, 0 to 1; the keyword list has the rest. */
  semanticWeight: number;
}

/**
 * Reduces the weight of lower ranks; 60 is the constant in the paper (Cormack, Clarke, Büttcher: Reciprocal Rank
 * Fusion, SIGIR 2009).
 */
const RRF_K = 60;

/**
 * BM25 adds the scores of words, so a paper with most of the words scores nearly as high as one with all of them.
 * Before mean and deviation are computed, scores are raised to this power to separate the best. Any value from 1.25
 * to 2 ranks about as well: `docs/decisions/0021-ranking-measures.md`.
 */
const KEYWORD_POWER = 1.5;

/**
 * Combines two lists into one ranking, best first, with equal scores sorted by id. The scores of each list are
 * converted to a common scale, weighted and added.
 *
 * - RRF: `(k + 1) / (k + rank)`, which is 1 for the first hit. This is the usual `1 / (k + rank)` in another unit.
 * - RELATIVE_SCORE: the best hit of a list has 1, the worst has 0; if all scores are equal, all have 1.
 * - DISTRIBUTION_SCORE: 0 is three standard deviations below the mean of the list, 1 is three above it, as in
 *   Qdrant's `dbsf`. Scores of the keyword list are first raised to the power of 1.5. If all scores are equal, or
 *   there is only one, all have 0.5. Scores further from the mean are below 0 or above 1.
 */
export function fuse(
  semantic: readonly ScoredHit[],
  keyword: readonly ScoredHit[],
  { method, semanticWeight }: FusionOptions,
): ScoredHit[] {
  const keywordWeight = 1 - semanticWeight;
  const scaleSemantic = createScale(method, 'semantic', semantic);
  const scaleKeyword = createScale(method, 'keyword', keyword);

  const join = (hit: ScoredHit, near: ScoredHit | undefined, match: ScoredHit | undefined): ScoredHit => {
    const semanticContribution = near ? semanticWeight * scaleSemantic(near) : 0;
    const keywordContribution = match ? keywordWeight * scaleKeyword(match) : 0;
    const score = semanticContribution + keywordContribution;
    const explanation = {
      semantic: near?.explanation.semantic ?? null,
      keyword: match?.explanation.keyword ?? null,
      fusion: { method, score, semanticWeight, keywordWeight, semanticContribution, keywordContribution },
      boosts: [],
      scoreRank: 0,
    };
    return { ...hit, score, explanation };
  };

  const matches = new Map(keyword.map((hit) => [hit.id, hit]));
  const nearIds = new Set(semantic.map(({ id }) => id));
  const fused = [
    ...semantic.map((hit) => join(hit, hit, matches.get(hit.id))),
    ...keyword.filter(({ id }) => !nearIds.has(id)).map((hit) => join(hit, undefined, hit)),
  ];
  return fused.sort(byScoreThenId);
}

/** Converts the score of a hit in its list to the scale of both lists. */
function createScale(
  method: FusionMethod,
  ranker: Ranker,
  hits: readonly ScoredHit[],
): (hit: ScoredHit) => number {
  switch (method) {
    case 'RRF':
      return ({ rank }) => (RRF_K + 1) / (RRF_K + rank);
    case 'RELATIVE_SCORE': {
      const worst = hits.at(-1)?.score ?? 0;
      const range = (hits[0]?.score ?? 0) - worst;
      return ({ score }) => (range > 0 ? (score - worst) / range : 1);
    }
    case 'DISTRIBUTION_SCORE': {
      // Keyword scores are never negative.
      const raise = (score: number) => (ranker === 'keyword' ? score ** KEYWORD_POWER : score);
      const { mean, deviation } = statisticsOf(hits.map(({ score }) => raise(score)));
      return ({ score }) => (deviation > 0 ? 0.5 + (raise(score) - mean) / (6 * deviation) : 0.5);
    }
  }
}

/** Mean and sample standard deviation. */
function statisticsOf(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0 };
}

/** Number of hits whose scores are smoothed. */
export const SMOOTHING_WINDOW = 15;
/** Number of most similar hits that each hit is averaged with. */
const NEIGHBOURS = 7;
/** Weight of the average; the hit's own score has the rest. */
const SHARE = 0.35;
/** Cosines are raised to this power to be weights, so that close neighbours count much more than distant ones. */
const POWER = 4;

/**
 * The hits with the first 15 scores smoothed: 35% of each becomes the mean of the 7 most similar hits among them,
 * weighted by similarity. Papers on one subject are relevant to the same queries, so a good score among bad neighbours
 * is probably luck (Diaz: Regularizing Ad Hoc Retrieval Scores, CIKM 2005). `docs/decisions/0021-ranking-measures.md`
 * has the measurements. Contributions are smoothed in the same way, so they still add up to the score.
 *
 * No smoothed score falls below those of the hits that follow.
 *
 * @param hits fused, best first.
 * @param vectors of length 1 (or zeros), by id; a hit without one keeps its score.
 */
export function smooth(hits: readonly ScoredHit[], vectors: ReadonlyMap<string, Float32Array>): ScoredHit[] {
  const first = hits
    .slice(0, SMOOTHING_WINDOW)
    .map((hit) => ({ hit, vector: vectors.get(hit.id), neighbours: [] as Neighbour[] }));
  // Each pair is compared once.
  first.forEach((a, at) => {
    for (const b of first.slice(at + 1)) {
      const cosine = a.vector && b.vector ? dot(a.vector, b.vector) : 0;
      if (cosine <= 0) continue;
      const weight = cosine ** POWER;
      a.neighbours.push({ hit: b.hit, weight });
      b.neighbours.push({ hit: a.hit, weight });
    }
  });
  const smoothed = first.map(({ hit, neighbours }) => {
    neighbours.sort((a, b) => b.weight - a.weight);
    return mixIn(hit, neighbours.slice(0, NEIGHBOURS));
  });
  return [...smoothed.sort(byScoreThenId), ...hits.slice(SMOOTHING_WINDOW)];
}

interface Neighbour {
  hit: ScoredHit;
  weight: number;
}

function mixIn(hit: ScoredHit, neighbours: readonly Neighbour[]): ScoredHit {
  const { fusion } = hit.explanation;
  const sum = neighbours.reduce((total, { weight }) => total + weight, 0);
  if (fusion === null || sum === 0) return hit;
  const mix = (part: 'semanticContribution' | 'keywordContribution') => {
    const partOf = (each: ScoredHit) => each.explanation.fusion?.[part] ?? 0;
    const own = partOf(hit);
    // Differences, so that equal scores stay exactly equal and are ordered by id.
    const lead = neighbours.reduce((total, each) => total + each.weight * (partOf(each.hit) - own), 0);
    return own + (SHARE * lead) / sum;
  };
  const semanticContribution = mix('semanticContribution');
  const keywordContribution = mix('keywordContribution');
  const score = semanticContribution + keywordContribution;
  const smoothed: FusionExplanation = { ...fusion, score, semanticContribution, keywordContribution };
  return { ...hit, score, explanation: { ...hit.explanation, fusion: smoothed } };
}
