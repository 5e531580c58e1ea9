import { dayAfter, dayOf, monthOf, yearsFrom, type DayRange, type Period } from './calendar.js';
import { readPeriod } from './periods.js';
import { BOUNDS, type Bound } from './times.js';
import { MAX_READ, type Source, type Token } from './tokens.js';
import { anyOf, type Draft, type Read } from '../expression.js';

/** Names that search engines have for fields with dates, and how each bounds its value. */
const FIELDS: ReadonlyMap<string, Bound> = new Map([
  ...'year years date published submitted posted uploaded updated revised'
    .split(' ')
    .map((field): [string, Bound] => [field, BOUNDS.within]),
  ['since', BOUNDS.since],
  ['from', BOUNDS.since],
  ['after', BOUNDS.after],
  ['before', BOUNDS.before],
  ['until', BOUNDS.until],
  ['to', BOUNDS.until],
]);
const UPDATED = /^(?:lastupdated|updated|revised)/;
const COMPARED: ReadonlyMap<string, Bound> = new Map([
  ['>', BOUNDS.after],
  ['>=', BOUNDS.since],
  ['<', BOUNDS.before],
  ['<=', BOUNDS.until],
]);
/** `year:2020`, `year>=2020`, `after:2020-05`. Longer names are not date fields. */
const FIELD_AND_VALUE = /^([a-z]{2,9})(?::|(?=[<>=]))([<>]=?|=)?([\d/.–—-]{4,21})$/u;
const COMPARED_VALUE = /^([<>]=?|=)?([\d/.–—-]{4,21})$/u;
const RANGE = /^(\d{4}(?:-\d\d(?:-\d\d)?)?)(?:\.\.|[–—])(\d{4}(?:-\d\d(?:-\d\d)?)?)$|^(\d{4})-(\d{4})$/u;
/** `submittedDate:[202301010600 TO 2024]`. Times of day are ignored. */
const BRACKETED =
  /(submitteddate|lastupdateddate|year|date|published|submitted|updated):\s{0,3}([[{])\s{0,3}(\*|[\d-]{4,19})\s{1,3}to\s{1,3}(\*|[\d-]{4,19})\s{0,3}([\]}])/iy;
const MAY_BEGIN_BRACKETED = /^(?:submitteddate|lastupdateddate|year|date|published|submitted|updated)/;

/** Days are written with four digits for the year, so smaller years and the day after this one stay text. */
const FIRST_WRITTEN_YEAR = 1000;
const LAST_WRITTEN_DAY = '9999-12-31';

/** `year:2020`, `year: 2018-2020`, `year:>2018`, `since:2018`, `before:2020-05-01`, `submittedDate:[2017 TO 2018]`. */
export function readDateField(source: Source, at: number): Read | null {
  const token = source.tokens[at];
  if (token?.kind !== 'word' || token.before !== '') return null;
  return readBracketed(source, at, token) ?? readGlued(source, at, token) ?? readSpaced(source, at, token);
}

function readGlued(source: Source, at: number, token: Token): Read | null {
  if (!/[:<>=]/.test(token.lower)) return null;
  const [, field = '', sign, value = ''] = FIELD_AND_VALUE.exec(token.lower) ?? [];
  const bound = toBound(field, sign);
  const first = bound && toRange(value, bound, source);
  if (!first) return null;
  const ranges = [first];
  let next = at + 1;
  // `year:2018,2020` means either year.
  while (source.tokens[next]?.isGlued && source.tokens[next - 1]?.after === ',') {
    if (++source.read.operands >= MAX_READ) break;
    const range = toRange(source.tokens[next]?.text ?? '', bound, source);
    if (!range) break;
    ranges.push(range);
    next += 1;
  }
  return toRead(source, at, next, field, ranges);
}

function readSpaced(source: Source, at: number, token: Token): Read | null {
  const value = source.tokens[at + 1];
  if (token.after !== ':' || value?.kind !== 'word' || !FIELDS.has(token.lower)) return null;
  const [, sign, text = ''] = COMPARED_VALUE.exec(value.before + value.text) ?? [];
  const bound = toBound(token.lower, sign);
  const range = bound && toRange(text, bound, source);
  return range ? toRead(source, at, at + 2, token.lower, [range]) : null;
}

function toBound(field: string, sign = ''): Bound | undefined {
  const bound = FIELDS.get(field);
  return bound && (COMPARED.get(sign) ?? bound);
}

/** The range of a year, month or day, or of two joined by a dash; null for other numbers. */
function toRange(value: string, bound: Bound, { clock }: Source): DayRange | null {
  const period = toWholePeriod(value, clock);
  if (period) return bound(period);
  const [, from = '', to = '', fromYear = from, toYear = to] = RANGE.exec(value) ?? [];
  const [one, other] = [toWholePeriod(fromYear, clock), toWholePeriod(toYear, clock)];
  if (!one || !other) return null;
  return {
    gte: one.first < other.first ? one.first : other.first,
    lte: one.last > other.last ? one.last : other.last,
  };
}

function toWholePeriod(text: string, clock: Date): Period | null {
  const token: Token = {
    kind: 'word',
    text,
    lower: text,
    before: '',
    after: '',
    start: 0,
    end: 0,
    isGlued: false,
  };
  return readPeriod([token], 0, clock);
}

function readBracketed(source: Source, at: number, first: Token): Read | null {
  if (!MAY_BEGIN_BRACKETED.test(first.lower)) return null;
  BRACKETED.lastIndex = first.start;
  const match = BRACKETED.exec(source.query);
  if (!match) return null;
  const [whole, field = '', open, from = '', to = '', close] = match;
  const [lower, upper] = [toPeriod(from), toPeriod(to)];
  if ((from !== '*' && !lower) || (to !== '*' && !upper)) return null;
  if (open === '{' && lower?.last === LAST_WRITTEN_DAY) return null;
  const range: DayRange = {
    ...(lower && { gte: open === '{' ? dayAfter(lower.last) : lower.first }),
    ...(upper && (close === '}' ? { lt: upper.first } : { lte: upper.last })),
  };
  const end = first.start + whole.length;
  let next = at + 1;
  while ((source.tokens[next]?.start ?? end) < end) next += 1;
  return { ...toRead(source, at, next, field.toLowerCase(), [range]), end };
}

/** `2023`, `202301`, `20230115`, with or without hyphens, hours and minutes. */
function toPeriod(text: string): Period | null {
  const [, year, month, day] = /^(\d{4})(\d{2})?(\d{2})?\d*$/.exec(text.replaceAll('-', '')) ?? [];
  if (year === undefined || Number(year) < FIRST_WRITTEN_YEAR) return null;
  if (month === undefined) return yearsFrom(Number(year));
  if (Number(month) < 1 || Number(month) > 12) return null;
  return day === undefined
    ? monthOf(Number(year), Number(month))
    : dayOf(Number(year), Number(month), Number(day));
}

function toRead(
  { tokens }: Source,
  at: number,
  next: number,
  name: string,
  ranges: readonly DayRange[],
): Read {
  const field = UPDATED.test(name) ? 'updated' : 'submitted';
  const draft: Draft = anyOf(ranges.map((range) => ({ kind: 'date', field, range })));
  return { draft, next, start: tokens[at]?.start ?? 0, end: tokens[next - 1]?.end ?? 0 };
}
