import type { ScoreBoost, ScoredHit } from './ranked-hit.js';
import type { PaperPayload } from '../papers/payload.js';
import { dot } from '../store/scores.js';

export interface RecencyOptions {
  /** Days after which the newness of a paper has halved. */
  halfLifeDays: number;
  /** 0 leaves scores unchanged; 1 multiplies them by the newness. */
  weight: number;
}

interface Newness {
  /** Null if the date is not known. */
  ageDays: number | null;
  /** The factor of the score, `1 - weight` to 1. */
  factor: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The newness of a paper and its effect on the score. Newness is 1 on the day of submission and halves with every
 * half-life. It is 0 without a date, and 1 for a date in the future.
 */
export function toNewness(
  submittedAt: string | undefined,
  nowMs: number,
  { halfLifeDays, weight }: RecencyOptions,
): Newness {
  if (submittedAt === undefined) return { ageDays: null, factor: 1 - weight };
  const ageDays = Math.max(0, nowMs - Date.parse(submittedAt)) / DAY_MS;
  return { ageDays, factor: 1 - weight + weight * 0.5 ** (ageDays / halfLifeDays) };
}

/** A cosine below 0 does not change: a factor below 1 would raise it. */
export function applyFactor(score: number, factor: number): number {
  return score > 0 ? score * factor : score;
}

/** The hit with its score multiplied, and the reason. */
export function boostRecent(hit: ScoredHit, recency: RecencyOptions, clock: Date): ScoredHit {
  const { ageDays, factor } = toNewness(hit.payload.submitted_at, clock.getTime(), recency);
  const age =
    ageDays === null ? 'no date of submission is known' : `submitted ${Math.floor(ageDays)} days ago`;
  const boost: ScoreBoost = {
    kind: 'RECENCY',
    factor,
    reason: `${age}, half-life ${recency.halfLifeDays} days`,
  };
  return {
    ...hit,
    score: applyFactor(hit.score, factor),
    explanation: { ...hit.explanation, boosts: [boost] },
  };
}

type OrderField = 'RELEVANCE' | 'SUBMITTED' | 'UPDATED';
type OrderDirection = 'ASC' | 'DESC';

export interface Order {
  field: OrderField;
  direction: OrderDirection;
}

export const DATE_FIELDS = { SUBMITTED: 'submitted_at', UPDATED: 'updated_at' } as const;

interface Orderable {
  id: string;
  score: number;
  payload: Pick<Partial<PaperPayload>, 'submitted_at' | 'updated_at'>;
}

/**
 * The items by score or date. Ties are broken by id, and items without a date come last in either direction.
 */
export function orderItems<Item extends Orderable>(
  items: readonly Item[],
  { field, direction }: Order,
): Item[] {
  const sign = direction === 'ASC' ? 1 : -1;
  const keyed = items.map((item) => ({ item, key: toKey(item, field) }));
  keyed.sort((a, b) => {
    if (a.key === b.key) return a.item.id < b.item.id ? -1 : 1;
    if (a.key === null) return 1;
    if (b.key === null) return -1;
    return sign * (a.key - b.key);
  });
  return keyed.map(({ item }) => item);
}

function toKey({ score, payload }: Orderable, field: OrderField): number | null {
  if (field === 'RELEVANCE') return score;
  const date = payload[DATE_FIELDS[field]];
  return date === undefined ? null : Date.parse(date);
}

/** Number of hits to reorder; each choice compares every remaining hit with the chosen ones. */
export const DIVERSITY_WINDOW = 50;

/**
 * The same items in the order of maximal marginal relevance (Carbonell, Goldstein: SIGIR 1998). The next item has
 * the greatest `(1 - diversity) * relevance - diversity * similarity to the nearest chosen`; ties keep their order.
 * Relevance is the score scaled to 0..1 over the items; similarity is the cosine of the embeddings.
 *
 * @param items best first.
 * @param vectors of length 1 (or zeros), by id; an item without one is similar to nothing.
 * @param diversity 0 keeps the order, 1 considers only differences.
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
