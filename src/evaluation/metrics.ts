/**
 * Measures how well a query was answered. A ranking is a list of document ids, best first; repeated ids are skipped,
 * so that nothing counts twice. Rankings shorter than `k` are judged as they are.
 *
 * The definitions are those of trec_eval (https://github.com/usnistgov/trec_eval), except for the gain of nDCG.
 */

/** Relevance of documents to one query. Documents that are missing, or judged 0 or less, are not relevant. */
export type Judgements = ReadonlyMap<string, number>;

/**
 * The share of the first `k` places that have a relevant document. The divisor is `k` even if the ranking is shorter.
 */
export function precisionAt(k: number, ranking: readonly string[], relevant: ReadonlySet<string>): number {
  return countFound(k, ranking, relevant) / k;
}

/** The share of the relevant documents among the first `k`; 0 if there are none. */
export function recallAt(k: number, ranking: readonly string[], relevant: ReadonlySet<string>): number {
  return relevant.size === 0 ? 0 : countFound(k, ranking, relevant) / relevant.size;
}

/**
 * The share of an exact answer among the first `k`.
 *
 * @param right the exact answer, and all papers exactly as near as its last one: any of these counts.
 * @param size number of papers in the exact answer: `k`, or fewer if there are fewer. At least 1.
 */
export function agreementAt(
  k: number,
  ranking: readonly string[],
  right: ReadonlySet<string>,
  size: number,
): number {
  return Math.min(size, countFound(k, ranking, right)) / size;
}

/** The reciprocal of the rank of the first relevant document; 0 if none is among the first `k`. */
export function reciprocalRankAt(
  k: number,
  ranking: readonly string[],
  relevant: ReadonlySet<string>,
): number {
  const at = firstOf(k, ranking).findIndex((id) => relevant.has(id));
  return at < 0 ? 0 : 1 / (at + 1);
}

/**
 * The mean, over all relevant documents, of the precision at the rank of each; a document missing in the ranking adds
 * 0. Also 0 if there are none. The mean over queries is MAP.
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
 * Descent"), discount `log2(rank + 1)` (Järvelin and Kekäläinen 2002), divided by that of the best possible ranking
 * of all judged documents. 0 if nothing is relevant.
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
