import type { PaperVersion } from '../papers/payload.js';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** A time that does not say of which zone: the dump's times are all of UTC. */
const WITHOUT_ZONE = /\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/;
const NUMBER = /^v?(\d+)$/i;

/** The versions whose dates can be read, in the order of their numbers. */
export function toVersions(versions: readonly PaperVersion[]): PaperVersion[] {
  const dated = versions.flatMap(({ version, created }) => {
    const instant = toInstant(created);
    return instant ? [{ version, created: instant }] : [];
  });
  return dated.every(({ version }) => NUMBER.test(version))
    ? dated.sort((a, b) => numberOf(a.version) - numberOf(b.version))
    : dated;
}

/** An RFC 822 date or an ISO day as an RFC 3339 instant in UTC; undefined for anything else. */
export function toInstant(date: string | null | undefined): string | undefined {
  const text = date?.trim();
  const time = text ? Date.parse(WITHOUT_ZONE.test(text) ? `${text}Z` : text) : NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().replace('.000Z', 'Z');
}

/** A day as `YYYY-MM-DD`; empty when it cannot be read. */
export function toDay(date: string | null): string {
  if (date !== null && DAY.test(date) && toInstant(date)) return date;
  return toInstant(date)?.slice(0, 10) ?? '';
}

function numberOf(version: string): number {
  return Number(NUMBER.exec(version)?.[1]);
}
