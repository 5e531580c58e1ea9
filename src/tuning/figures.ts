import type { Build, Measurement } from './report.js';
import type { Estimate } from '../evaluation/statistics.js';

/** What settings are compared by. */

/** The median, by the server's own account where there is one: a mean goes astray by a single query that had to wait. */
export function timeOf({ serverMs, clientMs }: Pick<Measurement, 'serverMs' | 'clientMs'>): Estimate {
  return (serverMs ?? clientMs).p50;
}

/** How many queries a second one connection gets through. */
export function queriesPerSecond(measurement: Measurement): number {
  return 1_000 / timeOf(measurement).value;
}

/** Whose times are compared. */
export function sideOf(measurements: readonly Measurement[]): 'server' | 'client' {
  return measurements.some(({ serverMs }) => serverMs !== null) ? 'server' : 'client';
}

/** What must lie in memory to be quick: with compressed copies, the vectors themselves need not. */
export function neededBytes(build: Build | undefined): number {
  const parts = build?.memory.parts ?? [];
  const isCompressed = parts.some(({ name }) => name === 'compressed vectors');
  const isFiles = parts.some(({ name, bytes }) => name === 'index files' && bytes > 0);
  return parts
    .filter(({ name }) => name !== 'vectors' || !(isCompressed || isFiles))
    .reduce((sum, { bytes }) => sum + bytes, 0);
}

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

/** The item with the least number; the first of equals. @throws RangeError for no items. */
export function leastBy<Item>(items: readonly Item[], toNumber: (item: Item) => number): Item {
  const [first, ...others] = items;
  if (first === undefined) throw new RangeError('None of nothing is the least');
  return others.reduce((least, item) => (toNumber(item) < toNumber(least) ? item : least), first);
}
