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
