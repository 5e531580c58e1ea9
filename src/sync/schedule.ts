const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Part of the interval over which syncs of many machines spread. */
const JITTER = 0.05;
/** Minutes around the full hour, when everybody's timers go off, that no sync begins in. */
const BUSY_MINUTES = 5;

/**
 * When the next sync begins, an interval after this one: some time later by chance, and never around the full hour.
 *
 * @param random from 0 up to 1.
 */
export function nextSyncAt(lastStart: number, intervalMs: number, random: () => number): number {
  const at = lastStart + intervalMs * (1 + JITTER * random());
  const intoHour = at % HOUR_MS;
  const busyMs = BUSY_MINUTES * MINUTE_MS;
  if (intoHour >= busyMs && intoHour <= HOUR_MS - busyMs) return Math.round(at);
  const fullHour = intoHour < busyMs ? at - intoHour : at - intoHour + HOUR_MS;
  return Math.round(fullHour + busyMs + random() * (HOUR_MS - 2 * busyMs) * JITTER);
}

/** When the first sync beside a server begins: an interval after the last one, by which process ever; now where there was none. */
export function dueAt(syncedAt: string | null, intervalMs: number, random: () => number): number {
  return syncedAt === null ? 0 : nextSyncAt(Date.parse(syncedAt), intervalMs, random);
}
