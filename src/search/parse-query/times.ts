import { countBack, dayAfter, UNITS, yearsFrom, type DayRange, type Period, type Unit } from './calendar.js';
import { countsThings, isYear, readCount, skipJoining as skipWords, type ReadPeriod } from './date-words.js';
import { SEASONS } from './parts-of-years.js';
import { readPeriod } from './periods.js';
import { readMissingDay, readMonths, readSharedYear, sharesYear } from './shared-years.js';
import { isOthers, MAX_READ, spanOf, type Source, type Token } from './tokens.js';
import { SMALL_WORDS } from './words.js';
import { anyOf, type Draft, type Read } from '../expression.js';

/** How a word such as "since" bounds a period. */
export type Bound = (period: Period) => DayRange;

const within: Bound = ({ first, last }) => ({ gte: first, lte: last });
const since: Bound = ({ first, from = first }) => ({ gte: from });
const after: Bound = ({ last, from = last }) => ({ gte: dayAfter(from) });
const before: Bound = ({ first, from = first }) => ({ lt: from });
const until: Bound = ({ last, from = last }) => ({ lte: from });
export const BOUNDS = { within, since, after, before, until };

/** Prepositions before a year, month or day, each as its words, and how they bound it. */
const PREPOSITIONS: readonly { words: readonly string[]; bound: Bound }[] = [
  { words: ['in'], bound: within },
  { words: ['in', 'or', 'after'], bound: since },
  { words: ['in', 'or', 'before'], bound: until },
  { words: ['on', 'or', 'after'], bound: since },
  { words: ['on', 'or', 'before'], bound: until },
  { words: ['on'], bound: within },
  { words: ['at'], bound: within },
  ...['published', 'posted', 'submitted', 'uploaded', 'written'].map((word) => ({
    words: [word],
    bound: within,
  })),
  { words: ['from'], bound: within },
  { words: ['during'], bound: within },
  { words: ['within'], bound: within },
  { words: ['since'], bound: since },
  { words: ['starting', 'in'], bound: since },
  { words: ['starting', 'from'], bound: since },
  { words: ['starting'], bound: since },
  { words: ['no', 'earlier', 'than'], bound: since },
  { words: ['after'], bound: after },
  { words: ['later', 'than'], bound: after },
  { words: ['newer', 'than'], bound: after },
  { words: ['before'], bound: before },
  { words: ['prior', 'to'], bound: before },
  { words: ['earlier', 'than'], bound: before },
  { words: ['older', 'than'], bound: before },
  { words: ['until'], bound: until },
  { words: ['till'], bound: until },
  { words: ['up', 'to'], bound: until },
  { words: ['no', 'later', 'than'], bound: until },
  { words: ['no', 'newer', 'than'], bound: until },
  { words: ['no', 'older', 'than'], bound: since },
  // Only after a word for papers: see `isOfOther`.
  { words: ['of'], bound: within },
  { words: ['by'], bound: until },
];
/** Longest first. */
const BY_FIRST_WORD: ReadonlyMap<string, typeof PREPOSITIONS> = new Map(
  PREPOSITIONS.map(({ words: [first = ''] }) => [
    first,
    PREPOSITIONS.filter(({ words }) => words[0] === first).sort((a, b) => b.words.length - a.words.length),
  ]),
);
/** Words before `… ago`, and how they bound it: `more than 2 years ago`. */
const BEFORE_AGO: readonly { words: readonly string[]; bound: Bound }[] = [
  { words: ['more', 'than'], bound: before },
  { words: ['over'], bound: before },
  { words: ['at', 'least'], bound: until },
  { words: ['less', 'than'], bound: since },
  { words: ['at', 'most'], bound: since },
];
/** Words before the age of papers: `older than 5 years`. */
const AGES: readonly { words: readonly string[]; isOlder: boolean }[] = [
  { words: ['older', 'than'], isOlder: true },
  { words: ['no', 'older', 'than'], isOlder: false },
  { words: ['newer', 'than'], isOlder: false },
  { words: ['younger', 'than'], isOlder: false },
  { words: ['since'], isOlder: false },
];
/** `31st of June of the 2020`: three words, and those that `skipOf` skips. */
const MAX_DAY_TOKENS = 7;
const EITHER = new Set(['either', 'both']);
const BEFORE_DURATION = new Set(['in', 'over', 'during', 'within', 'for', 'from', 'since', 'of']);
const BEFORE_RANGE = new Set(['between', 'from', 'in', 'during', 'within', 'since']);
const IN_LIST = new Set(['in', 'during', 'within']);
const ONWARDS = new Set(['onward', 'onwards', 'forward', 'forwards']);
const TO = new Set(['to', 'until', 'till', 'through', 'thru', '-', '–', '—', '−']);
const AND = new Set(['and', '&', ...TO]);
const NOW = new Set(['present', 'now', 'today', 'date']);
const LATER = new Set(['later', 'newer', 'after', 'onward', 'onwards', 'beyond', 'since']);
const EARLIER = new Set(['earlier', 'older', 'before']);
const JOINING = new Set(['and', 'or', '&', '|', '||', '&&']);
/** `2020-22`: the last two digits cannot be a month. */
const SHORT_RANGE = /^(\d{2})(\d{2})[-–—](\d{2})$/u;
const YEAR_RANGE = /^(\d{4})(?:[-–—−]|\.\.)(\d{4}|present|now|today)?$/u;
/** `1.5`, before "years" */
const WITH_HALF = /^(\d{1,2})\.5$/;
/** `2021-03..2021-06`, `2021-03-01/2021-06-30`, `03/2021-06/2021` */
const DATE_RANGE =
  /^(\d{4}-\d\d(?:-\d\d)?)(?:\.\.|\/|[–—−])(\d{4}-\d\d(?:-\d\d)?)$|^(\d\d\/\d{4})[-–—−](\d\d\/\d{4})$/u;
