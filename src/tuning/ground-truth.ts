import type { FilterLevel } from './experiments.js';
import type { TuningQuery } from './queries.js';
import { StartupError } from '../errors/errors.js';
import { agreementAt } from '../evaluation/metrics.js';
import type { TimedAnswer, TuningStore } from '../store/tuning.js';

/** Requested in addition to `k`, to find papers as near as the last one of the answer. */
const TIE_MARGIN = 20;
/** Exact scores of equal vectors may differ by this much, because numbers are added in a different order. */
const SAME_SCORE = 1e-6;

/** The exact answer to a query. */
export interface Truth {
  /** The nearest `k` papers, and all others that are as near as the last of them. */
  right: ReadonlySet<string>;
  /** Number of correct papers in a perfect answer: `k`, or fewer if there are fewer papers. */
  size: number;
}

/** Exact answers to all queries with one filter, in the order of the queries. Each filter is computed once. */
export type GroundTruth = (filter: FilterLevel | null) => Promise<Truth[]>;

/**
 * Exact answers of the collection itself; a copy of it gives the same ones.
 *
 * @param onQuery called after each exact query.
 * @throws StartupError if a query has no exact answer: there is nothing to compare with, and every answer would seem
 * right.
 */
export function createGroundTruth(
  store: TuningStore,
  queries: readonly TuningQuery[],
  k: number,
  { signal, onQuery }: { signal: AbortSignal; onQuery: (done: number) => void },
): GroundTruth {
  const known = new Map<FilterLevel | null, Promise<Truth[]>>();
  async function compute(filter: FilterLevel | null): Promise<Truth[]> {
    const truths: Truth[] = [];
    for (const query of queries) {
      signal.throwIfAborted();
      const answer = await store.query({
        vector: query.vector,
        limit: k + 1 + TIE_MARGIN,
        params: { exact: true },
        ...(filter && { filter: filter.filter }),
      });
      truths.push(toTruth(answer, query, k, filter));
      onQuery(truths.length);
    }
    return truths;
  }
  return (filter) => {
    const truth = known.get(filter) ?? compute(filter);
    known.set(filter, truth);
    return truth;
  };
}

function toTruth(answer: TimedAnswer, query: TuningQuery, k: number, filter: FilterLevel | null): Truth {
  const hits = answer.hits.filter(({ id }) => id !== query.heldOut);
  const size = Math.min(k, hits.length);
  const last = hits[size - 1];
  if (last === undefined) {
    const among = filter ? ` among the ${filter.selected} papers ${filter.description}` : '';
    throw new StartupError(
      `There is no ground truth: an exact search finds nothing for the query "${query.name}"${among}`,
    );
  }
  const right = hits.filter(({ score }) => score >= last.score - SAME_SCORE).map(({ id }) => id);
  return { right: new Set(right), size };
}

/**
 * Share of the exact answer that was found. Papers missing from a short answer count as not found. If fewer than `k`
 * papers exist, finding all of them gives 1.
 */
export function precisionOf(
  answer: TimedAnswer,
  query: TuningQuery,
  { right, size }: Truth,
  k: number,
): number {
  const ranking = answer.hits.map(({ id }) => id).filter((id) => id !== query.heldOut);
  return agreementAt(k, ranking, right, size);
}
