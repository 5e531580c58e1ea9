import type { Period } from './calendar.js';
import type { Token } from './tokens.js';

export interface ReadPeriod extends Period {
  /** Whether it is only four digits, which can be any number. */
  isBareYear: boolean;
  next: number;
}

/** From this year on, four digits may be a year wherever a year is possible. */
export const FIRST_LIKELY_YEAR = 1900;
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
export const MONTH_NAME =
  /^(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)$/;
const DAY = /^(\d{1,2})(?:st|nd|rd|th)?$/;
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

/** Skips one of the words that join dates, also `up to` if "to" is one of them; null if there is none. */
export function skipJoining(tokens: readonly Token[], at: number, words: ReadonlySet<string>): number | null {
  const token = tokens[at];
  if (token?.kind !== 'word' || token.text === '' || token.after !== '') return null;
  if (words.has(token.lower)) return at + 1;
  const isUpTo = token.lower === 'up' && words.has('to') && words.has(tokens[at + 1]?.lower ?? '');
  return isUpTo && tokens[at + 1]?.after === '' ? at + 2 : null;
}

/** Skips `of` or `of the`. */
export function skipOf(tokens: readonly Token[], at: number): number {
  const isOf = tokens[at]?.lower === 'of';
  return isOf && tokens[at + 1]?.lower === 'the' ? at + 2 : isOf ? at + 1 : at;
}

/** Also for a number that no month follows: the caller checks that. */
export function toDayOfMonth(token: Token | undefined): number | null {
  const day = Number(DAY.exec(token?.lower ?? '')?.[1]);
  return day >= 1 && day <= 31 ? day : null;
}

export function toMonth(token: Token | undefined): number | null {
  return token && MONTH_NAME.test(token.lower) ? toMonthNumber(token.lower) : null;
}

export function toMonthNumber(name: string): number {
  return MONTHS.indexOf(name.slice(0, 3)) + 1;
}

export function toYear(token: Token | undefined, clock: Date): number | null {
  const year = Number(/^\d{4}$/.exec(token?.text ?? '')?.[0]);
  return isYear(year, clock) ? year : null;
}

export function toRead(period: Period, next: number, isBareYear = false): ReadPeriod {
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
