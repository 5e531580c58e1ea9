import { isCommonWord, mayBeGerund } from './common-words.js';
import { isSmallWord } from './small-words.js';
import type { Token } from './tokens.js';

/** One way to read a name: where it ends, and the token behind it. */
export interface NameReading {
  name: string;
  end: number;
  next: number;
}

/**
 * A name as far as the query tells: one that is unmistakable; or ways to read it, longest first, of which the first counts
 * that somebody has.
 */
export type NameCandidate =
  | { isCertain: true; reading: NameReading }
  | { isCertain: false; readings: readonly [NameReading, ...NameReading[]] };

/** What is known of the query as a whole. */
export interface NameContext {
  /** All words of weight are written with capitals, as in a title, so that capitals are no sign of a name. */
  isTitleCase: boolean;
}

/** Words of a name, particles and initials included. */
const MAX_WORDS = 6;
const MAX_LOWER_CASE_WORDS = 4;
/** Longer than any word of a name. */
const MAX_WORD_LENGTH = 60;

/** Begins with a capital, if need be behind a small prefix (`d'Alembert`), or is of a script without capitals. */
const CAPITAL_WORD = /^(?:\p{Ll}{1,3}['’-])?[\p{Lu}\p{Lt}\p{Lo}][\p{L}\p{M}'’.\-‐‑]*$/u;
const LOWER_CASE_WORD = /^\p{Ll}[\p{L}\p{M}'’.\-‐‑]*$/u;
const UNSPACED_SCRIPT = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const MAY_BEGIN_NAME = /^\p{L}/u;
const INITIALS = /^\p{Lu}(?:\.-?\p{Lu})*$/u;
const INITIALS_IN_FRONT = /^\p{Lu}\.-?\p{Lu}/u;
const ACRONYM = /\p{Lu}{2}/u;
const POSSESSIVE = /['’]s?$/iu;
const CALENDAR_WORD =
  /^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september|october|november|december)$/;
/** Words of names that are written small, in front of another word of the name. */
const PARTICLES: ReadonlySet<string> = new Set(
  'van von der den de del della di da dos du la le el al bin ibn ter ten te zu zur af av y'.split(' '),
);
/** Their full stop does not end a sentence. */
const ABBREVIATIONS: ReadonlySet<string> = new Set(['jr', 'sr', 'st', 'dr', 'prof']);

/** The name that begins at a token; null when none does. Looks at a bounded number of tokens. */
export function readName(tokens: readonly Token[], at: number, context: NameContext): NameCandidate | null {
  const first = tokens[at];
  if (!first || !mayBeginName(first)) return null;
  if (UNSPACED_SCRIPT.test(first.text)) return readUnspaced(tokens, at);
  const capitals = takeCapitals(tokens, at);
  return capitals.length > 0
    ? judgeCapitals(tokens, at, capitals, context)
    : toDoubtful(tokens, at, takeLowerCase(tokens, at), (words) => !words.every(saysNothing));
}

/** A quick answer for most of what "by" stands in front of. */
function mayBeginName(token: Token): boolean {
  if (!MAY_BEGIN_NAME.test(token.text)) return false;
  return token.text !== token.lower || !isSmallWord(token.lower) || isParticle(token);
}

/** Whether the token is initials with a full stop (`J.`, `J.-P.`, `Y.LeCun`), which nothing but a name has. */
export function isAbbreviated({ text, after }: Token): boolean {
  return (INITIALS.test(text) && after.startsWith('.')) || INITIALS_IN_FRONT.test(text);
}

/** Whether the token cannot be a whole name: an initial, or a particle. */
export function isPartial(token: Token): boolean {
  return INITIALS.test(token.text) || isParticle(token);
}

/** The name made of so many tokens. */
export function toReading(tokens: readonly Token[], at: number, count: number): NameReading {
  let name = '';
  let end = 0;
  for (let index = at; index < at + count; index++) {
    const token = tokens[index];
    if (!token) break;
    name += (index > at ? ' ' : '') + toWrittenWord(token);
    end = token.end + stopOf(token).length;
  }
  return { name, end, next: at + count };
}

/** Chinese and Japanese names are one token, or one character and another token (`张 伟`). */
function readUnspaced(tokens: readonly Token[], at: number): NameCandidate | null {
  const first = tokens[at];
  if (first === undefined || !CAPITAL_WORD.test(first.text)) return null;
  const isSplit =
    /^.$/u.test(first.text) && first.after === '' && UNSPACED_SCRIPT.test(tokens[at + 1]?.text ?? '');
  return { isCertain: true, reading: toReading(tokens, at, isSplit ? 2 : 1) };
}

/** Words with capitals and the particles between them; the last one has a capital. */
function takeCapitals(tokens: readonly Token[], from: number): Token[] {
  const taken: Token[] = [];
  let count = 0;
  while (taken.length < MAX_WORDS) {
    const token = tokens[from + taken.length];
    if (!token || !isNameWord(token)) break;
    const isCapital = CAPITAL_WORD.test(token.text) && (taken.length === 0 || !isSmallWord(token.lower));
    if (!isCapital && !isParticle(token)) break;
    taken.push(token);
    if (isCapital) count = taken.length;
    if (endsName(token)) break;
  }
  return count < taken.length ? taken.slice(0, count) : taken;
}

function takeLowerCase(tokens: readonly Token[], from: number): Token[] {
  const taken: Token[] = [];
  while (taken.length < MAX_LOWER_CASE_WORDS) {
    const token = tokens[from + taken.length];
    if (!token || !isNameWord(token)) break;
    const isInitial = token.text.length === 1 && token.after === '.';
    const isWord = token.text.length > 1 && LOWER_CASE_WORD.test(token.text) && !isSmallWord(token.lower);
    if (!isWord && !isInitial && !isParticle(token)) break;
    taken.push(token);
    if (!isInitial && endsName(token)) break;
  }
  return taken;
}

function judgeCapitals(
  tokens: readonly Token[],
  at: number,
  taken: readonly Token[],
  context: NameContext,
): NameCandidate | null {
  const words = taken.filter((token) => !isPartial(token));
  if (words.length === 0) return null;
  if (taken.length === 1 && words.every(({ lower }) => CALENDAR_WORD.test(lower))) return null;
  if (taken.some(isAbbreviated)) {
    return { isCertain: true, reading: toReading(tokens, at, countAbbreviated(taken)) };
  }
  const follower = taken.length === 1 && taken[0]?.after === '' ? tokens[at + 1] : undefined;
  const isFollowed = follower !== undefined && isContentWord(follower);
  const mayBeTerm = words.some(isCommon) || words.every(isGerund) || words.some(isAcronym);
  if (!context.isTitleCase && !isFollowed && !mayBeTerm) {
    return { isCertain: true, reading: toReading(tokens, at, taken.length) };
  }
  // `by Yann lecun` is one name, in `by Krylov methods` no name is likely.
  const isMixed = isFollowed && !isCommon(follower);
  return toDoubtful(tokens, at, isMixed ? [...taken, follower] : taken, () => true, isMixed ? 1 : 2);
}

/** A name with initials ends in front of a common word that follows a full one: `J. Smith Neural Networks`. */
function countAbbreviated(taken: readonly Token[]): number {
  const firstFull = taken.findIndex((token) => !isPartial(token));
  const end = taken.findIndex((token, index) => index > firstFull && !isPartial(token) && isCommon(token));
  return end < 0 ? taken.length : end;
}

/**
 * Names that the words may begin with. One word of several is none: "by deep learning" is not by somebody called Deep.
 */
function toDoubtful(
  tokens: readonly Token[],
  at: number,
  taken: readonly Token[],
  isPossible: (words: readonly Token[]) => boolean,
  fewest = 2,
): NameCandidate | null {
  const least = taken.length === 1 ? 1 : fewest;
  const readings: NameReading[] = [];
  for (let count = taken.length; count >= least; count--) {
    const last = taken[count - 1];
    if (!last || isParticle(last)) continue;
    const words = taken.slice(0, count).filter((token) => !isPartial(token));
    if (words.length > 0 && isPossible(words)) readings.push(toReading(tokens, at, count));
  }
  const [longest, ...shorter] = readings;
  return longest ? { isCertain: false, readings: [longest, ...shorter] } : null;
}

function isCommon({ lower }: Token): boolean {
  return isCommonWord(lower) || isSmallWord(lower);
}

function saysNothing(token: Token): boolean {
  return isCommon(token) || isGerund(token);
}

function isGerund({ lower }: Token): boolean {
  return mayBeGerund(lower);
}

function isAcronym({ text }: Token): boolean {
  return ACRONYM.test(text);
}

function isParticle(token: Token): boolean {
  return PARTICLES.has(token.lower) || isDutchParticle(token);
}

/** `'t` as in 't Hooft. */
function isDutchParticle({ text, before }: Token): boolean {
  return text === 't' && /^['’]$/u.test(before);
}

function isNameWord(token: Token): boolean {
  const isShort = token.text.length > 0 && token.text.length <= MAX_WORD_LENGTH;
  const isApart = token.kind === 'word' && (token.before === '' || isDutchParticle(token));
  return isShort && isApart && !POSSESSIVE.test(token.text) && !/^['’]/u.test(token.after);
}

function isContentWord(token: Token): boolean {
  return isNameWord(token) && LOWER_CASE_WORD.test(token.text) && !isSmallWord(token.lower);
}

/** Punctuation ends a name, but for the full stop of initials and abbreviations. */
function endsName(token: Token): boolean {
  return token.after !== '' && token.after !== stopOf(token);
}

function toWrittenWord(token: Token): string {
  return `${isDutchParticle(token) ? token.before : ''}${token.text}${stopOf(token)}`;
}

/** The full stop that belongs to an initial or an abbreviation. */
function stopOf({ text, lower, after }: Token): string {
  const takesStop = INITIALS.test(text) || text.length === 1 || ABBREVIATIONS.has(lower);
  return takesStop && after.startsWith('.') ? '.' : '';
}
