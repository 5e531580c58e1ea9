import { toDigest } from './paging.js';
import { explainRanker, type SearchExplanation } from './explain.js';
import type { SearchMode } from './search-options.js';
import type { Hit, StoredPaper } from '../store/store.js';

/** A paper and its place among all results. */
export interface RankedPaper {
  paper: StoredPaper;
  /** What it means depends on the mode, see `SearchResult.score`; null in a listing. */
  score: number | null;
  /** Counted from 1. */
  rank: number;
  /** Null in a listing. */
  explanation: SearchExplanation | null;
  /** What the paper was found by, for its highlights; null where there were no words. */
  foundBy: FoundBy | null;
}

/** A paper among the results of a search. */
export interface FoundPaper extends RankedPaper {
  /** The search, as `Pages.fingerprint` has it. */
  search: string;
}

export interface FoundBy {
  /** What papers were ranked by; empty in a listing. */
  text: string;
  /** Words that papers must have: those of phrases and of `title:`. */
  named: string;
  mode: SearchMode;
}

/**
 * The same for the same paper found by the same search, whatever the page. A search that takes its words from elsewhere is
 * another one, although it finds the same: it highlights others.
 */
export function toResultId({ search, foundBy, paper }: FoundPaper): string {
  return toDigest(JSON.stringify([search, foundBy, paper.id]));
}

/** Hits of one ranker that follow `offset` others. */
export function toRankedPapers(
  hits: readonly Hit[],
  offset: number,
  { ranker = 'semantic', foundBy = null }: { ranker?: 'semantic' | 'keyword'; foundBy?: FoundBy | null } = {},
): RankedPaper[] {
  return hits.map((hit, at) => {
    const rank = offset + at + 1;
    const explanation = hit.score === null ? null : explainRanker(ranker, hit.score, rank);
    return { paper: hit, score: hit.score, rank, explanation, foundBy };
  });
}
