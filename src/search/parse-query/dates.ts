import type { Read } from './candidate.js';
import { countBack, dayBehind, yearsFrom, type DayRange, type Period, type Unit } from './periods.js';
import { isYear, readPeriod, type ReadPeriod } from './read-period.js';
import type { Token } from './tokens.js';

type Bound = (period: Period) => DayRange;

const within: Bound = ({ first, last }) => ({ gte: first, lte: last });
const since: Bound = ({ first }) => ({ gte: first });
const after: Bound = ({ last }) => ({ gte: dayBehind(last) });
const before: Bound = ({ first }) => ({ lt: first });
const until: Bound = ({ last }) => ({ lte: last });

/** What stands in front of a year, month or day, and what it makes of it; by the first word, with the second where there is one. */
const PREPOSITIONS: ReadonlyMap<string, { second?: string; bound: Bound }> = new Map([
  ['in', { bound: within }],
  ['on', { bound: within }],
  ['during', { bound: within }],
  ['within', { bound: within }],
  ['since', { bound: since }],
  ['after', { bound: after }],
  ['later', { second: 'than', bound: after }],
  ['before', { bound: before }],
  ['prior', { second: 'to', bound: before }],
  ['earlier', { second: 'than', bound: before }],
  ['until', { bound: until }],
  ['till', { bound: until }],
  ['up', { second: 'to', bound: until }],
]);
const BEFORE_DURATION = new Set(['in', 'over', 'during', 'within', 'for', 'from', 'since']);
const BEFORE_RANGE = new Set(['between', 'from', 'in', 'during', 'within']);
const ONWARDS = new Set(['on', 'onward', 'onwards']);
const TO = new Set(['to', 'until', 'till', 'through', '-', '–', '—']);
const AND = new Set(['and']);
const BARE_YEAR = /^\d{4}$/;
const YEAR_RANGE = /^(\d{4})[-–—](\d{4})$/u;
const UNITS: ReadonlyMap<string, Unit> = new Map(
  (['day', 'week', 'month', 'year', 'decade'] as const).flatMap((unit) => [
    [unit, unit],
    [`${unit}s`, unit],
  ]),
);
const NUMBERS = [
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];
const MOST_UNITS = 1_000;
/** What else a time expression may begin with. Most words of a text are none of these. */
const BEGINNINGS = new Set([
  ...PREPOSITIONS.keys(),
  ...BEFORE_DURATION,
  'between',
  'last',
  'past',
  'this',
  'the',
]);

/** The time expression that begins at a token; null when none does. Looks at a bounded number of tokens. */
export function readTime(tokens: readonly Token[], at: number, clock: Date): Read | null {
  const token = tokens[at];
  if (!isWord(token) || !(BEGINNINGS.has(token.lower) || /^\d{4}/.test(token.text))) return null;
  return (
    readDuration(tokens, at, clock) ??
    readRange(tokens, at, clock) ??
    readBounded(tokens, at, clock) ??
    readCalendarPeriod(tokens, at, clock)
  );
}

/** `in the last 6 months`, `past three years`, `over the past decade`: counted back from the clock's day. */
function readDuration(tokens: readonly Token[], start: number, clock: Date): Read | null {
  let at = start;
  if (isOneOf(tokens[at], BEFORE_DURATION)) at += 1;
  const hasArticle = isPlain(tokens[at], 'the');
  if (hasArticle) at += 1;
  const isPast = isPlain(tokens[at], 'past');
  if (!isPast && !isPlain(tokens[at], 'last')) return null;
  const count = toCount(tokens[at + 1]);
  // `last year` alone is a calendar year, `the last year` the twelve months that end now.
  if (count === null && !hasArticle && !isPast) return null;
  const unitAt = at + (count === null ? 1 : 2);
  const unit = UNITS.get(tokens[unitAt]?.lower ?? '');
  if (unit === undefined || tokens[unitAt + 1]?.lower === 'of') return null;
  return finish(tokens, start, unitAt + 1, { gte: countBack(count ?? 1, unit, clock) });
}

/** `between 2018 and 2020`, `from March 2018 to May 2020`, `from 2018 onwards`, `2019-2021`, `2019 to 2021`. */
function readRange(tokens: readonly Token[], start: number, clock: Date): Read | null {
  const word = tokens[start]?.lower ?? '';
  const at = BEFORE_RANGE.has(word) ? start + 1 : start;
  const years = YEAR_RANGE.exec(tokens[at]?.text ?? '');
  if (years && word !== 'between') return readYears(tokens, start, at, years, clock);
  // Without "between" or "from" only years make a range: "March 2020 to" begins too many other things.
  const mayBeAny = word === 'between' || word === 'from';
  if (!mayBeAny && !BARE_YEAR.test(tokens[at]?.text ?? '')) return null;
  const period = readPeriod(tokens, at, clock);
  if (!period) return null;
  const isOnwards = word === 'from' && ONWARDS.has(tokens[period.next]?.lower ?? '');
  if (isOnwards) return finish(tokens, start, period.next + 1, since(period));
  return readTwoEnds(tokens, start, period, word === 'between' ? AND : TO, clock);
}