/** `pre-2015`, `post2018`; a separate "pre" precedes the year. */
const ERA = /^(pre|post)[-‐‑–]?(\d{4})$/u;
const OPEN_YEAR = /^(\d{4})\+$/;
/** The month has two digits, unlike a fraction. */
const MONTH_AND_YEAR = /^(?:0[1-9]|1[0-2])\/\d{4}$/;
/** `2014/2017` is either year; `2014/15` is a winter or an academic year. */
const SLASHED_YEARS = /^\d{4}(?:\/\d{4}){1,9}$/;
const SEASON = /^(\d{2})(\d{2})\/(\d{2})$/;
/**
 * Nouns that a date describes: `papers from 2021 diffusion` means papers of that year, `from 2021 data` means data.
 */
const PAPERS =
  /^(?:(?:pre)?prints?|papers?|articles?|works?|publications?|submissions?|results?|published|posted|submitted|uploaded|written|new)$/;
const POSSESSIVE = /['’]s$/u;
const PAPERS_IN_PLURAL = new Set(['papers', 'preprints', 'articles', 'publications']);
/** Other words that may begin a time expression. Most words of a text are none of these. */
const BEGINNINGS = new Set([
  ...BY_FIRST_WORD.keys(),
  ...BEFORE_DURATION,
  ...SEASONS.keys(),
  ...'between last past previous current this the younger no more less over at since early mid late beginning start middle end first second third fourth final latter winter years today yesterday a'.split(
    ' ',
  ),
  ...'one two three four five six seven eight nine ten eleven twelve few several couple'.split(' '),
]);
const MAY_BEGIN =
  /^(?:\d|[qh][1-4]|p(?:re|ost)(?:[-‐‑–]?\d|$)|(?:mid|early|late)-[a-z\d]|(?:mon|tues|wednes|thurs|fri|satur|sun)day$|today['’]s|yesterday['’]s|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:[-–—/][a-z]+)?$)/;

/**
 * The time expression that begins at a token; null if there is none. Looks a bounded number of tokens ahead.
 */
export function readTime(source: Source, at: number): Read | null {
  const token = source.tokens[at];
  if (!isWord(token) || !(BEGINNINGS.has(token.lower) || MAY_BEGIN.test(token.lower))) return null;
  const read =
    readDuration(source, at) ??
    readAge(source, at) ??
    readEra(source, at) ??
    readLongAgo(source, at) ??
    readRange(source, at) ??
    readBounded(source, at) ??
    readPossessive(source, at) ??
    readAlone(source, at);
  return read && isWithMissingDay(source, at, read.next) ? null : read;
}

/**
 * Whether tokens are part of a day that does not exist, or are joined to one: `1 May 2020 to 31 June 2020`. Without
 * that day, they would mean something else.
 */
