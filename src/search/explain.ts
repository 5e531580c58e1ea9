import type { FusionMethod } from './fuse.js';
import type { Candidate } from './rank-candidates.js';
import type { SearchOptions } from './search-options.js';

/** How a score came about; null where a part had no say. Written as the API gives it. */
export interface SearchExplanation {
  semantic: RankerExplanation | null;
  keyword: RankerExplanation | null;
  fusion: FusionExplanation | null;
  boosts: ScoreBoost[];
  /** Place by score alone, from 1. */
  scoreRank: number;
}

interface RankerExplanation {
  score: number;
  rank: number;
}

interface FusionExplanation {
  method: FusionMethod;
  score: number;
  semanticWeight: number;
  keywordWeight: number;
  semanticContribution: number;
  keywordContribution: number;
}

interface ScoreBoost {
  kind: 'RECENCY';
  factor: number;
  reason: string;
}

/** How a candidate's score came about. */
export function explain(candidate: Candidate, options: SearchOptions): SearchExplanation {
  const { semantic, keyword, scoreRank } = candidate;
  return {
    semantic: semantic && toRanker(semantic),
    keyword: keyword && toRanker(keyword),
    fusion: options.mode === 'HYBRID' ? explainFusion(candidate, options) : null,
    boosts: explainRecency(candidate, options),
    scoreRank,
  };
}

/** How the score of a result came about that one ranker found, and nothing changed. */
export function explainRanker(
  ranker: 'semantic' | 'keyword',
  score: number,
  rank: number,
): SearchExplanation {
  const found = { score, rank };
  const isSemantic = ranker === 'semantic';
  return {
    semantic: isSemantic ? found : null,
    keyword: isSemantic ? null : found,
    fusion: null,
    boosts: [],
    scoreRank: rank,
  };
}

function toRanker({ score, rank }: RankerExplanation): RankerExplanation {
  return { score, rank };
}

function explainFusion({ semantic, keyword }: Candidate, { fusion }: SearchOptions): FusionExplanation {
  const semanticContribution = semantic?.contribution ?? 0;
  const keywordContribution = keyword?.contribution ?? 0;
  return {
    method: fusion.method,
    score: semanticContribution + keywordContribution,
    semanticWeight: fusion.semanticWeight,
    keywordWeight: 1 - fusion.semanticWeight,
    semanticContribution,
    keywordContribution,
  };
}

function explainRecency({ newness }: Candidate, { recency }: SearchOptions): ScoreBoost[] {
  if (!newness || !recency) return [];
  const age =
    newness.ageDays === null
      ? 'no date of submission is known'
      : `submitted ${Math.floor(newness.ageDays)} days ago`;
  return [
    { kind: 'RECENCY', factor: newness.factor, reason: `${age}, half-life ${recency.halfLifeDays} days` },
  ];
}
