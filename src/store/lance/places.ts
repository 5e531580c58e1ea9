import type { Places } from './directory-postings.js';

/** The first of the places that stand in every list. */
export function intersect(lists: readonly Places[], limit = Infinity): Places {
  const [shortest = new Uint32Array(), ...others] = [...lists].sort((a, b) => a.length - b.length);
  const reached = others.map(() => 0);
  const common: number[] = [];
  for (const place of shortest) {
    if (common.length >= limit) break;
    const isCommon = others.every((list, at) => {
      const next = seek(list, place, reached[at] ?? 0);
      reached[at] = next;
      return list[next] === place;
    });
    if (isCommon) common.push(place);
  }
  return Uint32Array.from(common);
}

/** The places that stand in any list. */
export function unite(lists: readonly Places[]): Places {
  const [only] = lists;
  if (only && lists.length === 1) return only;
  const places = new Set<number>();
  for (const list of lists) for (const place of list) places.add(place);
  return Uint32Array.from(places).sort();
}

/** The index of the first value that is not lower, from `from` on: in steps that double, then by halves. */
function seek(list: Places, value: number, from: number): number {
  let step = 1;
  let low = from;
  let high = from;
  while (high < list.length && (list[high] ?? 0) < value) {
    low = high + 1;
    high += step;
    step *= 2;
  }
  high = Math.min(high, list.length);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
