const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Share of the interval over which the syncs of many machines spread. */
const JITTER = 0.05;
/** Minutes before and after the full hour, when everybody's timers fire, in which no sync begins. */
const BUSY_MINUTES = 5;

/**
 * When the next sync begins: an interval after this one, plus a random time, and never around the full hour.
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

/**
 * When the first sync next to a server begins: an interval after the last one by any process, or now if there was
 * none.
 */
export function dueAt(syncedAt: string | null, intervalMs: number, random: () => number): number {
  return syncedAt === null ? 0 : nextSyncAt(Date.parse(syncedAt), intervalMs, random);
}
