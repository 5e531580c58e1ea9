import type { PaperPayload } from '../papers/payload.js';

export type OrderField = 'RELEVANCE' | 'SUBMITTED' | 'UPDATED';
export type OrderDirection = 'ASC' | 'DESC';

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

/** The items by score or date; equals by id, and those without a date at the end whatever the direction. */
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
