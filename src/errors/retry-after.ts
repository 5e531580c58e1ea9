const SECONDS = /^\d+(\.\d+)?$/;

/** Milliseconds that the value of a `Retry-After` header asks to wait, given in seconds or as a date (RFC 9110, section 10.2.3). */
export function parseRetryAfter(value: string | null | undefined, now = Date.now()): number | undefined {
  if (value === null || value === undefined) return undefined;
  if (SECONDS.test(value)) return Number(value) * 1_000;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : Math.max(0, time - now);
}