function isWithMissingDay({ tokens, clock }: Source, start: number, next: number): boolean {
  if (isOneOf(tokens[next], AND) && readMissingDay(tokens, next + 1, clock) !== null) return true;
  const isJoined = isOneOf(tokens[start - 1], AND);
  for (let at = Math.max(0, start - MAX_DAY_TOKENS - 1); at < start; at++) {
    const end = readMissingDay(tokens, at, clock);
    if (end !== null && (end > start || (isJoined && end === start - 1))) return true;
  }
  return false;
}

/** `in the last 6 months`, `past three years`, `in the last few weeks`, `last 24 hours`: counted back from the clock's day. */
function readDuration(source: Source, start: number): Read | null {
  const { tokens, clock } = source;
  let at = start;
  if (isOneOf(tokens[at], BEFORE_DURATION)) at += 1;
  const hasArticle = isPlain(tokens[at], 'the');
  if (hasArticle) at += 1;
  const isPast = isPlain(tokens[at], 'past') || isPlain(tokens[at], 'previous');
  if (!isPast && !isPlain(tokens[at], 'last')) return null;
  const span = readSpan(tokens, at + 1);
  if (!span || tokens[span.next]?.lower === 'of') return null;
  // `last year` alone is a calendar year; `the last year` is the twelve months up to now.
  const isCalendar = (!hasArticle && !isPast) || tokens[at]?.lower === 'previous';
  if (isCalendar && span.next === at + 2 && span.count === 1) return null;
  return finish(source, start, span.next, { gte: countBack(span.count, span.unit, clock) });
}

/**
 * How far back a time reaches: `year`, `6 months`, `half year`, `1.5 years`, `two and a half years`, `year and a half`.
 */
function readSpan(tokens: readonly Token[], at: number): { count: number; unit: Unit; next: number } | null {
  const word = tokens[at]?.lower ?? '';
  if (word === 'half-year') return { count: 6, unit: 'month', next: at + 1 };
  if (word === 'half')
    return tokens[at + 1]?.lower === 'year' ? { count: 6, unit: 'month', next: at + 2 } : null;
  const whole = WITH_HALF.exec(word)?.[1];
  const counted = whole === undefined ? readCount(tokens, at) : { count: Number(whole), next: at + 1 };
  const isHalfBefore = counted !== null && isAndAHalf(tokens, counted.next);
  const unitAt = (counted?.next ?? at) + (isHalfBefore ? 3 : 0);
  const unit = UNITS.get(tokens[unitAt]?.lower ?? '');
  const count = counted?.count ?? 1;
  const isHalfAfter = isAndAHalf(tokens, unitAt + 1);
  if (unit === undefined) return null;
  if (whole === undefined && !isHalfBefore && !isHalfAfter) return { count, unit, next: unitAt + 1 };
  return unit === 'year'
    ? { count: 12 * count + 6, unit: 'month', next: unitAt + (isHalfAfter ? 4 : 1) }
    : null;
}

function isAndAHalf(tokens: readonly Token[], at: number): boolean {
  return ['and', 'a', 'half'].every((word, index) => tokens[at + index]?.lower === word);
}

/** `older than 5 years`, `no older than 2 years`, `since two years` */
function readAge(source: Source, start: number): Read | null {
  const { tokens, clock } = source;
  for (const { words, isOlder } of AGES) {
    if (!words.every((word, index) => isPlain(tokens[start + index], word))) continue;
    const counted = readCount(tokens, start + words.length);
    const unit = counted && UNITS.get(tokens[counted.next]?.lower ?? '');
    if (!unit || tokens[counted.next + 1]?.lower === 'ago') return null;
    const day = countBack(counted.count, unit, clock);
    return finish(source, start, counted.next + 1, isOlder ? { lt: day } : { gte: day });
  }
  return null;
}

/** `more than 2 years ago`, `less than a month ago` */
function readLongAgo(source: Source, start: number): Read | null {
  const { tokens, clock } = source;
  for (const { words, bound } of BEFORE_AGO) {
    if (!words.every((word, index) => isPlain(tokens[start + index], word))) continue;
    const period = readPeriod(tokens, start + words.length, clock);
    return period && tokens[period.next - 1]?.lower === 'ago'
      ? finish(source, start, period.next, bound(period))
      : null;
  }
  return null;
}

