import type { Hit, StoredPaper } from '../store/store.js';

/** A paper and its place among all results. */
export interface RankedPaper {
  paper: StoredPaper;
  /** Cosine similarity; null in a listing. */
  score: number | null;
  /** Counted from 1. */
  rank: number;
}

/** Hits that follow `offset` others. */
export function toRankedPapers(hits: readonly Hit[], offset: number): RankedPaper[] {
  return hits.map((hit, at) => ({ paper: hit, score: hit.score, rank: offset + at + 1 }));
}