/** `2019-2021` */
function readYears(
  tokens: readonly Token[],
  start: number,
  at: number,
  [, one, other]: RegExpExecArray,
  clock: Date,
): Read | null {
  const first = Math.min(Number(one), Number(other));
  const last = Math.max(Number(one), Number(other));
  if (!isYear(first, clock) || !isYear(last, clock) || countsThings(tokens, at)) return null;
  return finish(tokens, start, at + 1, within(yearsFrom(first, last)));
}

function readTwoEnds(
  tokens: readonly Token[],
  start: number,
  one: ReadPeriod,
  joining: ReadonlySet<string>,
  clock: Date,
): Read | null {
  if (!isOneOf(tokens[one.next], joining)) return null;
  const other = readPeriod(tokens, one.next + 1, clock);
  if (!other || isCount(tokens, other)) return null;
  const [from, to] = one.first <= other.first ? [one, other] : [other, one];
  return finish(tokens, start, other.next, { gte: from.first, lte: to.last });
}

/** `in 2021`, `since March 2022`, `before 2020-03-15`, `until last year`. */
function readBounded(tokens: readonly Token[], start: number, clock: Date): Read | null {
  const word = tokens[start]?.lower ?? '';
  const preposition = PREPOSITIONS.get(word);
  if (!preposition || !isPlain(tokens[start], word)) return null;
  const { second, bound } = preposition;
  if (second !== undefined && !isPlain(tokens[start + 1], second)) return null;
  const period = readPeriod(tokens, start + (second === undefined ? 1 : 2), clock);
  // `on 2021 data` is about something else; `on` goes with a day or a month.
  if (!period || isCount(tokens, period) || (word === 'on' && period.isBareYear)) return null;
  return finish(tokens, start, period.next, bound(period));
}

/** `last year`, `this month`. */
function readCalendarPeriod(tokens: readonly Token[], start: number, clock: Date): Read | null {
  if (!isPlain(tokens[start], 'last') && !isPlain(tokens[start], 'this')) return null;
  const period = readPeriod(tokens, start, clock);
  return period && finish(tokens, start, period.next, within(period));
}

/** A bare year in front of what can be counted is a number: `after 2000 iterations`. */
function isCount(tokens: readonly Token[], period: ReadPeriod): boolean {
  return period.isBareYear && countsThings(tokens, period.next - 1);
}

const COUNTED =
  /^(?:iterations?|steps?|epochs?|dimensions?|samples?|examples?|images?|nodes?|words?|tokens?|layers?|neurons?|parameters?|patients?|participants?|subjects?|people|students?|users?|games?|rounds?|trials?|runs?|queries|documents?|sentences?|classes|categories|languages|points?|particles?|galaxies|stars|events|bits?|bytes|gpus?|hours?|minutes?|seconds?|days?|weeks?|months?|years?|km|cm|mm|nm|hz|khz|mhz|ghz|k|ev|gev|mev|tev|kelvin|degrees?)$/;

function countsThings(tokens: readonly Token[], yearAt: number): boolean {
  return tokens[yearAt]?.after === '' && COUNTED.test(tokens[yearAt + 1]?.lower ?? '');
}

function toCount(token: Token | undefined): number | null {
  if (!isWord(token) || token.after !== '') return null;
  const count = /^\d{1,4}$/.test(token.lower) ? Number(token.lower) : NUMBERS.indexOf(token.lower) + 1;
  return count >= 1 && count <= MOST_UNITS ? count : null;
}

function finish(tokens: readonly Token[], from: number, next: number, range: DayRange): Read {
  const start = tokens[from]?.start ?? 0;
  const end = tokens[next - 1]?.end ?? 0;
  return { candidate: { kind: 'submitted', range, start, end }, next };
}

function isWord(token: Token | undefined): token is Token {
  return token?.kind === 'word' && token.text !== '';
}

/** One of the words, with no punctuation behind it. */
function isOneOf(token: Token | undefined, words: ReadonlySet<string>): boolean {
  return isWord(token) && token.after === '' && words.has(token.lower);
}

function isPlain(token: Token | undefined, word: string): boolean {
  return isWord(token) && token.after === '' && token.lower === word;
}