/** `between 2018 and 2020`, `from March 2018 to May 2020`, `2019-2021`, `2015 to present`, `2015 onwards`, `2015 or later`. */
function readRange(source: Source, start: number): Read | null {
  const { tokens, clock } = source;
  const word = tokens[start]?.lower ?? '';
  const first = BEFORE_RANGE.has(word) ? start + 1 : start;
  const at = skipYearsWord(tokens, first);
  const years = YEAR_RANGE.exec(tokens[at]?.lower ?? '');
  if (years) return readYears(source, start, at, years);
  const [, century = '', one = '', other = ''] = SHORT_RANGE.exec(tokens[at]?.lower ?? '') ?? [];
  if (at > start && Number(other) > 12 && other > one) {
    return readYears(source, start, at, ['', century + one, century + other]);
  }
  const dates = DATE_RANGE.exec(tokens[at]?.lower ?? '');
  if (dates) return readDates(source, start, at, dates);
  const openYear = OPEN_YEAR.exec(tokens[at]?.lower ?? '')?.[1];
  if (openYear && isYear(Number(openYear), clock) && !countsThings(tokens, at)) {
    return finish(source, start, at + 1, { gte: `${openYear}-01-01` });
  }
  const joining = word === 'between' ? AND : TO;
  const period = readPeriod(tokens, at, clock);
  if (!period) return readSharedRange(source, start, first, joining);
  const open = readOpenEnd(source, start, period);
  if (open) return open;
  // Without a preposition, a decade is often a style or data, not a time.
  if (at === start && /s$/i.test(tokens[at]?.text ?? '')) return null;
  return readTwoEnds(source, start, period, joining);
}

/** Skips the noun of `years 2015-2018`, `the years 2015 to 2018`. */
function skipYearsWord(tokens: readonly Token[], from: number): number {
  const at = tokens[from]?.lower === 'the' ? from + 1 : from;
  return isPlain(tokens[at], 'years') ? at + 1 : from;
}

/** `2021-03..2021-06` */
function readDates(source: Source, start: number, at: number, match: readonly string[]): Read | null {
  const { tokens, clock } = source;
  const token = tokens[at];
  const ends = match.slice(1).flatMap((text) => {
    const period = token && text ? readPeriod([{ ...token, text, lower: text, after: '' }], 0, clock) : null;
    return period ? [period] : [];
  });
  const [one, other] = ends;
  return one && other && one.first <= other.first
    ? finish(source, start, at + 1, { gte: one.first, lte: other.last })
    : null;
}

/** `from March to May 2020`, `between 3 and 5 May 2020`, `March–April 2014` */
function readSharedRange(
  source: Source,
  start: number,
  at: number,
  joining: ReadonlySet<string>,
): Read | null {
  const { tokens, clock } = source;
  const shared = readSharedYear(tokens, at, joining, clock);
  return (
    shared && finish(source, start, shared.second.next, { gte: shared.first.first, lte: shared.second.last })
  );
}

/** `2019-2021`, `2015-present` */
function readYears(
  source: Source,
  start: number,
  at: number,
  [, one, other]: readonly string[],
): Read | null {
  const { tokens, clock } = source;
  if (other === undefined || !/^\d/.test(other)) {
    const isOpen = other !== undefined && isYear(Number(one), clock);
    return isOpen ? finish(source, start, at + 1, { gte: `${one ?? ''}-01-01` }) : null;
  }
  const first = Math.min(Number(one), Number(other));
  const last = Math.max(Number(one), Number(other));
  if (!isYear(first, clock) || !isYear(last, clock) || countsThings(tokens, at)) return null;
  return finish(source, start, at + 1, within(yearsFrom(first, last)));
}

/**
 * `2015 to present`, `2015 onwards`, `2015 and later`, `2015 or earlier`; after "from" also `from 2015 on`, if no
 * subject follows.
 */
