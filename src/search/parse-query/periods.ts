import { calendarPeriod, countBack, dayOf, monthOf, today, UNITS, yearsFrom } from './calendar.js';
import {
  FIRST_LIKELY_YEAR,
  isYear,
  MONTH_NAME,
  readCount,
  skipOf,
  toDayOfMonth,
  toMonth,
  toMonthNumber,
  toRead,
  toYear,
  type ReadPeriod,
} from './date-words.js';
import { isShortDecade, readDecade, readPart, readPartAndYear, readPartOfYear } from './parts-of-years.js';
import type { Token } from './tokens.js';

/** Smaller numbers are not read as years. */
const FIRST_YEAR = 1800;
const BEGINS_WITH_DIGIT = /^\d/;
export const ISO_DATE = /^(\d{4})([-/.])(\d{1,2})(?:\2(\d{1,2}))?$/;
/** `20210301` */
const COMPACT_DATE = /^(\d{4})(\d\d)(\d\d)$/;
/** The time of `2021-03-01T09:30Z`, which is ignored. */
const TIME_OF_DAY = /t\d\d:\d\d[\d:.]{0,10}(?:z|[+-]\d\d:?\d\d)?$/;
const MONTH_AND_YEAR = /^(\d{1,2})[/.](\d{4})$/;
const DAY_FIRST = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})$/;
const DAY_MONTH_YEAR = /^(\d{1,2})[-/]([a-z]{3,9})[-/](\d{4})$/;
/** Two days of a month: `1-15`, `1st–15th`. */
export const GLUED_DAYS = /^(\d{1,2})(?:st|nd|rd|th)?[-–—](\d{1,2})(?:st|nd|rd|th)?$/u;
const WEEKDAY = /^(?:mon|tues|wednes|thurs|fri|satur|sun)day$|^(?:mon|tue|wed|thu|fri|sat|sun)$/;

/**
 * A calendar period: `2021`, `the year 2021`, `March 2020`, `March 15, 2020`, `15 March 2020`, `2020-03`, `06/2004`,
 * `2020/06/15`, `Q1 2021`, `the first half of 2020`, `early 2020`, `the 1990s`, `last year`, `yesterday`, `2 years
 * ago`. Null if none begins here or no paper can be from it. Looks at a bounded number of tokens.
 */
export function readPeriod(tokens: readonly Token[], at: number, clock: Date): ReadPeriod | null {
  const token = tokens[at];
  if (token?.kind !== 'word' || (token.before !== '' && !isShortDecade(token.text))) return null;
  const from = token.lower === 'the' ? at + 1 : at;
  if (isBeforeDay(tokens, from)) return readAnyPeriod(tokens, from + 1, clock, false);
  const isNamedYear = tokens[from]?.lower === 'year' || tokens[from]?.lower === 'years';
  return readAnyPeriod(tokens, isNamedYear ? from + 1 : from, clock, isNamedYear);
}

/** `Monday` in `Monday, 15 March 2021` */
function isBeforeDay(tokens: readonly Token[], at: number): boolean {
  const [token, next] = [tokens[at], tokens[at + 1]];
  if (!WEEKDAY.test(token?.lower ?? '') || !/^[,.]?$/.test(token?.after ?? '')) return false;
  const isDay = toDayOfMonth(next) !== null || toDayOfMonth(tokens[at + 2]) !== null;
  return /^\d.*\d{4}|^\d{4}.*\d$/.test(next?.lower ?? '') || (isDay && next?.kind === 'word');
}

function readAnyPeriod(
  tokens: readonly Token[],
  at: number,
  clock: Date,
  isNamedYear: boolean,
): ReadPeriod | null {
  const token = tokens[at];
  if (token?.kind !== 'word') return null;
  if (isShortDecade(token.lower)) return readDecade(tokens, at, clock);
  if (token.before !== '') return null;
  if (isNamedYear) {
    const year = readYear(tokens, at, clock);
    return year && { ...year, isBareYear: false };
  }
  return (
    (BEGINS_WITH_DIGIT.test(token.text) ? readDigits(tokens, at, clock) : null) ??
    readNamedMonth(tokens, at, clock) ??
    readPartOfYear(tokens, at, clock) ??
    readAgo(tokens, at, clock) ??
    readRelative(tokens, at, clock)
  );
}

function readDigits(tokens: readonly Token[], at: number, clock: Date): ReadPeriod | null {
  return (
    readYear(tokens, at, clock) ??
    readPartAndYear(tokens, at, clock) ??
    readNumericDate(tokens[at]?.lower ?? '', at, clock) ??
    readDecade(tokens, at, clock)
  );
}

/** A year before 1900 must be followed by punctuation or nothing: `in 1850 patients` is a number. */
function readYear(tokens: readonly Token[], at: number, clock: Date): ReadPeriod | null {
  const { text = '', after = '' } = tokens[at] ?? {};
  const year = /^\d{4}$/.test(text) ? Number(text) : NaN;
  if (year < FIRST_YEAR || !(year <= clock.getUTCFullYear())) return null;
  const next = tokens[at + 1];
  const part = after === '' ? readPart(next, year, at + 2, clock) : null;
  if (part) return part;
  if (year < FIRST_LIKELY_YEAR && after === '' && next?.kind === 'word') {
    if (!['and', 'or', 'to', 'until', 'by', 'in', 'on'].includes(next.lower)) return null;
  }
  return toRead(yearsFrom(year), at + 1, true);
}

