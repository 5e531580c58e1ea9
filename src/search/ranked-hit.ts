import type { Hit } from '../store/store.js';

/** What papers are ranked by: meaning and words, or only one of these. */
export type SearchMode = 'HYBRID' | 'SEMANTIC' | 'KEYWORD';

export type Ranker = 'semantic' | 'keyword';

/** A hit of the store with its place. Ranking adds the explanation of the score. */
export interface RankedHit extends Hit {
  /** Place in the ranking, starting at 1; in a page, the place among all results. */
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
  /** Digest of the search, see `Pages.fingerprint`. */
  search: () => string;
  /** The words that the paper was found by, for its highlights; null if there were none. */
  foundBy: FoundBy | null;
}

export interface FoundBy {
  /** The text that papers were ranked by; empty in a listing. */
  text: string;
  /** Words that papers must contain: those of phrases and of `title:`. */
  named: string;
  mode: SearchMode;
}

/** The explanation of a score; null for parts that had no effect. It has the same form as in the API. */
export interface SearchExplanation {
  semantic: RankerExplanation | null;
  keyword: RankerExplanation | null;
  fusion: FusionExplanation | null;
  boosts: ScoreBoost[];
  /** Place by score alone, starting at 1. */
  scoreRank: number;
  /** Absent if no reranking model was asked to read the paper. */
  rerank?: RerankExplanation;
}

/** The order that a reranking model gave the first results: for each place, starting at 0, the previous place. */
export type RerankOrder = readonly number[];

/** A reranking model's judgement of a paper. */
export interface RerankExplanation {
  /** The score that the model gave; null if it failed, and on pages after the first. */
  score: number | null;
  /** Place among the papers that the model read, starting at 1; null if it failed. */
  rank: number | null;
  /** Why the order did not change, for people; null if it did. */
  problem: string | null;
}

/** One ranker's judgement of a paper. */
export interface RankerExplanation {
  /** The score that the ranker gave. */
  score: number;
  /** Place in the ranker's list, starting at 1. */
  rank: number;
}

export type FusionMethod = 'RRF' | 'RELATIVE_SCORE' | 'DISTRIBUTION_SCORE';

export interface FusionExplanation {
  method: FusionMethod;
  /** The sum of the contributions. */
  score: number;
  semanticWeight: number;
  keywordWeight: number;
  /**
   * The weight of the ranker times its score on the scale of the method; 0 if the paper is not in the ranker's list.
   * Smoothed scores contain those of similar papers, see `smooth`.
   */
  semanticContribution: number;
  keywordContribution: number;
}

export interface ScoreBoost {
  kind: 'RECENCY';
  factor: number;
  reason: string;
}