function readOpenEnd(source: Source, start: number, period: ReadPeriod): Read | null {
  const { tokens } = source;
  const [token, second] = [tokens[period.next], tokens[period.next + 1]];
  if (!isWord(token) || tokens[period.next - 1]?.after !== '') return null;
  if (ONWARDS.has(token.lower)) return finish(source, start, period.next + 1, since(period));
  const isFrom = tokens[start]?.lower === 'from';
  if (isFrom && token.lower === 'on' && !isFollowedBySubject(token, second)) {
    return finish(source, start, period.next + 1, since(period));
  }
  const word = second?.lower ?? '';
  if (isFrom && token.lower === 'and' && word === 'on' && second) {
    const third = tokens[period.next + 2];
    return isFollowedBySubject(second, third) ? null : finish(source, start, period.next + 2, since(period));
  }
  if (token.lower === 'and' || token.lower === 'or') {
    if (LATER.has(word) && !readsOn(source, period.next + 2))
      return finish(source, start, period.next + 2, since(period));
    if (EARLIER.has(word) && !readsOn(source, period.next + 2))
      return finish(source, start, period.next + 2, until(period));
  }
  const to = skipWords(tokens, period.next, TO);
  const nowAt = to !== null && tokens[to]?.lower === 'the' ? to + 1 : to;
  const isNow = nowAt !== null && NOW.has(tokens[nowAt]?.lower ?? '');
  return isNow ? finish(source, start, nowAt + 1, since(period)) : null;
}

/**
 * "On" before a subject means "about" (`from 2021 on diffusion`). At the end, or before another part of the query, it
 * means "onwards".
 */
function isFollowedBySubject(on: Token, second: Token | undefined): boolean {
  return (
    on.after === '' && isWord(second) && !['by', 'in', 'and', 'or', 'until', 'till'].includes(second.lower)
  );
}

/** Whether another period follows, as in `2015 and before 2020`. */
function readsOn({ tokens, clock }: Source, at: number): boolean {
  return readPeriod(tokens, at, clock) !== null || readMissingDay(tokens, at, clock) !== null;
}

/**
 * `networks pre-2015`, `post-2018 papers`. Before any other noun, it describes what is studied: `the pre-2008 boom`.
 */
function readEra(source: Source, start: number): Read | null {
  const { tokens, clock } = source;
  const first = isPlain(tokens[start], 'from') ? start + 1 : start;
  const isApart = isPlain(tokens[first], 'pre');
  const at = isApart ? first + 1 : first;
  const word = tokens[at];
  const [, prefix, digits] = ERA.exec(`${isApart ? 'pre' : ''}${isWord(word) ? word.lower : ''}`) ?? [];
  const year = Number(digits);
  if (word?.before !== '' || !isYear(year, clock) || isOfSubject(tokens, at)) return null;
  const bound = prefix === 'pre' ? before : after;
  return finish(source, start, at + 1, bound(yearsFrom(year)));
}

/**
 * Whether a date belongs to the next word, which is neither a word for papers nor another part of the query.
 */
export function isOfSubject(tokens: readonly Token[], at: number): boolean {
  const follower = tokens[at]?.after === '' ? tokens[at + 1] : undefined;
  if (!isWord(follower) || follower.before !== '' || SMALL_WORDS.has(follower.lower)) return false;
  return !PAPERS.test(follower.lower) && !/^-|.:/u.test(follower.text + follower.after);
}

function readTwoEnds(
  source: Source,
  start: number,
  one: ReadPeriod,
  joining: ReadonlySet<string>,
): Read | null {
  const { tokens, clock } = source;
  const joined = skipWords(tokens, one.next, joining);
  if (joined === null) return null;
  const other = readPeriod(tokens, joined, clock);
  if (!other || isCount(tokens, other)) return null;
  const [from, to] = one.first <= other.first ? [one, other] : [other, one];
  return finish(source, start, other.next, { gte: from.first, lte: to.last });
}

/** `in 2021`, `since March 2022`, `before 2020-03-15`, `until last year`, `in 2014 or 2017`. */
function readBounded(source: Source, start: number): Read | null {
  const { tokens, clock } = source;
  const word = tokens[start]?.lower ?? '';
  for (const { words, bound } of BY_FIRST_WORD.get(word) ?? []) {
    if (!words.every((each, at) => isPlain(tokens[start + at], each))) continue;
    if (isOfOther(tokens, start)) return null;
    const after = start + words.length;
    const at = bound === within && isOneOf(tokens[after], EITHER) ? after + 1 : after;
    const period = readPeriod(tokens, at, clock);
    if (!period && bound === within && word !== 'on') return readYearsOrMonths(source, start, at);
    if (!period || isCount(tokens, period)) return null;
    // `on` needs a day or a month, because `on 2021 data` is about something else. So does `by`: `by May 2020` dates
    // papers, but `by 2020` hardly does.
    if ((word === 'on' || word === 'at' || word === 'by') && words.length === 1 && period.isBareYear)
      return null;
    if ((word === 'from' || PAPERS.test(word)) && isOfSomething(tokens, start, period)) return null;
    return bound === within
      ? readList(source, start, period)
      : finish(source, start, period.next, bound(period));
  }
  return null;
}

