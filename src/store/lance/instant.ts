const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s*(?:([Zz])|([+-])(\d{2}):?(\d{2}))?)?$/;

/**
 * An RFC 3339 instant as microseconds since 1970, exact; what is finer is cut off. A bare date is midnight, a time
 * without zone is UTC, as Qdrant reads them. Null when the text is no such instant or no day of the calendar.
 */
export function toMicroseconds(text: string): bigint | null {
  const match = INSTANT.exec(text.trim());
  if (!match) return null;
  const part = (at: number) => Number(match[at] ?? 0);
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)];
  if (hour > 23 || minute > 59 || second > 60 || !isCalendarDay(year, month, day)) return null;
  const zoneMinutes = (part(10) * 60 + part(11)) * (match[9] === '-' ? -1 : 1);
  const milliseconds = utc(year, month, day, hour, minute - zoneMinutes, second);
  const fraction = (match[7] ?? '').padEnd(6, '0').slice(0, 6);
  return BigInt(milliseconds) * 1000n + BigInt(fraction);
}

/** As RFC 3339 in UTC, with as many decimals as the instant needs: none, three or six. */
export function fromMicroseconds(instant: bigint): string {
  const fraction = Number(((instant % 1_000_000n) + 1_000_000n) % 1_000_000n);
  const text = new Date(Number((instant - BigInt(fraction)) / 1000n)).toISOString().slice(0, -'.000Z'.length);
  const digits = String(fraction).padStart(6, '0');
  if (fraction === 0) return `${text}Z`;
  return `${text}.${digits.endsWith('000') ? digits.slice(0, 3) : digits}Z`;
}

function isCalendarDay(year: number, month: number, day: number): boolean {
  const date = new Date(utc(year, month, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** As `Date.UTC`, without its reading of the years 0 to 99 as 1900 to 1999. */
function utc(year: number, month: number, day: number, hour = 0, minute = 0, second = 0): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.setUTCHours(hour, minute, second);
}
