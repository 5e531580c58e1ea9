import {
  calendarPeriod,
  countBack,
  dayOf,
  monthOf,
  monthsFrom,
  today,
  UNITS,
  yearsFrom,
  type Period,
} from './calendar.js';
import type { Token } from './tokens.js';

export interface ReadPeriod extends Period {
  /** Whether it is only four digits, which can be any number. */
  isBareYear: boolean;
  next: number;
}

/** Smaller numbers are not read as years. */
const FIRST_YEAR = 1800;
/** From this year on, four digits may be a year wherever a year is possible. */
const FIRST_LIKELY_YEAR = 1900;
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const MONTH_NAME =
  /^(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)$/;
const BEGINS_WITH_DIGIT = /^\d/;
const ISO_DATE = /^(\d{4})([-/.])(\d{1,2})(?:\2(\d{1,2}))?$/;
const MONTH_AND_YEAR = /^(\d{1,2})[/.](\d{4})$/;
const DAY_FIRST = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})$/;
const DAY_MONTH_YEAR = /^(\d{1,2})[-/]([a-z]{3,9})[-/](\d{4})$/;
const DECADE = /^(\d{3}0)s$/;
/** `the 90s`, `the '90s`. Smaller decades, such as the twenties, can be of any century. */
const SHORT_DECADE = /^([5-9]0)s$/;
const DAY = /^(\d{1,2})(?:st|nd|rd|th)?$/;
const QUARTER = /^(?:q([1-4])|([1-4])q)$/;
const HALF = /^(?:h([12])|([12])h)$/;
const QUARTER_AND_YEAR = /^(?:q([1-4])[-/]?(\d{4})|(\d{4})[-/]?q([1-4]))$/;
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
const ORDINALS = ['first', 'second', 'third', 'fourth'];
const NUMBERS = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');
/** The numbers that "a few" and similar words mean. */
const FEW: ReadonlyMap<string, number> = new Map([
  ['few', 3],
  ['several', 3],
  ['couple', 2],
]);
const MOST_UNITS = 1_000;

/** Whether there can be papers of that year. */
export function isYear(year: number, clock: Date): boolean {
  return year >= FIRST_LIKELY_YEAR && year <= clock.getUTCFullYear();
}

/**
 * A calendar period: `2021`, `the year 2021`, `March 2020`, `March 15, 2020`, `15 March 2020`, `2020-03`, `06/2004`,
 * `2020/06/15`, `Q1 2021`, `the first half of 2020`, `early 2020`, `the 1990s`, `last year`, `yesterday`, `2 years
 * ago`. Null if none begins here or no paper can be from it. Looks at a bounded number of tokens.
 */
export function readPeriod(tokens: readonly Token[], at: number, clock: Date): ReadPeriod | null {
  const token = tokens[at];
  if (token?.kind !== 'word' || (token.before !== '' && !SHORT_DECADE.test(token.text))) return null;
  const from = token.lower === 'the' ? at + 1 : at;
  const isNamedYear = tokens[from]?.lower === 'year' || tokens[from]?.lower === 'years';
  return readAnyPeriod(tokens, isNamedYear ? from + 1 : from, clock, isNamedYear);
}

