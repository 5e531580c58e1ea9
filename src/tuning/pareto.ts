/**
 * Those that no other beats: none is at least as good in both ways and better in one.
 *
 * @param toFigures of an item, each the more the better.
 * @returns in ascending order of the first figure.
 */
export function paretoFront<Item>(
  items: readonly Item[],
  toFigures: (item: Item) => readonly [number, number],
): Item[] {
  const beats = ([a1, a2]: readonly [number, number], [b1, b2]: readonly [number, number]) =>
    a1 >= b1 && a2 >= b2 && (a1 > b1 || a2 > b2);
  return items
    .filter((item) => !items.some((other) => beats(toFigures(other), toFigures(item))))
    .sort((a, b) => toFigures(a)[0] - toFigures(b)[0]);
}
