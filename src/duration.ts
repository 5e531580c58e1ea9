const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
/** arXiv changes once a day: asking more often than this finds nothing new. */
const SHORTEST_INTERVAL_MS = UNITS.h;

export const EXPECTED_INTERVAL = 'expected a time of at least an hour, such as 24h or 7d';

/** Milliseconds between two syncs, from `90m`, `24h` or `7d`; null for anything else and for less than an hour. */
export function parseInterval(text: string): number | null {
  const [, count, unit] = /^\s*(\d{1,9})\s*([mhd])\s*$/i.exec(text) ?? [];
  if (count === undefined || unit === undefined) return null;
  const ms = Number(count) * UNITS[unit.toLowerCase() as keyof typeof UNITS]; // the pattern admits these only
  return ms >= SHORTEST_INTERVAL_MS ? ms : null;
}
