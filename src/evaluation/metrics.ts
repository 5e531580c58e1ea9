/**
 * How well one query was answered. A ranking is document ids, best first; an id that comes again is passed over, so that
 * nothing is found twice. Rankings shorter than `k` are judged as they are.
 *
 * Definitions follow trec_eval (https://github.com/usnistgov/trec_eval), but for the gain of nDCG.
 */

/** Relevance of documents to one query. What is not in it, and what is judged 0 or less, is not relevant. */
export type Judgements = ReadonlyMap<string, number>;

/** The share of the first `k` places with a relevant document. The divisor is `k` even if the ranking is shorter. */
export function precisionAt(k: number, ranking: readonly string[], relevant: ReadonlySet<string>): number {
  return countFound(k, ranking, relevant) / k;
}

/** The share of the relevant documents that is among the first `k`; 0 when there are none. */
export function recallAt(k: number, ranking: readonly string[], relevant: ReadonlySet<string>): number {
  return relevant.size === 0 ? 0 : countFound(k, ranking, relevant) / relevant.size;
}

/**
 * The share of an exact answer that is among the first `k`.
 *
 * @param right the exact answer, and whatever is exactly as near as its last: of these any will do.
 * @param size how many the exact answer has: `k`, or all there are. At least 1.
 */
export function agreementAt(
  k: number,
  ranking: readonly string[],
  right: ReadonlySet<string>,
  size: number,
): number {
  return Math.min(size, countFound(k, ranking, right)) / size;
}

/** One over the rank of the first relevant document, 0 when none is among the first `k`. */
export function reciprocalRankAt(
  k: number,
  ranking: readonly string[],
  relevant: ReadonlySet<string>,
): number {
  const at = firstOf(k, ranking).findIndex((id) => relevant.has(id));
  return at < 0 ? 0 : 1 / (at + 1);
}

/**
 * The mean, over all relevant documents, of the precision at the rank of each; one that the ranking lacks adds 0. Also 0
 * when there are none. Its mean over queries is MAP.
 */
export function averagePrecision(ranking: readonly string[], relevant: ReadonlySet<string>): number {
  let found = 0;
  let sum = 0;
  firstOf(ranking.length, ranking).forEach((id, at) => {
    if (!relevant.has(id)) return;
    found += 1;
    sum += found / (at + 1);
  });
  return relevant.size === 0 ? 0 : sum / relevant.size;
}

/**
 * Normalised discounted cumulative gain: gain `2^relevance - 1` (Burges et al. 2005, "Learning to Rank using Gradient
 * Descent"), discount `log2(rank + 1)` (Järvelin and Kekäläinen 2002), divided by that of the best possible ranking of
 * all that is judged. 0 when nothing is relevant.
 */
export function ndcgAt(k: number, ranking: readonly string[], judgements: Judgements): number {
  const best = [...judgements.values()].sort((a, b) => b - a).slice(0, k);
  const ideal = discountedGain(best);
  const achieved = firstOf(k, ranking).map((id) => judgements.get(id) ?? 0);
  return ideal === 0 ? 0 : discountedGain(achieved) / ideal;
}

/** The documents judged relevant. */
export function relevantOf(judgements: Judgements): Set<string> {
  return new Set([...judgements].flatMap(([id, relevance]) => (relevance > 0 ? [id] : [])));
}

function discountedGain(relevances: readonly number[]): number {
  return relevances.reduce(
    (sum, relevance, at) => sum + (2 ** Math.max(0, relevance) - 1) / Math.log2(at + 2),
    0,
  );
}

function countFound(k: number, ranking: readonly string[], relevant: ReadonlySet<string>): number {
  return firstOf(k, ranking).filter((id) => relevant.has(id)).length;
}

function firstOf(k: number, ranking: readonly string[]): string[] {
  return [...new Set(ranking)].slice(0, k);
}
