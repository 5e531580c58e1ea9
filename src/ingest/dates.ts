import type { PaperVersion } from '../papers/payload.js';

const NUMBER = /^v?(\d+)$/i;
const TIME = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?`;
const ZONE = String.raw`(Z|UTC|GMT|UT|[ECMP][SD]T|[+-]\d{2}(?::?\d{2})?)`;
/** `2007-04-02T19:18:42+00:00`, `2007-04-02 19:18:42`, `2007/04/02`, `20070402`. */
const ISO = new RegExp(String.raw`^(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})(?:[T ]\s*${TIME})?\s*${ZONE}?$`, 'i');
/** `Mon, 2 Apr 2007 19:18:42 GMT`. */
const RFC_822 = new RegExp(
  String.raw`^(?:[a-z]{3,9},?\s+)?(\d{1,2})[ -]([a-z]{3,9})[ -](\d{4}|\d{2})(?:,?\s+${TIME})?\s*${ZONE}?$`,
  'i',
);
/** `April 2, 2007`, and `Mon Apr 2 19:18:42 2007` as in C. */
const MONTH_FIRST = new RegExp(
  String.raw`^(?:[a-z]{3,9},?\s+)??([a-z]{3,9})\.?\s+(\d{1,2}),?\s+(?:${TIME}\s+)?(\d{4})$`,
  'i',
);
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** Hours that America's zones are behind UTC. */
const AMERICAN: Readonly<Record<string, number>> = {
  EST: 5,
  EDT: 4,
  CST: 6,
  CDT: 5,
  MST: 7,
  MDT: 6,
  PST: 8,
  PDT: 7,
};
/** `20070402191842`, and without seconds, as in arXiv's API. An epoch with as many digits would be of another time. */
const COMPACT = new RegExp(
  String.raw`^((?:19|20)\d{2})(0[1-9]|1[0-2])([0-2]\d|3[01])T?(\d{2})(\d{2})(\d{2})?\s*${ZONE}?$`,
  'i',
);
/** Seconds since 1970, or thousandths, millionths or billionths: 1e11 seconds would be in the year 5138. */
const EPOCH = /^-?\d{9,19}(?:\.\d+)?$/;
const MAX_SECONDS = 1e11;
/**
 * How Python prints a date in a list: `datetime.datetime(2007, 4, 2, 19, 18, 42)`, `Timestamp('2007-04-02')`.
 */
const PYTHON_PARTS = /^(?:datetime\.)?date(?:time)?\(([\d, ]+?)(?:, tzinfo=.*)?\)$/;
const PYTHON_TEXT = /^(?:\w+\.)*\w+\('([^']+)'.*\)$/;

/** The versions with readable dates, by number. */
export function toVersions(versions: readonly PaperVersion[]): PaperVersion[] {
  const dated = versions.flatMap(({ version, created }) => {
    const instant = toInstant(created);
    return instant ? [{ version, created: instant }] : [];
  });
  return dated.every(({ version }) => NUMBER.test(version))
    ? dated.sort((a, b) => numberOf(a.version) - numberOf(b.version))
    : dated;
}

/** Number of versions: the length of the list or the highest number, whichever is larger. */
export function countVersions(versions: readonly { version: string }[]): number {
  return versions.reduce(
    (highest, { version }) => (NUMBER.test(version) ? Math.max(highest, numberOf(version)) : highest),
    versions.length,
  );
}

/**
 * A date as an RFC 3339 instant in UTC; undefined for what is not a date, such as 30 February. A time without a zone
 * is UTC, as in the dump, whatever the zone of the machine.
 */
export function toInstant(date: string | null | undefined): string | undefined {
  const text = fromPython(date?.trim() ?? '');
  const isEpoch = EPOCH.test(text) && !COMPACT.test(text);
  const time = isEpoch ? toEpoch(Number(text)) : parseDate(text);
  return time === undefined || Number.isNaN(time)
    ? undefined
    : new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** A day as `YYYY-MM-DD`; empty if it cannot be read. */
export function toDay(date: string | null): string {
  return toInstant(date)?.slice(0, 10) ?? '';
}

/** Milliseconds. */
function toEpoch(number: number): number {
  let seconds = number;
  while (Math.abs(seconds) >= MAX_SECONDS) seconds /= 1_000;
  return Math.round(seconds * 1_000);
}

function fromPython(text: string): string {
  const parts = PYTHON_PARTS.exec(text)?.[1]?.split(/, */).map(Number);
  return parts && parts.length >= 3 ? toTimeText(parts) : (PYTHON_TEXT.exec(text)?.[1] ?? text);
}

/** Year, month, day, and the time if given, as ISO 8601 in UTC. */
export function toTimeText(numbers: readonly number[]): string {
  const [year, month, day, hour = '00', minute = '00', second = '00'] = numbers.map((number) =>
    String(number).padStart(2, '0'),
  );
  return `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
}

function parseDate(text: string): number | undefined {
  const iso = ISO.exec(text);
  if (iso) {
    const [, year, , month, day, ...time] = iso;
    return toTime([year, month, day], time);
  }
  const compact = COMPACT.exec(text);
  if (compact) {
    const [, year, month, day, ...time] = compact;
    return toTime([year, month, day], time);
  }
  const rfc = RFC_822.exec(text);
  if (rfc) {
    const [, day, month, year, ...time] = rfc;
    return toTime([year, monthOf(month), day], time);
  }
  const [, month, day, hour, minute, second, year] = MONTH_FIRST.exec(text) ?? [];
  return year === undefined ? undefined : toTime([year, monthOf(month), day], [hour, minute, second]);
}

function monthOf(name = ''): string {
  return String(MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1);
}

type Written = string | undefined;

/** Undefined for a day or a time that does not exist. */
function toTime(
  date: readonly Written[],
  [hour, minute, second, zone]: readonly Written[],
): number | undefined {
  const [written = 0, month = 0, day = 0] = date.map(Number);
  // arXiv began in 1991.
  const year = written >= 100 ? written : written + (written > 90 ? 1_900 : 2_000);
  const [hours, minutes, seconds] = [hour, minute, second].map((part) => Number(part ?? 0));
  const time = Date.UTC(year, month - 1, day, hours, minutes, seconds);
  const there = new Date(time);
  const exists =
    there.getUTCMonth() === month - 1 && there.getUTCDate() === day && there.getUTCHours() === hours;
  return exists ? time - offsetOf(zone) * 60_000 : undefined;
}

/** Minutes that a zone is ahead of UTC. */
function offsetOf(zone = 'Z'): number {
  const [, sign, hours, minutes = 0] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? [];
  if (sign !== undefined) return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  return -60 * (AMERICAN[zone.toUpperCase()] ?? 0);
}

function numberOf(version: string): number {
  return Number(NUMBER.exec(version)?.[1]);
}
