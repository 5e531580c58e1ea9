import { calendarPeriod, dayOf, monthOf, yearsFrom, type Period } from './periods.js';
import type { Token } from './tokens.js';

export interface ReadPeriod extends Period {
  /** Nothing but four digits, which may be a number of anything. */
  isBareYear: boolean;
  next: number;
}

/** arXiv began in August 1991. */
const FIRST_YEAR = 1991;
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const MONTH_NAME =
  /^(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)$/;
const BEGINS_WITH_DIGIT = /^\d/;
const ISO_DATE = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/;
const DECADE = /^(\d{3}0)s$/;
const DAY = /^(\d{1,2})(?:st|nd|rd|th)?$/;

/** Whether papers can be of that year: from arXiv's first to the clock's. */
export function isYear(year: number, clock: Date): boolean {
  return year >= FIRST_YEAR && year <= clock.getUTCFullYear();
}

/**
 * A stretch of the calendar: `2021`, `the year 2021`, `March 2020`, `March 15, 2020`, `15 March 2020`, `2020-03`,
 * `2020-03-15`, `the 1990s`, `last year`, `this month`. Null when none begins here or no paper can be of it.
 */
export function readPeriod(tokens: readonly Token[], at: number, clock: Date): ReadPeriod | null {
  const token = tokens[at];
  if (token?.kind !== 'word' || token.before !== '') return null;
  if (token.lower === 'the') return readWithArticle(tokens, at + 1, clock);
  if (!BEGINS_WITH_DIGIT.test(token.text)) {
    return readNamedMonth(tokens, at, clock) ?? readRelative(tokens, at, clock);
  }
  return (
    readYear(token, at, clock) ??
    readIsoDate(token, at, clock) ??
    readDecade(token, at, clock) ??
    readNamedMonth(tokens, at, clock)
  );
}

function readWithArticle(tokens: readonly Token[], at: number, clock: Date): ReadPeriod | null {
  const [first, second] = [tokens[at], tokens[at + 1]];
  if (first?.lower === 'year' && second) {
    const year = readYear(second, at + 1, clock);
    return year && toRead(year, year.next);
  }
  return first ? readDecade(first, at, clock) : null;
}

function readYear({ text }: Token, at: number, clock: Date): ReadPeriod | null {
  const year = /^\d{4}$/.test(text) ? Number(text) : NaN;
  return isYear(year, clock) ? toRead(yearsFrom(year), at + 1, true) : null;
}

function readDecade({ text }: Token, at: number, clock: Date): ReadPeriod | null {
  const year = Number(DECADE.exec(text)?.[1]);
  const isKnown = year + 9 >= FIRST_YEAR && year <= clock.getUTCFullYear();
  return isKnown ? toRead(yearsFrom(year, year + 9), at + 1) : null;
}

function readIsoDate({ text }: Token, at: number, clock: Date): ReadPeriod | null {
  const [, ...digits] = ISO_DATE.exec(text) ?? [];
  const [year = NaN, month = NaN, day] = digits.filter(Boolean).map(Number);
  if (!isYear(year, clock) || month < 1 || month > 12) return null;
  const period = day === undefined ? monthOf(year, month) : dayOf(year, month, day);
  return period && toRead(period, at + 1);
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
  const year = tokens[at] ? Number(/^\d{4}$/.exec(tokens[at]?.text ?? '')?.[0]) : NaN;
  if (!isYear(year, clock)) return null;
  const period = day === null ? monthOf(year, month) : dayOf(year, month, day);
  return period && toRead(period, at + 1);
}

function skipOf(tokens: readonly Token[], at: number): number {
  return tokens[at]?.lower === 'of' ? at + 1 : at;
}

/** Of a number in front of anything but a month, too: the caller looks for that. */
function toDayOfMonth(token: Token | undefined): number | null {
  const day = Number(DAY.exec(token?.lower ?? '')?.[1]);
  return day >= 1 && day <= 31 ? day : null;
}

function toMonth(token: Token | undefined): number | null {
  if (!token || !MONTH_NAME.test(token.lower)) return null;
  return MONTHS.indexOf(token.lower.slice(0, 3)) + 1;
}

function readRelative(tokens: readonly Token[], at: number, clock: Date): ReadPeriod | null {
  const [which, unit] = [tokens[at]?.lower, tokens[at + 1]?.lower];
  if (which !== 'last' && which !== 'this') return null;
  if (unit !== 'year' && unit !== 'month' && unit !== 'week') return null;
  if (tokens[at]?.after !== '' || tokens[at + 2]?.lower === 'of') return null;
  return toRead(calendarPeriod(unit, which === 'last' ? 1 : 0, clock), at + 2);
}

function toRead({ first, last }: Period, next: number, isBareYear = false): ReadPeriod {
  return { first, last, isBareYear, next };
}
