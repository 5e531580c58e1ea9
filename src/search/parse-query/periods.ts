/** Days in UTC as `YYYY-MM-DD`; from the first to the last, both included. */
export interface Period {
  first: string;
  last: string;
}

/** Bounds in days, `YYYY-MM-DD`: `gte` from its start, `lte` to its end, `lt` up to its start, `gt` from behind its end. */
export interface DayRange {
  gte?: string;
  gt?: string;
  lte?: string;
  lt?: string;
}

export type Unit = 'day' | 'week' | 'month' | 'year' | 'decade';

const MS_PER_DAY = 24 * 60 * 60 * 1000;
const DAYS_IN = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const MONTHS_IN: Readonly<Partial<Record<Unit, number>>> = { month: 1, year: 12, decade: 120 };

/** Whole years of four digits. */
export function yearsFrom(first: number, last = first): Period {
  return { first: `${first}-01-01`, last: `${last}-12-31` };
}

/** @param month 1 to 12 */
export function monthOf(year: number, month: number): Period {
  return { first: writeDay(year, month, 1), last: writeDay(year, month, daysIn(year, month)) };
}

/** Null when the month, 1 to 12, has no such day. */
export function dayOf(year: number, month: number, day: number): Period | null {
  if (day < 1 || day > daysIn(year, month)) return null;
  const only = writeDay(year, month, day);
  return { first: only, last: only };
}

export function dayBehind(day: string): string {
  return toDay(Date.parse(day) + MS_PER_DAY);
}

/** The calendar year, month or week (Monday to Sunday) of the clock, or the one before it. */
export function calendarPeriod(unit: 'year' | 'month' | 'week', back: 0 | 1, clock: Date): Period {
  const year = clock.getUTCFullYear();
  const month = clock.getUTCMonth();
  if (unit === 'year') return yearsFrom(year - back);
  if (unit === 'month') {
    const first = new Date(Date.UTC(year, month - back, 1));
    return monthOf(first.getUTCFullYear(), first.getUTCMonth() + 1);
  }
  const monday = clock.getUTCDate() - ((clock.getUTCDay() + 6) % 7) - 7 * back;
  return { first: toDay(Date.UTC(year, month, monday)), last: toDay(Date.UTC(year, month, monday + 6)) };
}

/** So many units before the clock's day; of a month that is too short its last day. */
export function countBack(count: number, unit: Unit, clock: Date): string {
  const [year, month, day] = [clock.getUTCFullYear(), clock.getUTCMonth(), clock.getUTCDate()];
  const months = MONTHS_IN[unit];
  if (months === undefined) return toDay(Date.UTC(year, month, day - count * (unit === 'week' ? 7 : 1)));
  const lastOfMonth = new Date(Date.UTC(year, month - count * months + 1, 0)).getUTCDate();
  return toDay(Date.UTC(year, month - count * months, Math.min(day, lastOfMonth)));
}

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : (DAYS_IN[month - 1] ?? 0);
}

/** Without a `Date`, which takes ten times as long: a query may be nothing but dates. */
function writeDay(year: number, month: number, day: number): string {
  return `${year}-${month < 10 ? '0' : ''}${month}-${day < 10 ? '0' : ''}${day}`;
}

function toDay(timestamp: number): string {
  return new Date(timestamp).toISOString().slice(0, 10);
}
