import { dayOf, monthOf, monthsFrom, yearsFrom, type Period } from './calendar.js';
import {
  countsThings,
  isYear,
  readCount,
  skipOf,
  toMonth,
  toMonthNumber,
  toRead,
  toYear,
  MONTH_NAME,
  type ReadPeriod,
} from './date-words.js';
import type { Token } from './tokens.js';

const DECADE = /^(\d{3}0)['’]?s$/u;
/** `the 90s`, `the '90s`, `the 90's`. Smaller decades, such as the twenties, can be of any century. */
const SHORT_DECADE = /^([5-9])0['’]?s$/u;
const DECADE_NAMES = 'fifties sixties seventies eighties nineties'.split(' ');
const APOSTROPHE = /^['’‘]$/u;

/** How many months a quarter and a half have. */
const MONTHS_IN = { q: 3, h: 6 } as const;
type PartOfYear = keyof typeof MONTHS_IN;
/** `Q1`, `1Q`, `H2` */
const PART = /^(?:(?<part>[qh])(?<number>[1-4])|(?<number2>[1-4])(?<part2>[qh]))$/;
/** `Q1-2021`, `2021Q1` */
const PART_AND_YEAR =
  /^(?:(?<part>[qh])(?<number>[1-4])[-/]?(?<year>\d{4})|(?<year2>\d{4})[-/]?(?<part2>[qh])(?<number2>[1-4]))$/;
/** The third of a year: `early 2020` is January to April. */
const THIRDS: ReadonlyMap<string, number> = new Map([
  ['early', 0],
  ['beginning', 0],
  ['start', 0],
  ['mid', 1],
  ['middle', 1],
  ['late', 2],
  ['end', 2],
]);
/**
 * The first month of a season, in the northern hemisphere. Winter is missing because it lies in two years: `winter
 * 2020` is ambiguous.
 */
export const SEASONS: ReadonlyMap<string, number> = new Map([
  ['spring', 3],
  ['summer', 6],
  ['autumn', 9],
  ['fall', 9],
]);
/** `winter 2019/20`, `winter 2019-2020` */
const YEARS_OF_WINTER = /^(\d{4})[-–/](\d{2}|\d{4})$/u;
/** Which of several parts; -1 is the last. */
const ORDINALS: ReadonlyMap<string, number> = new Map([
  ['first', 1],
  ['1st', 1],
  ['second', 2],
  ['2nd', 2],
  ['third', 3],
  ['3rd', 3],
  ['fourth', 4],
  ['4th', 4],
  ['last', -1],
  ['final', -1],
  ['latter', -1],
]);
const DAYS_IN_WEEK = 7;

/**
 * `Q1 2021`, `first quarter of 2021`, `second half of 2020`, `summer 2021`, `early 2020`, `mid-March 2020`, `the late
 * 1990s`, `the first six months of 2020`, `the last week of March 2020`.
 */
export function readPartOfYear(tokens: readonly Token[], at: number, clock: Date): ReadPeriod | null {
  return (
    readPartAndYear(tokens, at, clock) ??
    readNumberedPart(tokens, at, clock) ??
    readSeason(tokens, at, clock) ??
    readThird(tokens, at, clock)
  );
}

/** `Q1 2021`, `Q1-2021`, `2021Q1` */
export function readPartAndYear(tokens: readonly Token[], at: number, clock: Date): ReadPeriod | null {
  const { groups = {} } = PART_AND_YEAR.exec(tokens[at]?.lower ?? '') ?? {};
  const year = Number(groups['year'] ?? groups['year2']);
  if (year) return toPart({ ...toNumbered(groups), year }, at + 1, clock);
  const yearAt = skipOf(tokens, at + 1);
  return readPart(tokens[at], toYear(tokens[yearAt], clock), yearAt + 1, clock);
}

/** `Q1` of a year that is known from other words. */
export function readPart(
  token: Token | undefined,
  year: number | null,
  next: number,
  clock: Date,
): ReadPeriod | null {
  const { groups } = PART.exec(token?.lower ?? '') ?? {};
  return groups && year !== null ? toPart({ ...toNumbered(groups), year }, next, clock) : null;
}

/** Whether the token is `Q1`, without a year. */
export function isPart(token: Token | undefined): boolean {
  return PART.test(token?.lower ?? '');
}

function toNumbered(groups: Record<string, string>): { part: PartOfYear; number: number } {
  const part = (groups['part'] ?? groups['part2']) === 'h' ? 'h' : 'q';
  return { part, number: Number(groups['number'] ?? groups['number2']) };
}

function toPart(
  { part, number, year }: { part: PartOfYear; number: number; year: number },
  next: number,
  clock: Date,
): ReadPeriod | null {
  const months = MONTHS_IN[part];
  if (!isYear(year, clock) || number > 12 / months) return null;
  return toRead(monthsFrom(year, months * (number - 1) + 1, months), next);
}

/** `third quarter of 2020`, `last half of 2020`, `first six months of 2020`, `second week of March 2020` */
function readNumberedPart(tokens: readonly Token[], at: number, clock: Date): ReadPeriod | null {
  const ordinal = ORDINALS.get(tokens[at]?.lower ?? '');
  if (ordinal === undefined || tokens[at]?.after !== '') return null;
  const noun = tokens[at + 1]?.lower;
  if (noun === 'quarter' || noun === 'half') {
    const part = noun === 'quarter' ? 'q' : 'h';
    const yearAt = skipOf(tokens, at + 2);
    const year = toYear(tokens[yearAt], clock);
    const number = ordinal < 0 ? 12 / MONTHS_IN[part] : ordinal;
    return year === null ? null : toPart({ part, number, year }, yearAt + 1, clock);
  }
  return noun === 'week'
    ? readWeek(tokens, at + 2, ordinal, clock)
    : readSomeMonths(tokens, at + 1, ordinal, clock);
}

/** `of March 2020`, after `second week` */
function readWeek(tokens: readonly Token[], at: number, ordinal: number, clock: Date): ReadPeriod | null {
  const month = tokens[at]?.lower === 'of' ? toMonth(tokens[at + 1]) : null;
  const yearAt = skipOf(tokens, at + 2);
  const year = month === null ? null : toYear(tokens[yearAt], clock);
  if (month === null || year === null) return null;
  const last = ordinal < 0 ? lastDayOf(year, month) : DAYS_IN_WEEK * ordinal;
  return toDays(year, month, last - DAYS_IN_WEEK + 1, last, yearAt + 1);
}

/** `six months of 2020` or `month of 2020`, after `first` */
function readSomeMonths(
  tokens: readonly Token[],
  at: number,
  ordinal: number,
  clock: Date,
): ReadPeriod | null {
  const isOne = tokens[at]?.lower === 'month';
  const counted = isOne ? { count: 1, next: at } : readCount(tokens, at);
  if (!counted || counted.count > 12 || (ordinal > 1 && !isOne)) return null;
  if (!isOne && tokens[counted.next]?.lower !== 'months') return null;
  const yearAt = counted.next + 2;
  const year = tokens[yearAt - 1]?.lower === 'of' ? toYear(tokens[yearAt], clock) : null;
  const first = ordinal < 0 ? 13 - counted.count : ordinal;
  return year === null ? null : toRead(monthsFrom(year, first, counted.count), yearAt + 1);
}

function readSeason(tokens: readonly Token[], at: number, clock: Date): ReadPeriod | null {
  const word = tokens[at]?.lower ?? '';
  const season = SEASONS.get(word);
  if (season === undefined && word !== 'winter') return null;
  const yearAt = skipOf(tokens, at + 1);
  const year = toYear(tokens[yearAt], clock);
  if (season !== undefined) return year === null ? null : toRead(monthsFrom(year, season, 3), yearAt + 1);
  const [, one = '', other = ''] = YEARS_OF_WINTER.exec(tokens[yearAt]?.text ?? '') ?? [];
  const first = Number(one);
  if (!isYear(first, clock) || !String(first + 1).endsWith(other)) return null;
  return toRead({ first: monthOf(first, 12).first, last: monthOf(first + 1, 2).last }, yearAt + 1);
}

/** `early 2020`, `the end of 2020`, `late March 2020`, `mid-2020`, `the early 90s` */
function readThird(tokens: readonly Token[], at: number, clock: Date): ReadPeriod | null {
  const [part = '', glued] = (tokens[at]?.lower ?? '').split('-', 2);
  const third = THIRDS.get(part);
  if (third === undefined) return null;
  const place = glued === undefined ? skipOf(tokens, at + 1) : at;
  const text = glued ?? tokens[place]?.lower ?? '';
  if (MONTH_NAME.test(text)) {
    const month = readThirdOfMonth(tokens, skipOf(tokens, place + 1), toMonthNumber(text), third, clock);
    return month && withEdge(part, month);
  }
  const relative = glued === undefined && place > at + 1 ? readCalendarYear(tokens, place, clock) : null;
  const digits = relative ? String(relative.year) : text;
  if (/^\d{4}$/.test(digits) && isYear(Number(digits), clock)) {
    if (relative === null && countsThings(tokens, place)) return null;
    const next = relative?.next ?? place + 1;
    return withEdge(part, toRead(monthsFrom(Number(digits), 4 * third + 1, 4), next));
  }
  const isMarked = tokens[at - 1]?.lower === 'the' || APOSTROPHE.test(tokens[place]?.before ?? '');
  const decade = toDecade(text, clock) ?? (isMarked ? toShortDecade(text) : null);
  if (decade === null) return null;
  // Four years, then three, then three.
  return toRead(yearsFrom(decade + 3 * third + Math.min(third, 1), decade + 3 * third + 3), place + 1);
}

/** Ten days of a month; the last third is up to its end. */
function readThirdOfMonth(
  tokens: readonly Token[],
  yearAt: number,
  month: number,
  third: number,
  clock: Date,
): ReadPeriod | null {
  const year = toYear(tokens[yearAt], clock);
  if (year === null) return null;
  const last = third === 2 ? lastDayOf(year, month) : 10 * third + 10;
  return toDays(year, month, 10 * third + 1, last, yearAt + 1);
}

function toDays(year: number, month: number, from: number, to: number, next: number): ReadPeriod | null {
  const [first, last] = [dayOf(year, month, from), dayOf(year, month, to)];
  return first && last && toRead({ first: first.first, last: last.last }, next);
}

function lastDayOf(year: number, month: number): number {
  return Number(monthOf(year, month).last.slice(-2));
}

/** "Since the end" counts from the end, "until the beginning" up to the beginning. */
function withEdge<Read extends Period>(part: string, read: Read): Read {
  if (part === 'end') return { ...read, from: read.last };
  return part === 'beginning' || part === 'start' ? { ...read, from: read.first } : read;
}

/** `year`, `this year`, `last year`, after "of" or "of the". */
function readCalendarYear(
  tokens: readonly Token[],
  at: number,
  clock: Date,
): { year: number; next: number } | null {
  const which = tokens[at]?.lower === 'year' ? 'this' : tokens[at]?.lower;
  const yearAt = tokens[at]?.lower === 'year' ? at : at + 1;
  if (tokens[yearAt]?.lower !== 'year' || (which !== 'this' && which !== 'last')) return null;
  // `the year 2020` names a year.
  if (/^\d{4}$/.test(tokens[yearAt + 1]?.text ?? '')) return null;
  return { year: clock.getUTCFullYear() - (which === 'last' ? 1 : 0), next: yearAt + 1 };
}

/** `the 1990s`, `the 90s`, `the nineties`; without its century only after an apostrophe or "the". */
export function readDecade(tokens: readonly Token[], at: number, clock: Date): ReadPeriod | null {
  const { lower = '', before = '' } = tokens[at] ?? {};
  const isMarked = before === '' ? tokens[at - 1]?.lower === 'the' : APOSTROPHE.test(before);
  const first = (before === '' ? toDecade(lower, clock) : null) ?? (isMarked ? toShortDecade(lower) : null);
  return first === null ? null : toRead(yearsFrom(first, first + 9), at + 1);
}

/** Whether the word may be a decade without its century, which may have an apostrophe before it. */
export function isShortDecade(text: string): boolean {
  return toShortDecade(text) !== null;
}

function toDecade(text: string, clock: Date): number | null {
  const first = Number(DECADE.exec(text)?.[1]);
  return isYear(first, clock) ? first : null;
}

function toShortDecade(text: string): number | null {
  const digit = SHORT_DECADE.exec(text)?.[1];
  if (digit !== undefined) return 1900 + 10 * Number(digit);
  const name = DECADE_NAMES.indexOf(text);
  return name < 0 ? null : 1950 + 10 * name;
}
