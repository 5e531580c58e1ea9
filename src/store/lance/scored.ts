import type { RowAddress } from './decode-rows.js';
import type { OpenCollection } from './collection.js';

/** A point and its score. */
export interface Scored {
  id: string;
  score: number;
}

/** A row as the engine ranks it. */
export interface ScoredRow {
  row: RowAddress;
  score: number;
}

/** Candidates beyond the window, so that equal scores at its edge are seen and taken by point id. */
const TIE_MARGIN = 8;
/** Equal scores are followed no further than this. */
const MOST_TIED = 10_000;

/**
 * The best `depth` hits of a query that takes equal scores in any order and may leave any of them out at its limit: where
 * they reach beyond `depth`, more are asked for, until the lowest is past them.
 *
 * @param query answers with its best `count` hits, best first.
 * @param margin hits asked for beyond `depth` at first.
 * @returns all that the last query found, the hits with the score of the last in no order, and whether there are no more.
 */
export async function findBest(
  query: (count: number) => Promise<ScoredRow[]>,
  depth: number,
  margin = TIE_MARGIN,
): Promise<{ hits: ScoredRow[]; isAll: boolean }> {
  let asked = depth + margin;
  let hits = await query(asked);
  while (hits.length === asked && asked < MOST_TIED && hits[depth - 1]?.score === hits.at(-1)?.score) {
    asked *= 4;
    hits = await query(asked);
  }
  return { hits, isAll: hits.length < asked };
}

/** The points of ranked rows. */
export async function toScored(
  { cache, calls }: Pick<OpenCollection, 'cache' | 'calls'>,
  hits: readonly ScoredRow[],
): Promise<Scored[]> {
  const ids = await cache.idsOf(
    hits.map(({ row }) => row),
    calls,
  );
  return ids.map((id, at) => ({ id, score: hits[at]?.score ?? 0 }));
}

/** Best first, equal scores by id. */
export function byScoreThenId(a: Scored, b: Scored): number {
  if (a.score !== b.score) return b.score - a.score;
  return a.id < b.id ? -1 : 1;
}
