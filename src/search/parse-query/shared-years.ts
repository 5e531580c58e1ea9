import { dayOf, monthOf, type Period } from './calendar.js';
import {
  MONTH_NAME,
  skipJoining,
  skipOf,
  toDayOfMonth,
  toMonth,
  toMonthNumber,
  toRead,
  toYear,
  type ReadPeriod,
} from './date-words.js';
import { isPart, readPart, readPartAndYear } from './parts-of-years.js';
import { GLUED_DAYS, ISO_DATE, readNamedMonth } from './periods.js';
import type { Token } from './tokens.js';

/** A month or day whose year, or month and year, follows later: `March`, `3 March`, `3`. */
interface PartialDay {
  month: number | null;
  day: number | null;
  next: number;
}

const GLUED_MONTHS = /^([a-z]{3,9})[-–—/]([a-z]{3,9})$/u;
/** `Q1-Q3`, `Q1–3` */
const GLUED_PARTS = /^([qh])([1-4])[-–—](?:\1)?([1-4])$/u;
const MAX_MONTHS = 12;

/** Two periods of one year. */
interface SharedYear {
  first: Period;
  second: ReadPeriod;
}

/**
 * Two months, days or quarters that share a year: `March to May 2020`, `March 3 to May 5, 2020`, `3 to 5 May 2020`,
 * `3-5 May 2020`, `March–April 2014`, `Q1 to Q3 2020`. The first is in the previous year if it would otherwise come after
 * the second.
 *
 * @param joining words allowed between them.
 */
export function readSharedYear(
  tokens: readonly Token[],
  start: number,
  joining: ReadonlySet<string>,
  clock: Date,
): SharedYear | null {
  const at = skipThe(tokens, start);
  const glued =
    readGluedMonths(tokens, at, clock) ??
    readGluedParts(tokens, at, clock) ??
    readGluedDays(tokens, at, clock);
  if (glued) return glued;
  const partial = readPartialDay(tokens, at);
  const partialEnd = partial?.next ?? at + 1;
  if (tokens[partialEnd - 1]?.after !== '') return null;
  const joined = skipJoining(tokens, partialEnd, joining);
  if (joined === null) return null;
  const secondAt = skipThe(tokens, joined);
  if (!partial) return toParts(tokens, at, readPartAndYear(tokens, secondAt, clock), clock);
  const second = readNamedMonth(tokens, secondAt, clock);
  const first = second && toShared(partial, second);
  return first && { first, second };
}

function skipThe(tokens: readonly Token[], at: number): number {
  return tokens[at]?.lower === 'the' ? at + 1 : at;
}

/** Whether a month or quarter before the token shares its year: `March and` before `April 2020`. */
export function sharesYear(tokens: readonly Token[], at: number): boolean {
  const isJoined = /^(?:and|or|&|to|until|till|through|[-–—])$/u.test(tokens[at - 1]?.lower ?? '');
  const previous = tokens[isJoined ? at - 2 : at - 1];
  return (isJoined || previous?.after === ',') && (toMonth(previous) !== null || isPart(previous));
}

/** `March, April and May 2021` */
export function readMonths(
  tokens: readonly Token[],
  start: number,
  joining: ReadonlySet<string>,
  clock: Date,
): { months: Period[]; next: number } | null {
  const named: number[] = [];
  for (let at = start; named.length < MAX_MONTHS;) {
    const month = toMonth(tokens[at]);
    const after = tokens[at]?.after ?? '';
    if (month === null || !/^,?$/.test(after)) return null;
    named.push(month);
    const second = after === '' ? readNamedMonth(tokens, at, clock) : null;
    if (second) {
      const months = named.map((each) => toShared({ month: each, day: null, next: at }, second));
      return { months: months.filter((each) => each !== null), next: second.next };
    }
    const joined = skipJoining(tokens, at + 1, joining);
    if (after === '' && joined === null) return null;
    at = joined ?? at + 1;
  }
  return null;
}

function readGluedMonths(tokens: readonly Token[], at: number, clock: Date): SharedYear | null {
  const [, one = '', other = ''] = GLUED_MONTHS.exec(tokens[at]?.lower ?? '') ?? [];
  if (!MONTH_NAME.test(one) || !MONTH_NAME.test(other)) return null;
  const yearAt = skipOf(tokens, at + 1);
  const year = toYear(tokens[yearAt], clock);
  if (year === null) return null;
  const second = toRead(monthOf(year, toMonthNumber(other)), yearAt + 1);
  const first = toShared({ month: toMonthNumber(one), day: null, next: at }, second);
  return first && { first, second };
}