/**
 * Whether the words before a preposition make the time that of something else: `10 years after 2008`, `the day before
 * yesterday`, `the events of May 1968`, but not `papers of 2015`.
 */
function isOfOther(tokens: readonly Token[], at: number): boolean {
  const [word, previous] = [tokens[at]?.lower, tokens[at - 1]];
  if (word === 'of') return previous?.after !== '' || !PAPERS_IN_PLURAL.has(previous.lower);
  if ((word !== 'before' && word !== 'after') || previous?.after !== '' || !UNITS.has(previous.lower))
    return false;
  return !previous.lower.endsWith('s') || readCount(tokens, at - 2)?.next === at - 1;
}

/** `in 2014/2017`, `in 2014/15`, `in March or April 2014` */
function readYearsOrMonths(source: Source, start: number, at: number): Read | null {
  const { tokens, clock } = source;
  const text = tokens[at]?.text ?? '';
  if (SLASHED_YEARS.test(text) && !countsThings(tokens, at)) {
    const years = text.split('/').map(Number);
    return years.every((year) => isYear(year, clock))
      ? toList(
          source,
          start,
          at + 1,
          years.map((year) => within(yearsFrom(year))),
        )
      : null;
  }
  const [, century = '', one = '', other = ''] = SEASON.exec(text) ?? [];
  const first = Number(century + one);
  if (one !== '' && Number(other) === (Number(one) + 1) % 100 && isYear(first, clock)) {
    return finish(source, start, at + 1, within(yearsFrom(first, first + 1)));
  }
  const shared = readSharedYear(tokens, at, JOINING, clock);
  if (shared) return toList(source, start, shared.second.next, [within(shared.first), within(shared.second)]);
  const list = readMonths(tokens, at, JOINING, clock);
  return list && toList(source, start, list.next, list.months.map(within));
}

function toList({ tokens }: Source, start: number, next: number, ranges: readonly DayRange[]): Read {
  const draft: Draft = anyOf(ranges.map((range) => ({ kind: 'date', field: 'submitted', range })));
  return { draft, next, ...spanOf(tokens, start, next) };
}

/** `from 2021 data`, `from 2000 to`: not the year of papers. */
function isOfSomething(tokens: readonly Token[], start: number, { isBareYear, next }: ReadPeriod): boolean {
  if (!isBareYear || tokens[next - 1]?.after !== '') return false;
  const follower = tokens[next];
  if (!isWord(follower)) return false;
  if (TO.has(follower.lower)) return true;
  return !SMALL_WORDS.has(follower.lower) && !PAPERS.test(tokens[start - 1]?.lower ?? '');
}

/**
 * `in 2014 or 2017`, `in 2014, in 2017`, `in 2014 and 2017`: any of the periods, because no paper is from two.
 */
function readList(source: Source, start: number, first: ReadPeriod): Read {
  const { tokens, clock } = source;
  const ranges = [within(first)];
  let next = first.next;
  while (source.read.operands < MAX_READ) {
    source.read.operands += 1;
    const joined = skipJoining(tokens, next);
    if (joined === null) break;
    const period = readPeriod(tokens, isOneOf(tokens[joined], IN_LIST) ? joined + 1 : joined, clock);
    if (!period || isCount(tokens, period) || readOpenEnd(source, start, period)) break;
    ranges.push(within(period));
    next = period.next;
  }
  return toList(source, start, next, ranges);
}

function skipJoining(tokens: readonly Token[], next: number): number | null {
  const isMarked = /^[,;]$/.test(tokens[next - 1]?.after ?? '');
  if (isOneOf(tokens[next], JOINING)) return next + 1;
  return isMarked ? next : null;
}

/**
 * Times without a preposition: `last year`, `June 2004`, `Q1 2021`, `early 2020`, `2 years ago`; `2021` before
 * "papers"; `today` after "papers" or alone.
 */
