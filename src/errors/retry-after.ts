const SECONDS = /^\d+(\.\d+)?$/;
/** A date of HTTP in each of its three forms, or one of RFC 3339. `Date.parse` alone takes "-5" for a month. */
const DATE = /^(?:[a-z]{3,9},? .*\d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT)/i;
/** The oldest form, of the C library, whose time is GMT although it does not say so. */
const WITHOUT_ZONE = /^[a-z]{3} [a-z]{3} [ \d]\d \d\d:\d\d:\d\d \d{4}$/i;

/** Milliseconds that the value of a `Retry-After` header asks to wait, given in seconds or as a date (RFC 9110, section 10.2.3). */
export function parseRetryAfter(value: string | null | undefined, now = Date.now()): number | undefined {
  if (value === null || value === undefined) return undefined;
  if (SECONDS.test(value)) return Number(value) * 1_000;
  const time = parseHttpDate(value);
  return Number.isNaN(time) ? undefined : Math.max(0, time - now);
}

/** NaN for what is no date. */
function parseHttpDate(value: string): number {
  if (!DATE.test(value)) return NaN;
  return Date.parse(WITHOUT_ZONE.test(value) ? `${value} GMT` : value);
}