/** `Q1-Q3 2020` */
function readGluedParts(tokens: readonly Token[], at: number, clock: Date): SharedYear | null {
  const [, part, one, other] = GLUED_PARTS.exec(tokens[at]?.lower ?? '') ?? [];
  const token = tokens[at];
  if (!token || part === undefined) return null;
  const yearAt = skipOf(tokens, at + 1);
  const year = toYear(tokens[yearAt], clock);
  const named = (number = '') => ({ ...token, lower: part + number });
  const first = readPart(named(one), year, yearAt + 1, clock);
  const second = readPart(named(other), year, yearAt + 1, clock);
  return first && second && first.first < second.first ? { first, second } : null;
}

/** `Q1` before a joining word and the second part with its year. */
function toParts(
  tokens: readonly Token[],
  at: number,
  second: ReadPeriod | null,
  clock: Date,
): SharedYear | null {
  const first = second && readPart(tokens[at], Number(second.first.slice(0, 4)), at + 1, clock);
  return first && first.first < second.first ? { first, second } : null;
}

/** `1-15 March 2021`, `March 1-15, 2021` */
function readGluedDays(tokens: readonly Token[], at: number, clock: Date): SharedYear | null {
  const isMonthFirst = toMonth(tokens[at]) !== null;
  const daysAt = isMonthFirst ? at + 1 : at;
  const [days, one, other] = GLUED_DAYS.exec(tokens[daysAt]?.lower ?? '') ?? [];
  const monthAt = isMonthFirst ? at : skipOf(tokens, at + 1);
  const month = days === undefined ? null : toMonth(tokens[monthAt]);
  const yearAt = isMonthFirst ? at + 2 : skipOf(tokens, monthAt + 1);
  const year = month === null ? null : toYear(tokens[yearAt], clock);
  if (month === null || year === null || Number(one) > Number(other)) return null;
  const [first, second] = [dayOf(year, month, Number(one)), dayOf(year, month, Number(other))];
  return first && second && { first, second: toRead(second, yearAt + 1) };
}

function readPartialDay(tokens: readonly Token[], at: number): PartialDay | null {
  const day = toDayOfMonth(tokens[at]);
  const monthAt = day === null ? at : skipOf(tokens, at + 1);
  const month = toMonth(tokens[monthAt]);
  if (month === null) return day === null ? null : { month: null, day, next: at + 1 };
  if (day !== null) return { month, day, next: monthAt + 1 };
  const second = toDayOfMonth(tokens[monthAt + 1]);
  return { month, day: second, next: second === null ? monthAt + 1 : monthAt + 2 };
}

/**
 * The token after a day that its month does not have, with or without a year: `31 June 2020`, `April 31`,
 * `2020-02-30`; null if none begins here.
 */
export function readMissingDay(tokens: readonly Token[], at: number, clock: Date): number | null {
  const [, isoYear, , isoMonth, isoDay] = ISO_DATE.exec(tokens[at]?.text ?? '') ?? [];
  if (isoDay !== undefined) return hasDay(Number(isoYear), Number(isoMonth), Number(isoDay)) ? null : at + 1;
  const partial = readPartialDay(tokens, at);
  if (typeof partial?.month !== 'number' || partial.day === null) return null;
  const yearAt = skipOf(tokens, partial.next);
  const year = toYear(tokens[yearAt], clock);
  if (hasDay(year ?? LEAP_YEAR, partial.month, partial.day)) return null;
  return year === null ? partial.next : yearAt + 1;
}

/** In these years, each month has the most days. */
const LEAP_YEAR = 2000;

function hasDay(year: number, month: number, day: number): boolean {
  return dayOf(year, month, day) !== null;
}

function toShared({ month, day }: PartialDay, second: Period): Period | null {
  const year = Number(second.first.slice(0, 4));
  const secondMonth = Number(second.first.slice(5, 7));
  const isDay = second.first === second.last;
  if ((day !== null) !== isDay) return null;
  const ownMonth = month ?? secondMonth;
  const ownYear = ownMonth > secondMonth ? year - 1 : year;
  return day === null ? monthOf(ownYear, ownMonth) : dayOf(ownYear, ownMonth, day);
}
