/** Days in UTC as `YYYY-MM-DD`, from the first to the last, both included. */
export interface Period {
  first: string;
  last: string;
  /**
   * The day that "since" and "before" count from, if it lies within the period: for `2 years ago`, the same day of
   * that year.
   */
  from?: string;
}

/**
 * Bounds in days, `YYYY-MM-DD`: `gte` is the period's start, `lte` its end; `lt` ends before the start, `gt` begins
 * after the end.
 */
export interface DayRange {
  gte?: string;
  gt?: string;
  lte?: string;
  lt?: string;
}

export type Unit = 'hour' | 'day' | 'week' | 'fortnight' | 'month' | 'quarter' | 'year' | 'decade';

const UNIT_NAMES = {
  hour: ['hour', 'hr'],
  day: ['day'],
  week: ['week', 'wk'],
  fortnight: ['fortnight'],
  month: ['month', 'mo'],
  quarter: ['quarter'],
  year: ['year', 'yr'],
  decade: ['decade'],
} as const satisfies Record<Unit, readonly string[]>;

/** Units by name, singular and plural. */
export const UNITS: ReadonlyMap<string, Unit> = new Map(
  Object.entries(UNIT_NAMES).flatMap(([unit, names]) =>
    names.flatMap((name): [string, Unit][] => [
      [name, unit as Unit], // `Object.entries` loses the type of the keys
      [`${name}s`, unit as Unit],
    ]),
  ),
);

const MS_PER_DAY = 24 * 60 * 60 * 1000;
const DAYS_IN = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const MONTHS_IN: Readonly<Partial<Record<Unit, number>>> = { month: 1, quarter: 3, year: 12, decade: 120 };

/** Whole years of four digits. */
export function yearsFrom(first: number, last = first): Period {
  return { first: `${first}-01-01`, last: `${last}-12-31` };
}

/** @param month 1 to 12 */
export function monthOf(year: number, month: number): Period {
  return { first: writeDay(year, month, 1), last: writeDay(year, month, daysIn(year, month)) };
}

/** A number of months of a year, beginning with one from 1 to 12. */
export function monthsFrom(year: number, month: number, count: number): Period {
  return { first: monthOf(year, month).first, last: monthOf(year, month + count - 1).last };
}

/** Null if the month, 1 to 12, has no such day. */
export function dayOf(year: number, month: number, day: number): Period | null {
  if (day < 1 || day > daysIn(year, month)) return null;
  const only = writeDay(year, month, day);
  return { first: only, last: only };
}

export function dayAfter(day: string): string {
  return toDay(Date.parse(day) + MS_PER_DAY);
}

/** The clock's day, or one before it. */
export function today(clock: Date, back = 0): Period {
  const day = toDay(clock.getTime() - back * MS_PER_DAY);
  return { first: day, last: day };
}

/** The calendar decade, year, month, week (Monday to Sunday) or day of the clock, or the one before it. */
export function calendarPeriod(unit: Unit, back: 0 | 1, clock: Date): Period {
  const year = clock.getUTCFullYear();
  const month = clock.getUTCMonth();
  switch (unit) {
    case 'decade': {
      const first = year - (year % 10) - 10 * back;
      return yearsFrom(first, first + 9);
    }
    case 'year':
      return yearsFrom(year - back);
    case 'month': {
      const first = new Date(Date.UTC(year, month - back, 1));
      return monthOf(first.getUTCFullYear(), first.getUTCMonth() + 1);
    }
    case 'quarter': {
      const first = new Date(Date.UTC(year, month - (month % 3) - 3 * back, 1));
      return monthsFrom(first.getUTCFullYear(), first.getUTCMonth() + 1, 3);
    }
    case 'fortnight':
    case 'week': {
      const monday = clock.getUTCDate() - ((clock.getUTCDay() + 6) % 7) - 7 * back;
      return { first: toDay(Date.UTC(year, month, monday)), last: toDay(Date.UTC(year, month, monday + 6)) };
    }
    case 'day':
    case 'hour':
      return today(clock, back);
  }
}

/**
 * The day that many units before the clock's day; in a shorter month, its last day. Only whole days count: 24 hours
 * are one day, 25 are two.
 */
export function countBack(count: number, unit: Unit, clock: Date): string {
  const [year, month, day] = [clock.getUTCFullYear(), clock.getUTCMonth(), clock.getUTCDate()];
  const months = MONTHS_IN[unit];
  if (months === undefined) return toDay(Date.UTC(year, month, day - daysOf(count, unit)));
  const lastOfMonth = new Date(Date.UTC(year, month - count * months + 1, 0)).getUTCDate();
  return toDay(Date.UTC(year, month - count * months, Math.min(day, lastOfMonth)));
}

function daysOf(count: number, unit: Unit): number {
  if (unit === 'hour') return Math.ceil(count / 24);
  if (unit === 'fortnight') return 14 * count;
  return unit === 'week' ? 7 * count : count;
}

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : (DAYS_IN[month - 1] ?? 0);
}

/** Not through `Date`, which takes ten times as long: a query may consist of dates. */
function writeDay(year: number, month: number, day: number): string {
  return `${year}-${month < 10 ? '0' : ''}${month}-${day < 10 ? '0' : ''}${day}`;
}

function toDay(timestamp: number): string {
  return new Date(timestamp).toISOString().slice(0, 10);
}
