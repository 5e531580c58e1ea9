/** `1 h 02 min`, `3 min 20 s`, `4.2 s` */
export function durationInWords(ms: number): string {
  const seconds = ms / 1_000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${pad(Math.floor(seconds % 60))} s`;
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
/** arXiv changes once a day: syncing more often than this finds nothing new. */
const SHORTEST_INTERVAL_MS = UNITS.h;
const LONGEST_INTERVAL_MS = 366 * UNITS.d;

export const EXPECTED_INTERVAL = 'expected a time of at least an hour, such as 24h or 7d, and at most a year';

/**
 * Milliseconds between two syncs, from `90m`, `24h` or `7d`; null for any other text, and for less than an hour or
 * more than a year.
 */
export function parseInterval(text: string): number | null {
  const [, count, unit] = /^\s*(\d{1,9})\s*([mhd])\s*$/i.exec(text) ?? [];
  if (count === undefined || unit === undefined) return null;
  const ms = Number(count) * UNITS[unit.toLowerCase() as keyof typeof UNITS]; // the pattern admits these only
  return ms >= SHORTEST_INTERVAL_MS && ms <= LONGEST_INTERVAL_MS ? ms : null;
}