function readAnyPeriod(
  tokens: readonly Token[],
  at: number,
  clock: Date,
  isNamedYear: boolean,
): ReadPeriod | null {
  const token = tokens[at];
  if (token?.kind !== 'word') return null;
  if (SHORT_DECADE.test(token.text)) return readShortDecade(tokens, at);
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

/**
 * A number in digits or as a word, or `few` and `couple` with their articles, and the token after it; else null.
 */
export function readCount(tokens: readonly Token[], at: number): { count: number; next: number } | null {
  const token = tokens[at];
  if (token?.kind !== 'word' || token.after !== '') return null;
  if (token.lower === 'a' && FEW.has(tokens[at + 1]?.lower ?? '')) return readCount(tokens, at + 1);
  const few = FEW.get(token.lower);
  if (few !== undefined) return { count: few, next: tokens[at + 1]?.lower === 'of' ? at + 2 : at + 1 };
  const isDigits = /^\d{1,4}$/.test(token.lower);
  const count = isDigits ? Number(token.lower) : NUMBERS.indexOf(token.lower) + 1;
  return count >= 1 && count <= MOST_UNITS ? { count, next: at + 1 } : null;
}

function readDigits(tokens: readonly Token[], at: number, clock: Date): ReadPeriod | null {
  const token = tokens[at];
  return token === undefined
    ? null
    : (readYear(tokens, at, clock) ?? readNumericDate(token, at, clock) ?? readDecade(token, at, clock));
}

/** A year before 1900 must be followed by punctuation or nothing: `in 1850 patients` is a number. */
function readYear(tokens: readonly Token[], at: number, clock: Date): ReadPeriod | null {
  const { text = '', after = '' } = tokens[at] ?? {};
  const year = /^\d{4}$/.test(text) ? Number(text) : NaN;
  if (year < FIRST_YEAR || !(year <= clock.getUTCFullYear())) return null;
  const next = tokens[at + 1];
  const quarter = after === '' ? toNumber(QUARTER, next) : 0;
  if (quarter) return toQuarter(quarter, year, at + 2, clock);
  if (year < FIRST_LIKELY_YEAR && after === '' && next?.kind === 'word') {
    if (!['and', 'or', 'to', 'until', 'by', 'in', 'on'].includes(next.lower)) return null;
  }
  return toRead(yearsFrom(year), at + 1, true);
}

function readDecade({ text }: Token, at: number, clock: Date): ReadPeriod | null {
  const year = Number(DECADE.exec(text)?.[1]);
  return isYear(year, clock) ? toRead(yearsFrom(year, year + 9), at + 1) : null;
}

function readShortDecade(tokens: readonly Token[], at: number): ReadPeriod | null {
  const { text = '', before = '' } = tokens[at] ?? {};
  if (before === '' ? tokens[at - 1]?.lower !== 'the' : !/^['’‘]$/u.test(before)) return null;
  const year = 1900 + Number(SHORT_DECADE.exec(text)?.[1]);
  return toRead(yearsFrom(year, year + 9), at + 1);
}

/** Days and months in either order, if only one reading is possible: `15/06/2020`, but not `05/06/2020`. */
function readNumericDate({ lower: text }: Token, at: number, clock: Date): ReadPeriod | null {
  const quarter = QUARTER_AND_YEAR.exec(text);
  if (quarter) return toQuarter(Number(quarter[4]), Number(quarter[3]), at + 1, clock);
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
function readNamedMonth(tokens: readonly Token[], start: number, clock: Date): ReadPeriod | null {
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
    (at) => toDayOfMonth(tokens[at]) !== null && skipOf(tokens, at + 1) === month,
  );
}

/** A month or day whose year, or month and year, follows later: `March`, `3 March`, `3`. */
interface PartialDay {
  month: number | null;
  day: number | null;
  next: number;
}

const GLUED_MONTHS = /^([a-z]{3,9})[-–—/]([a-z]{3,9})$/u;

/**
 * Two months or days that share a year: `March to May 2020`, `March 3 to May 5, 2020`, `3 to 5 May 2020`,
 * `March–April 2014`. The first is in the previous year if it would otherwise come after the second.
 *
 * @param joining words allowed between them.
 */
export function readSharedYear(
  tokens: readonly Token[],
  at: number,
  joining: ReadonlySet<string>,
  clock: Date,
): { first: Period; second: ReadPeriod } | null {
  const glued = readGluedMonths(tokens, at, clock);
  if (glued) return glued;
  const partial = readPartialDay(tokens, at);
  if (!partial || tokens[partial.next - 1]?.after !== '') return null;
  const joined = tokens[partial.next];
  if (joined?.kind !== 'word' || joined.after !== '' || !joining.has(joined.lower)) return null;
  const second = readNamedMonth(tokens, partial.next + 1, clock);
  const first = second && toShared(partial, second);
  return first && { first, second };
}

function readGluedMonths(
  tokens: readonly Token[],
  at: number,
  clock: Date,
): { first: Period; second: ReadPeriod } | null {
  const [, one = '', other = ''] = GLUED_MONTHS.exec(tokens[at]?.lower ?? '') ?? [];
  if (!MONTH_NAME.test(one) || !MONTH_NAME.test(other)) return null;
  const yearAt = skipOf(tokens, at + 1);
  const year = toYear(tokens[yearAt], clock);
  if (year === null) return null;
  const second = toRead(monthOf(year, toMonthNumber(other)), yearAt + 1);
  const first = toShared({ month: toMonthNumber(one), day: null, next: at }, second);
  return first && { first, second };
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

/** `Q1 2021`, `first quarter of 2021`, `second half of 2020`, `summer 2021`, `early 2020`, `mid-2020`, `the late 1990s`. */
function readPartOfYear(tokens: readonly Token[], at: number, clock: Date): ReadPeriod | null {
  const [first, second] = [tokens[at]?.lower ?? '', tokens[at + 1]?.lower ?? ''];
  const glued = QUARTER_AND_YEAR.exec(first);
  if (glued) return toQuarter(Number(glued[1]), Number(glued[2]), at + 1, clock);
  const quarter = toNumber(QUARTER, tokens[at]);
  const half = toNumber(HALF, tokens[at]);
  const number = ORDINALS.indexOf(first);
  const isOrdinal = number >= 0 && (second === 'quarter' || (second === 'half' && number < 2));
  if (quarter || half || isOrdinal) {
    const yearAt = skipOf(tokens, at + (isOrdinal ? 2 : 1));
    const year = toYear(tokens[yearAt], clock);
    if (year === null) return null;
    const nthHalf = half || (second === 'half' && isOrdinal ? number + 1 : 0);
    if (nthHalf) return toRead(monthsFrom(year, 6 * nthHalf - 5, 6), yearAt + 1);
    return toQuarter(quarter || number + 1, year, yearAt + 1, clock);
  }
  const season = SEASONS.get(first);
  if (season !== undefined) {
    const yearAt = skipOf(tokens, at + 1);
    const year = toYear(tokens[yearAt], clock);
    return year === null ? null : toRead(monthsFrom(year, season, 3), yearAt + 1);
  }
  const [part = '', gluedYear] = first.split('-', 2);
  const third = THIRDS.get(part);
  if (third === undefined) return null;
  const yearAt = gluedYear === undefined ? skipOf(tokens, at + 1) : at;
  const relative =
    gluedYear === undefined && yearAt > at + 1 ? readCalendarYear(tokens, yearAt, clock) : null;
  const text = relative ? String(relative.year) : (gluedYear ?? tokens[yearAt]?.text ?? '');
  if (/^\d{4}$/.test(text) && isYear(Number(text), clock)) {
    const months = toRead(monthsFrom(Number(text), 4 * third + 1, 4), relative?.next ?? yearAt + 1);
    // "Since the end" counts from the end, "until the beginning" up to the beginning.
    if (part === 'end') return { ...months, from: months.last };
    return part === 'beginning' || part === 'start' ? { ...months, from: months.first } : months;
  }
  const decade = Number(DECADE.exec(text)?.[1]);
  if (!isYear(decade, clock)) return null;
  // Four years, then three, then three.
  return toRead(yearsFrom(decade + 3 * third + Math.min(third, 1), decade + 3 * third + 3), yearAt + 1);
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

/** The digit that the pattern finds before or after a letter; 0 if it finds none. */
function toNumber(pattern: RegExp, token: Token | undefined): number {
  const [, after, before] = pattern.exec(token?.lower ?? '') ?? [];
  return Number(after ?? before ?? 0);
}

function toQuarter(quarter: number, year: number, next: number, clock: Date): ReadPeriod | null {
  return isYear(year, clock) ? toRead(monthsFrom(year, 3 * quarter - 2, 3), next) : null;
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

/** `last year`, `this month`, `today`, `yesterday`. */
function readRelative(tokens: readonly Token[], at: number, clock: Date): ReadPeriod | null {
  const [which, unit] = [tokens[at]?.lower, tokens[at + 1]?.lower];
  if (which === 'today' || which === 'yesterday') {
    return toRead(today(clock, which === 'today' ? 0 : 1), at + 1);
  }
  const isPast = which === 'last' || which === 'previous';
  if (!isPast && which !== 'this' && which !== 'current') return null;
  if (unit !== 'year' && unit !== 'quarter' && unit !== 'month' && unit !== 'week') return null;
  if (tokens[at]?.after !== '' || tokens[at + 2]?.lower === 'of') return null;
  return toRead(calendarPeriod(unit, isPast ? 1 : 0, clock), at + 2);
}

function skipOf(tokens: readonly Token[], at: number): number {
  const isOf = tokens[at]?.lower === 'of';
  return isOf && tokens[at + 1]?.lower === 'the' ? at + 2 : isOf ? at + 1 : at;
}

/** Also for a number that no month follows: the caller checks that. */
function toDayOfMonth(token: Token | undefined): number | null {
  const day = Number(DAY.exec(token?.lower ?? '')?.[1]);
  return day >= 1 && day <= 31 ? day : null;
}

function toMonth(token: Token | undefined): number | null {
  return token && MONTH_NAME.test(token.lower) ? toMonthNumber(token.lower) : null;
}

function toMonthNumber(name: string): number {
  return MONTHS.indexOf(name.slice(0, 3)) + 1;
}

function toYear(token: Token | undefined, clock: Date): number | null {
  const year = Number(/^\d{4}$/.exec(token?.text ?? '')?.[0]);
  return isYear(year, clock) ? year : null;
}

function toRead(period: Period, next: number, isBareYear = false): ReadPeriod {
  return { ...period, isBareYear, next };
}

/** Only nouns in the plural: `since 2016 point clouds` contains a year, `after 2000 points` does not. */
const COUNTED =
  /^(?:iterations|steps|epochs|dimensions|samples|examples|images|nodes|words|tokens|layers|neurons|parameters|qubits|patients|participants|subjects|people|students|users|games|rounds|trials|runs|queries|documents|sentences|classes|categories|languages|points|particles|galaxies|stars|events|bits?|bytes?|[kmgt]b|gpus?|hours?|minutes?|seconds?|days?|weeks?|months?|years?|[kcmnμµ]?m|[kcmnμµ]?g|[mnμµ]?s|[kmgt]?hz|[kmgt]?ev|[km]?w|[km]?v|k|kelvin|pc|[kmg]pc|ly|usd|eur|dollars?|euros?|degrees?|percent|°c|°)$/;

/**
 * Whether a number is followed by something that can be counted or measured: `2000 iterations`, `1420.4057 MHz`.
 */
export function countsThings(tokens: readonly Token[], at: number): boolean {
  return tokens[at]?.after === '' && COUNTED.test(tokens[at + 1]?.lower ?? '');
}
