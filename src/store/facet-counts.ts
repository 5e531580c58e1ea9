import type { FacetCount } from './store.js';

/** The most frequent values, equal counts by value. */
export function topCounts(counts: ReadonlyMap<string | number, number>, limit: number): FacetCount[] {
  return Array.from(counts, ([value, count]) => ({ value, count }))
    .sort(byCountThenValue)
    .slice(0, limit);
}

export function byCountThenValue(a: FacetCount, b: FacetCount): number {
  if (a.count !== b.count) return b.count - a.count;
  return a.value < b.value ? -1 : 1;
}
