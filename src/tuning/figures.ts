import type { Build, Measurement } from './report.js';
import type { Estimate } from '../evaluation/statistics.js';

/** Figures by which settings are compared. */

/** The median time, measured by the server if possible. A single slow query would distort the mean. */
export function timeOf({ serverMs, clientMs }: Pick<Measurement, 'serverMs' | 'clientMs'>): Estimate {
  return (serverMs ?? clientMs).p50;
}

/** Queries per second on one connection. */
export function queriesPerSecond(measurement: Measurement): number {
  return 1_000 / timeOf(measurement).value;
}

/** Where the compared times were measured. */
export function sideOf(measurements: readonly Measurement[]): 'server' | 'client' {
  return measurements.some(({ serverMs }) => serverMs !== null) ? 'server' : 'client';
}

/**
 * Bytes that must be in memory for fast searches. If there are compressed copies, the vectors themselves are not
 * included.
 */
export function neededBytes(build: Build | undefined): number {
  const parts = build?.memory.parts ?? [];
  const isCompressed = parts.some(({ name }) => name === 'compressed vectors');
  const isFiles = parts.some(({ name, bytes }) => name === 'index files' && bytes > 0);
  return parts
    .filter(({ name }) => name !== 'vectors' || !(isCompressed || isFiles))
    .reduce((sum, { bytes }) => sum + bytes, 0);
}

/**
 * The items that no other item beats: none is at least as good in both figures and better in one.
 *
 * @param toFigures the two figures of an item; more is better.
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

/**
 * The item with the smallest number; the first one if several are equal. @throws RangeError if there are no items.
 */
export function leastBy<Item>(items: readonly Item[], toNumber: (item: Item) => number): Item {
  const [first, ...others] = items;
  if (first === undefined) throw new RangeError('None of nothing is the least');
  return others.reduce((least, item) => (toNumber(item) < toNumber(least) ? item : least), first);
}
