/** The item with the least number; the first of equals. @throws RangeError for no items. */
export function leastBy<Item>(items: readonly Item[], toNumber: (item: Item) => number): Item {
  const [first, ...others] = items;
  if (first === undefined) throw new RangeError('None of nothing is the least');
  return others.reduce((least, item) => (toNumber(item) < toNumber(least) ? item : least), first);
}