/** Days and months in either order, if only one reading is possible: `15/06/2020`, but not `05/06/2020`. */
function readNumericDate(written: string, at: number, clock: Date): ReadPeriod | null {
  const text = written.replace(TIME_OF_DAY, '');
  const [compact, ...parts] = (COMPACT_DATE.exec(text) ?? []).map(Number);
  if (compact !== undefined) {
    const [year = 0, month = 0, day] = parts;
    return toDayOrMonth(year, month, day, at + 1, clock);
  }
  const [, isoYear, separator, isoMonth, isoDay] = ISO_DATE.exec(text) ?? [];
  if (isoYear !== undefined && (separator !== '.' || isoDay !== undefined)) {
    return toDayOrMonth(Number(isoYear), Number(isoMonth), isoDay && Number(isoDay), at + 1, clock);
  }
  const [, onlyMonth, monthYear] = MONTH_AND_YEAR.exec(text) ?? [];
  if (onlyMonth !== undefined) return toDayOrMonth(Number(monthYear), Number(onlyMonth), '', at + 1, clock);
  const [, namedDay, name = '', namedYear] = DAY_MONTH_YEAR.exec(text) ?? [];
  if (namedDay !== undefined && MONTH_NAME.test(name)) {
    return toDayOrMonth(Number(namedYear), toMonthNumber(name), Number(namedDay), at + 1, clock);
  }
  const [, first, , second, year] = (DAY_FIRST.exec(text) ?? []).map(Number);
  if (first === undefined || second === undefined || year === undefined) return null;
  if (first > 12 || first === second) return toDayOrMonth(year, second, first, at + 1, clock);
  return second > 12 ? toDayOrMonth(year, first, second, at + 1, clock) : null;
}

function toDayOrMonth(
  year: number,
  month: number,
  day: number | '' | undefined,
  next: number,
  clock: Date,
): ReadPeriod | null {
  if (!isYear(year, clock) || month < 1 || month > 12) return null;
  const period = day === '' || day === undefined ? monthOf(year, month) : dayOf(year, month, day);
  return period && toRead(period, next);
}

/** `March 2020`, `March of 2020`, `March 15, 2020`, `15th of March 2020`. */
export function readNamedMonth(tokens: readonly Token[], start: number, clock: Date): ReadPeriod | null {
  let at = start;
  let day = toDayOfMonth(tokens[at]);
  if (day !== null) at = skipOf(tokens, at + 1);
  const month = toMonth(tokens[at]);
  if (month === null) return null;
  at = skipOf(tokens, at + 1);
  if (day === null) {
    day = toDayOfMonth(tokens[at]);
    if (day !== null) at += 1;
  }
  const year = toYear(tokens[at], clock);
  if (year === null) return null;
  if (day === null) return followsDay(tokens, start) ? null : toRead(monthOf(year, month), at + 1);
  const period = dayOf(year, month, day);
  return period && toRead(period, at + 1);
}

/** Whether a month belongs to a day before it, `5 June` or `5th of June`, and so is not the whole month. */
function followsDay(tokens: readonly Token[], month: number): boolean {
  return [month - 1, month - 2, month - 3].some(
    (at) => mayBeDays(tokens[at]) && skipOf(tokens, at + 1) === month,
  );
}

function mayBeDays(token: Token | undefined): boolean {
  return toDayOfMonth(token) !== null || GLUED_DAYS.test(token?.lower ?? '');
}

/**
 * `2 years ago`, `a few months ago`: the calendar's year, month, week or day that contains the day this long ago.
 */
function readAgo(tokens: readonly Token[], at: number, clock: Date): ReadPeriod | null {
  const counted =
    tokens[at]?.lower === 'a' || tokens[at]?.lower === 'one' ? readOne(tokens, at) : readCount(tokens, at);
  const unit = counted && UNITS.get(tokens[counted.next]?.lower ?? '');
  if (!unit || tokens[counted.next + 1]?.lower !== 'ago') return null;
  const day = countBack(counted.count, unit, clock);
  return { ...toRead(calendarPeriod(unit, 0, new Date(day)), counted.next + 2), from: day };
}

function readOne(tokens: readonly Token[], at: number): { count: number; next: number } | null {
  return readCount(tokens, at) ?? { count: 1, next: at + 1 };
}

/** `last year`, `this month`, `this decade`, `today`, `yesterday`, `day before yesterday`. */
function readRelative(tokens: readonly Token[], at: number, clock: Date): ReadPeriod | null {
  const [which, unit] = [tokens[at]?.lower, tokens[at + 1]?.lower];
  if (which === 'today' || which === 'yesterday') {
    return toRead(today(clock, which === 'today' ? 0 : 1), at + 1);
  }
  if (which === 'day' && unit === 'before' && tokens[at + 2]?.lower === 'yesterday') {
    return toRead(today(clock, 2), at + 3);
  }
  const isPast = which === 'last' || which === 'previous';
  if (!isPast && which !== 'this' && which !== 'current') return null;
  const isUnit = unit === 'year' || unit === 'quarter' || unit === 'month' || unit === 'week';
  // "Last decade" can also be the last ten years.
  if (!isUnit && !(unit === 'decade' && !isPast)) return null;
  if (tokens[at]?.after !== '' || tokens[at + 2]?.lower === 'of') return null;
  return toRead(calendarPeriod(unit, isPast ? 1 : 0, clock), at + 2);
}
