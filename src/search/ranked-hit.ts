import type { Hit } from '../store/store.js';

/** What papers are ranked by: meaning and words, or one of them. */
export type SearchMode = 'HYBRID' | 'SEMANTIC' | 'KEYWORD';

export type Ranker = 'semantic' | 'keyword';

/** A hit of the store and its place. Ranking fills in how the score came about. */
export interface RankedHit extends Hit {
  /** Place in the ranking, counted from 1; in a page, place among all results. */
  rank: number;
  /** Null in a listing. */
  explanation: SearchExplanation | null;
}

/** A hit with a score. */
export interface ScoredHit extends RankedHit {
  score: number;
  explanation: SearchExplanation;
}

/** A hit among the results of a search. */
export interface FoundHit extends RankedHit {
  /** The search, as `Pages.fingerprint` has it. */
  search: string;
  /** What the paper was found by, for its highlights; null where there were no words. */
  foundBy: FoundBy | null;
}

export interface FoundBy {
  /** What papers were ranked by; empty in a listing. */
  text: string;
  /** Words that papers must have: those of phrases and of `title:`. */
  named: string;
  mode: SearchMode;
}

/** How a score came about; null where a part had no say. Written as the API gives it. */
export interface SearchExplanation {
  semantic: RankerExplanation | null;
  keyword: RankerExplanation | null;
  fusion: FusionExplanation | null;
  boosts: ScoreBoost[];
  /** Place by score alone, from 1. */
  scoreRank: number;
  /** Absent where no reranking model was to read the paper. */
  rerank?: RerankExplanation;
}

/** The order of the first results that a reranking model gave: for each place, from 0, the place before. */
export type RerankOrder = readonly number[];

/** What a reranking model made of a paper. */
export interface RerankExplanation {
  /** The model's own; null where it failed, and on pages after the first. */
  score: number | null;
  /** Place among the papers that it read, from 1; null where it failed. */
  rank: number | null;
  /** Why the ranking stayed as it was, for people; null where it did not. */
  problem: string | null;
}

/** What one ranker said of a paper. */
export interface RankerExplanation {
  /** The ranker's own. */
  score: number;
  /** Place in the ranker's list, counted from 1. */
  rank: number;
}

export type FusionMethod = 'RRF' | 'RELATIVE_SCORE' | 'DISTRIBUTION_SCORE';

export interface FusionExplanation {
  method: FusionMethod;
  /** The sum of the contributions. */
  score: number;
  semanticWeight: number;
  keywordWeight: number;
  /** Weight of the ranker times its score as the method scales it; 0 when the paper is not in the ranker's list. */
  semanticContribution: number;
  keywordContribution: number;
}

export interface ScoreBoost {
  kind: 'RECENCY';
  factor: number;
  reason: string;
}