function readAlone(source: Source, start: number): Read | null {
  const { tokens, clock } = source;
  const period = readPeriod(tokens, start, clock);
  const first = tokens[start];
  if (!period || !first || tokens[start - 1]?.lower === 'the') return null;
  if (tokens[start - 1]?.lower === 'of' || sharesYear(tokens, start)) return null;
  if (period.isBareYear) {
    const years = readList(source, start, period);
    return isOfPapers(tokens, start, years.next) ? years : null;
  }
  if (/^\d[^qh]*$/i.test(first.text) && period.next === start + 1 && !isDatedAlone(tokens, start))
    return null;
  // In lower case, "may" after a word is a verb: `results may 2020`.
  if (first.text === 'may' && tokens[start - 1]?.after === '') return null;
  // `from spring to fall 2020`: half of it would mean something else.
  if (SEASONS.has(first.lower) && SEASONS.has(tokens[start - 2]?.lower ?? '')) return null;
  const isDay = first.lower === 'today' || first.lower === 'yesterday';
  if (isDay && tokens.length > 1 && !PAPERS.test(tokens[start - 1]?.lower ?? '')) return null;
  return first.lower === 'the' ? null : readList(source, start, period);
}

/** `today's papers`, `this week's preprints` */
function readPossessive({ tokens, clock, ...source }: Source, start: number): Read | null {
  const words = tokens.slice(start, start + 2);
  const owner = words.findIndex(({ lower }) => POSSESSIVE.test(lower));
  const next = start + owner + 1;
  if (owner < 0 || !PAPERS_IN_PLURAL.has(tokens[next]?.lower ?? '')) return null;
  const owners = words
    .slice(0, owner + 1)
    .map((each) => ({ ...each, lower: each.lower.replace(POSSESSIVE, '') }));
  const period = readPeriod(owners, 0, clock);
  const isWhole = period?.next === owners.length && !period.isBareYear;
  return isWhole ? finish({ tokens, clock, ...source }, start, next, within(period)) : null;
}

/**
 * Numeric dates and decades are often data, versions or styles. They are times only if nothing else is near; months
 * (`01/2020`), if they belong to no other word.
 */
function isDatedAlone(tokens: readonly Token[], at: number): boolean {
  const text = tokens[at]?.text ?? '';
  if (tokens.length === 1) return !/s$/i.test(text);
  return MONTH_AND_YEAR.test(text) && !countsThings(tokens, at) && !isOfSubject(tokens, at);
}

/** `2021 papers` contains the year of papers; `more than 2021 papers` contains their number. */
function isOfPapers(tokens: readonly Token[], start: number, next: number): boolean {
  const isCounted = SMALL_WORDS.has(tokens[start - 1]?.lower ?? '');
  return !isCounted && tokens[next - 1]?.after === '' && PAPERS_IN_PLURAL.has(tokens[next]?.lower ?? '');
}

/**
 * The year of a citation after a name or an identifier: `(2017)`, `, 2017`, or `2017` at the end of the query.
 */
export function readCitedYear(source: Source, at: number): Read | null {
  const { tokens, clock } = source;
  const isInBrackets = tokens[at]?.kind === 'open';
  const yearAt = isInBrackets ? at + 1 : at;
  const year = Number(/^(\d{4})[a-f]?$/.exec(tokens[yearAt]?.text ?? '')?.[1]);
  if (!isYear(year, clock)) return null;
  const isClosed = isInBrackets && tokens[yearAt + 1]?.kind === 'close';
  const isLast = !isInBrackets && (tokens[at + 1] === undefined || /^[,;.]/.test(tokens[at]?.after ?? ''));
  // After "et al.", a year always belongs to the citation.
  const isCited = !isInBrackets && isOthers(tokens[at - 1]) && !countsThings(tokens, at);
  if (!isClosed && !isLast && !isCited) return null;
  return finish(source, at, isInBrackets ? at + 3 : at + 1, within(yearsFrom(year)));
}

/** A bare year before something countable is a number: `after 2000 iterations`. */
function isCount(tokens: readonly Token[], period: ReadPeriod): boolean {
  return period.isBareYear && countsThings(tokens, period.next - 1);
}

function finish({ tokens }: Source, from: number, next: number, range: DayRange): Read {
  return { draft: { kind: 'date', field: 'submitted', range }, next, ...spanOf(tokens, from, next) };
}

function isWord(token: Token | undefined): token is Token {
  return token?.kind === 'word' && token.text !== '';
}

/** Whether the token is one of the words, without punctuation after it. */
function isOneOf(token: Token | undefined, words: ReadonlySet<string>): boolean {
  return isWord(token) && token.after === '' && words.has(token.lower);
}

function isPlain(token: Token | undefined, word: string): boolean {
  return isWord(token) && token.after === '' && token.lower === word;
}
