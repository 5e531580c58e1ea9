import { dot } from '../embedding/vector-math.js';

/** Candidates that take part: choosing compares each with each that is chosen. */
export const DIVERSITY_WINDOW = 50;

/**
 * The same items in the order of maximal marginal relevance (Carbonell, Goldstein: SIGIR 1998): the next is the one with
 * the greatest `(1 - diversity) * relevance - diversity * similarity to the nearest chosen`; equals keep their order.
 * Relevance is the score scaled to 0..1 over the items, similarity the cosine of the embeddings.
 *
 * @param items best first.
 * @param vectors of length 1 (or zeros), by id; an item without one is similar to nothing.
 * @param diversity 0 keeps the order, 1 looks at the differences alone.
 */
export function diversify<Item extends { id: string; score: number }>(
  items: readonly Item[],
  vectors: ReadonlyMap<string, Float32Array>,
  diversity: number,
): Item[] {
  const left = items.map((item, at) => ({
    item,
    vector: vectors.get(item.id),
    relevance: toRelevance(items, at),
    nearestChosen: 0,
  }));
  const chosen: Item[] = [];
  while (left.length > 0) {
    const worth = left.map((each) => (1 - diversity) * each.relevance - diversity * each.nearestChosen);
    const [next] = left.splice(worth.indexOf(Math.max(...worth)), 1);
    if (!next) break;
    chosen.push(next.item);
    for (const each of left) {
      const similarity = each.vector && next.vector ? dot(each.vector, next.vector) : 0;
      each.nearestChosen = chosen.length === 1 ? similarity : Math.max(each.nearestChosen, similarity);
    }
  }
  return chosen;
}

function toRelevance(items: readonly { score: number }[], at: number): number {
  const best = items[0]?.score ?? 0;
  const worst = items.at(-1)?.score ?? 0;
  return best > worst ? ((items[at]?.score ?? worst) - worst) / (best - worst) : 1;
}
