import type { FacetCount } from './store.js';

/**
 * The most frequent values; ties are ordered by value.
 *
 * @param counts the number of occurrences of each value, by its index; zeros are left out.
 * @param valueAt is called only for values that may be among the result: there can be a hundred thousand, and
 * converting each to text would take longer than counting.
 */
export function topCounts(
  counts: Readonly<ArrayLike<number>>,
  valueAt: (index: number) => string | number,
  limit: number,
): FacetCount[] {
  const top: FacetCount[] = [];
  for (let index = 0; index < counts.length; index++) {
    const count = counts[index] ?? 0;
    const last = top.length < limit ? undefined : top.at(-1);
    if (count === 0 || (last && count < last.count)) continue;
    const candidate = { value: valueAt(index), count };
    if (last && byCountThenValue(last, candidate) < 0) continue;
    if (last) top.pop();
    top.splice(placeIn(top, candidate), 0, candidate);
  }
  return top;
}

export function byCountThenValue(a: FacetCount, b: FacetCount): number {
  if (a.count !== b.count) return b.count - a.count;
  return a.value < b.value ? -1 : 1;
}

/** The place of the candidate in the sorted counts. */
function placeIn(sorted: readonly FacetCount[], candidate: FacetCount): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = sorted[middle];
    if (other && byCountThenValue(other, candidate) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
