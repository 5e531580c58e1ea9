const SECONDS = /^\d+(\.\d+)?$/;
/** A date in one of the three HTTP formats, or in that of RFC 3339. `Date.parse` alone would read "-5" as a month. */
const DATE = /^(?:[a-z]{3,9},? .*\d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT)/i;
/** The oldest format, that of the C library. It has no time zone and is always GMT. */
const WITHOUT_ZONE = /^[a-z]{3} [a-z]{3} [ \d]\d \d\d:\d\d:\d\d \d{4}$/i;

/**
 * Milliseconds to wait according to a `Retry-After` header, which gives seconds or a date (RFC 9110, section 10.2.3).
 */
export function parseRetryAfter(value: string | null | undefined, now = Date.now()): number | undefined {
  if (value === null || value === undefined) return undefined;
  if (SECONDS.test(value)) return Number(value) * 1_000;
  const time = parseHttpDate(value);
  return Number.isNaN(time) ? undefined : Math.max(0, time - now);
}

/** NaN if the value is not a date. */
function parseHttpDate(value: string): number {
  if (!DATE.test(value)) return NaN;
  return Date.parse(WITHOUT_ZONE.test(value) ? `${value} GMT` : value);
}
