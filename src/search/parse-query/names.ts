import { readTime } from './times.js';
import { OPERATOR, type Source, type Token } from './tokens.js';
import { findCategory } from '../../papers/taxonomy.js';
import type { NameReading } from '../expression.js';
import { COMMON_WORDS, SMALL_WORDS, TECHNICAL_ENDING } from './words.js';

/** Maximum words of a name, including particles and initials. */
const MAX_WORDS = 7;
/** Maximum words of a name in lower case. */
const MAX_LOWER_CASE_WORDS = 4;
/** Longer than any word of a name. */
const MAX_WORD_LENGTH = 60;

/**
 * Begins with a capital, possibly after a small prefix (`d'Alembert`, `hÉigeartaigh`), or is in a script without
 * capitals.
 */
const CAPITAL_WORD =
  /^(?:\p{Ll}{1,5}['’ʼʻ-]|\p{Ll}{1,2}(?=\p{Lu}\p{Ll}))?[\p{Lu}\p{Lt}\p{Lo}][\p{L}\p{M}'’._\-‐‑]*$/u;
const LOWER_CASE_WORD = /^\p{Ll}[\p{L}\p{M}'’.\-‐‑]*$/u;
/** Occur in names of teams and collaborations: `D0`, `M87`, `3D`. */
const DIGIT_WORD = /^(?=.*\p{N})(?=.*\p{Lu})[\p{L}\p{N}][\p{L}\p{N}.+\-‐‑]*$/u;
/** `Hai "Helen" Li`, `Ho Yin 'Sam' Ng` */
const NICKNAME = /^\p{Lu}[\p{L}\p{M}.-]{0,20}$/u;
const POSSESSIVE = /['’]s$/iu;
/** Follow a name but are not part of it. `MD` without a comma may be initials. */
const DEGREE = /^(?:ph\.?d|d\.?phil|m\.?sc|esq)$/;
const UNSPACED_SCRIPT = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const MAY_BEGIN_NAME = /^['’]?(?:\p{L}|\p{N}{1,3}\p{Lu})/u;
/** `J`, `J.R`, `J.-P`, `J-P`; in paper records also `-A` after another initial and a space. */
const INITIALS = /^-?\p{Lu}(?:(?:\.-?|-)\p{Lu})*$/u;
const INITIALS_FIRST = /^\p{Lu}\p{Ll}?\.-?\p{Lu}/u;
/** `y`, `g.e`, `j.-p` */
const SMALL_INITIALS = /^\p{Ll}(?:\.-?\p{Ll})*$/u;
/** Not a generational suffix: `John Smith III`. */
const ACRONYM = /^(?!I{2,3}$|IV$).*\p{Lu}{2}/u;
const JUNIOR = /^(?:I{2,3}|IV)$/;
const CALENDAR_WORD =
  /^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september|october|november|december)$/;
/** Words written small in names, before another word of the name. */
const PARTICLES: ReadonlySet<string> = new Set(
  (
    'van von vom der den de del della delle dello degli dei di da das do dos du la las le les lo los el al ul ur ' +
    'bin ibn ben bint abu ter ten te zu zum zur af av y e i op het'
  ).split(' '),
);
/** Abbreviated given names and similar words, whose full stop does not end a sentence. */
const ABBREVIATIONS: ReadonlySet<string> = new Set(
  (
    'jr sr st md mohd yu ya ye ju iu ia al th ch chr kr sh ph fr cl wm ge geo jos jas alex evg dm vl kh zh ts tz gy sz zs ' +
    'cs dz gh bh dj lj nj sv'
  ).split(' '),
);
/** Abbreviations that are also family names: alone at the end of a name, the full stop ends the sentence. */
const ABBREVIATED_OR_FAMILY: ReadonlySet<string> = new Set('yu ye al ya ju'.split(' '));
/** `Yu.M`, `J.-Ph`, `Ch.-J`, `Zhi-X`, before a full stop. */
const JOINED_ABBREVIATIONS = /^\p{Lu}\p{Ll}{0,2}(?:(?:\.-?\p{Lu}\p{Ll}{0,2})+|-\p{Lu})$/u;
/** Precede a name but are not part of it. */
const TITLES: ReadonlySet<string> = new Set(
  'dr drs prof profs professor professors mr mrs ms mx sir dame lord lady rev reverend hon'.split(' '),
);
/**
 * Part of a title next to another title, otherwise words of the text: `Assoc. Prof. Müller`, `Professor Emeritus
 * Smith`.
 */
const RANKS: ReadonlySet<string> = new Set(
  'assoc associate asst assistant adjunct emeritus emerita'.split(' '),
);
const MAX_TITLES = 4;
const COLLECTIVE = /^(?:collaborations?|consortium)$/;
/** Words before a category. */
const BEFORE_CODE = /^(?:in|within|under|from)$/;
/** Words before a time that belong to it. */
const PUBLISHED = /^(?:published|posted|submitted|uploaded|written|updated|revised|modified)$/;
/** Small words that are also family names. */
const SMALL_FAMILY_NAMES: ReadonlySet<string> = new Set(['may', 'will', 'can', 'do', 'like']);
/** Words that are never a whole name. */
const NEVER_ALONE: ReadonlySet<string> = new Set(
  'a the this that these those their its our your it they we me him her us them and or not by using with from all any each'.split(
    ' ',
  ),
);

/**
 * The readings of a name that begins at a token, longest first; empty if there is none. Only the last may be certain.
 * Looks at a bounded number of tokens.
 */
export function readName(source: Source, from: number): NameReading[] {
  const { tokens } = source;
  const at = skipTitles(tokens, from);
  const readings = readUntitled(source, at);
  const [longest] = readings;
  // "Dame" and "Ms" are also given names.
  if (at === from || !longest || tokens[from]?.after !== '') return readings;
  return [toReading(tokens, from, longest.next - from, false), ...readings];
}

function readUntitled(source: Source, at: number): NameReading[] {
  const { tokens } = source;
  const first = tokens[at];
  if (!first || !mayBeginName(first)) return [];
  if (UNSPACED_SCRIPT.test(first.text)) return readUnspaced(tokens, at);
  if (first.lower === 'the') return readCollective(source, at);
  const beginsUpright = isCapital(first) || isParticle(first) || DIGIT_WORD.test(first.text);
  return beginsUpright ? readCapitals(source, at) : readLowerCase(source, at);
}

/** Whether the token is initials with a full stop (`J.`, `J.-P.`, `Yu.M.`, `Y.LeCun`), which only names have. */
function isAbbreviated({ text, lower, after }: Token): boolean {
  return (INITIALS.test(text) && after.startsWith('.')) || (INITIALS_FIRST.test(text) && !DEGREE.test(lower));
}

/** Whether the token consists of initials, with or without full stops. */
export function isInitials({ text }: Token): boolean {
  return INITIALS.test(text);
}

/** Whether the token cannot be a whole name: an initial, or a particle. */
export function isPartial(token: Token): boolean {
  return INITIALS.test(token.text) || isParticle(token);
}

/** The reading of this number of tokens as a name. */
export function toReading(
  tokens: readonly Token[],
  at: number,
  count: number,
  isCertain: boolean,
): NameReading {
  let name = '';
  let end = 0;
  for (let index = at; index < at + count; index++) {
    const token = tokens[index];
    if (!token) break;
    const isLast = index === at + count - 1;
    name += (index > at ? ' ' : '') + toWrittenWord(token, isLast);
    end = token.end + (stopOf(token, isLast) || accentOf(token) || notesOf(token)).length;
  }
  return { name, end, next: at + count, isCertain };
}

function skipTitles(tokens: readonly Token[], from: number): number {
  let at = from;
  let hasTitle = false;
  while (at < from + MAX_TITLES && tokens[at + 1]?.kind === 'word') {
    const isRank = isOneOf(tokens[at], RANKS) && (hasTitle || isOneOf(tokens[at + 1], TITLES));
    if (!isRank && !isOneOf(tokens[at], TITLES)) break;
    hasTitle = true;
    at += 1;
  }
  return at;
}

/** One of the words, with or without the full stop of an abbreviation. */
function isOneOf(token: Token | undefined, words: ReadonlySet<string>): boolean {
  return token?.kind === 'word' && words.has(token.lower) && /^\.?$/.test(token.after);
}

/** Quickly excludes most of what follows "by". */
function mayBeginName(token: Token): boolean {
  if (token.kind !== 'word' || !MAY_BEGIN_NAME.test(token.before + token.text)) return false;
  return (
    token.text !== token.lower || !SMALL_WORDS.has(token.lower) || isParticle(token) || token.lower === 'the'
  );
}

/**
 * Chinese and Japanese names are one token, or one character and another token (`张 伟`). For two short tokens (`山田
 * 太郎`), only the corpus can decide.
 */
function readUnspaced(tokens: readonly Token[], at: number): NameReading[] {
  const [first, second] = [tokens[at], tokens[at + 1]];
  if (first === undefined || !CAPITAL_WORD.test(first.text)) return [];
  const isFollowed = first.after === '' && UNSPACED_SCRIPT.test(second?.text ?? '');
  if (isFollowed && /^.$/u.test(first.text)) return [toReading(tokens, at, 2, true)];
  const isPair = isFollowed && /^.{2,3}$/u.test(first.text) && /^.{1,3}$/u.test(second?.text ?? '');
  return [...(isPair ? [toReading(tokens, at, 2, false)] : []), toReading(tokens, at, 1, true)];
}

/**
 * `the ATLAS Collaboration` without its article, or with a capitalised article if an author has that name.
 */
function readCollective(source: Source, at: number): NameReading[] {
  const { tokens } = source;
  const taken = takeWords(source, at + 1);
  const end = countCollective(taken);
  const isCapitalised = tokens[at]?.text === 'The';
  return [
    ...(isCapitalised && taken.length > 0 ? toDoubtful(tokens, at, taken.length + 1, 2) : []),
    ...(end > 1 ? [toReading(tokens, at + 1, end, true)] : []),
  ];
}

/**
 * Words that may belong to a name, from a token on: capitalised words, initials, particles, and lower-case words
 * between or after them. Ends at punctuation that ends a name, at an everyday word in lower case, and before another
 * part of the query: `BY VASWANI IN CS.CL`.
 */
function takeWords(source: Source, from: number): Token[] {
  const { tokens } = source;
  const taken: Token[] = [];
  while (taken.length < MAX_WORDS) {
    const at = from + taken.length;
    const token = tokens[at];
    if (token && taken.length > 0 && isNickname(token, tokens[at + 1])) {
      taken.push(token);
      continue;
    }
    if (!token || !isNameWord(token) || (!source.isAllCapitals && OPERATOR.test(token.text))) break;
    // Initials alone are no name, so the family name follows: `A. May 2020`.
    const isPending = taken.length > 0 && taken.every(({ text }) => INITIALS.test(text));
    if (!isPending && (isDate(tokens, at) || (taken.length > 0 && beginsPart(source, at)))) break;
    if (!isCapital(token) && !isParticle(token) && !DIGIT_WORD.test(token.text)) {
      const isOther = LOWER_CASE_WORD.test(token.text) && (!isCommon(token) || COLLECTIVE.test(token.lower));
      if (taken.length === 0 || !isOther) break;
    }
    if (isArticle(token, tokens[at + 1]) || (taken.length > 0 && DEGREE.test(token.lower))) break;
    taken.push(token);
    if (endsName(token, tokens[at + 1])) break;
  }
  // At the end of the query, a particle may be the family name: `Mengnan du`.
  const isLast = tokens[from + taken.length] === undefined;
  while (taken.length > 0 && !isLast && isLowerParticle(taken.at(-1))) taken.pop();
  return taken;
}

/**
 * Whether another part of the query begins, whose words may look like those of a name: `AND`, `cs.CL`, `Q1 2020`, and in
 * capitals `IN CS.CL`, `PUBLISHED SINCE MAY 2017`.
 */
function beginsPart(source: Source, at: number): boolean {
  const { tokens, isAllCapitals } = source;
  const token = tokens[at];
  if (token === undefined) return false;
  if (OPERATOR.test(token.text) || isCode(token)) return true;
  if (token.text === 'BUT' && tokens[at + 1]?.text === 'NOT') return true;
  if (isAllCapitals && BEFORE_CODE.test(token.lower) && isCode(tokens[at + 1])) return true;
  if (!source.mayHaveTimes) return false;
  return readTime(source, at) !== null || (PUBLISHED.test(token.lower) && readTime(source, at + 1) !== null);
}

/** A category's code with a full stop, or with a hyphen in one case: `cs.CL`, `hep-th`. */
function isCode(token: Token | undefined): boolean {
  if (token?.kind !== 'word' || !/[.-]/.test(token.text)) return false;
  const isOneCase = token.text === token.lower || token.text === token.text.toUpperCase();
  return (isOneCase || token.text.includes('.')) && findCategory(token.text) !== null;
}

/** Longer names that an author may have, then the unmistakable one, if any. */
function readCapitals(source: Source, at: number): NameReading[] {
  const { tokens, isTitleLike } = source;
  const taken = takeWords(source, at);
  if (isPossessor(taken, tokens[at + taken.length])) return [];
  // Half of a name is no name: `by Yann LeCun/Yoshua Bengio`.
  if (isTornName(taken.at(-1), tokens[at + taken.length])) return [];
  if (taken.length === 1 && goesOnAfterBrackets(tokens, at + 1)) return [];
  const certain = countCertain(source, at, taken);
  if (certain > 0) {
    return [...toDoubtful(tokens, at, taken.length, certain + 1), toReading(tokens, at, certain, true)];
  }
  if (taken.length === 0) return [];
  // In a title, everyday words are capitalised too: `Detecting Images Made by AI`.
  if (isTitleLike && taken.every(saysNothing)) return [];
  if (taken.length === 1) return mayStandAlone(tokens, at) ? toDoubtful(tokens, at, 1, 1) : [];
  // `by Yann lecun` is one name. `by Krylov methods` probably has no name, and "by Gradient Descent" is not by a
  // Gradient.
  const second = taken[1];
  const isMixed = second !== undefined && !isCapital(second) && !isParticle(second);
  return toDoubtful(tokens, at, taken.length, isMixed ? 1 : 2);
}

/** Number of the words taken that are certainly a name, even if no author has it; 0 if in doubt. */
function countCertain(
  { tokens, isTitleCase, isTitleLike }: Source,
  at: number,
  taken: readonly Token[],
): number {
  const collective = countCollective(taken);
  if (collective > 1) {
    const others = taken.slice(0, collective - 1);
    const isTerm = isTitleLike ? others.some(isCommonOrGerund) : false;
    return isTerm ? 0 : collective;
  }
  const run = takeRun(taken, tokens[at + taken.length]);
  const words = run.filter((token) => !isPartial(token));
  if (words.length === 0) return 0;
  if (run.length === 1 && words.every(({ lower }) => CALENDAR_WORD.test(lower))) return 0;
  if (run.some(isAbbreviated)) return countAbbreviated(run);
  const mayBeTerm = words.some(isCommon) || words.every(isGerund) || words.some(isAcronym);
  if (isTitleCase || mayBeTerm || (isTitleLike && run.length === 1)) return 0;
  // A single name before other words may be part of a term: `by Krylov methods`.
  const follower = run.length === 1 && run[0]?.after === '' ? tokens[at + 1] : undefined;
  return follower !== undefined && isSubject(follower) ? 0 : run.length;
}

/**
 * Number of words of the collaboration at the beginning, including the word "collaboration"; 0 if there is none. In
 * lower case (`the Super-K collaboration`), at least one word must not be an everyday word.
 */
function countCollective(taken: readonly Token[]): number {
  const end = taken.findIndex(({ lower }, at) => at > 0 && COLLECTIVE.test(lower)) + 1;
  const others = taken.slice(0, Math.max(0, end - 1));
  const isUpright = others.every(
    (token) => isCapital(token) || isParticle(token) || DIGIT_WORD.test(token.text),
  );
  const isSmall = taken[end - 1]?.text === taken[end - 1]?.lower;
  return isUpright && !(isSmall && others.every(isCommonOrGerund)) ? end : 0;
}

function isCommonOrGerund(token: Token): boolean {
  return isCommon(token) || isGerund(token);
}

/** `by Yann LeCun's group` is by the group. */
function isPossessor(taken: readonly Token[], follower: Token | undefined): boolean {
  return (
    taken.at(-1)?.after === '' &&
    follower?.kind === 'word' &&
    POSSESSIVE.test(follower.text) &&
    /^\p{Lu}/u.test(follower.text)
  );
}

/** Whether the next word begins like a name but does not continue like one. */
function isTornName(last: Token | undefined, follower: Token | undefined): boolean {
  if (last?.after !== '' || follower?.kind !== 'word' || follower.before !== '') return false;
  if (follower.text.length > MAX_WORD_LENGTH) return false;
  return /^\p{Lu}\p{L}*\p{Ll}\p{L}*[^\p{L}\p{M}\p{N}'’ʼʻ.\-‐‑&:]/u.test(follower.text);
}

/** `by Robert (Bob) Smith`: a name that cannot be read whole. */
function goesOnAfterBrackets(tokens: readonly Token[], at: number): boolean {
  const [open, inner, close, follower] = tokens.slice(at, at + 4);
  const isNamed = open?.kind === 'open' && inner?.kind === 'word' && close?.kind === 'close';
  return isNamed && /^\p{Lu}\p{Ll}/u.test(inner.text) && isCapital(follower);
}

/** A nickname in quotes between other names. */
function isNickname(token: Token, next: Token | undefined): boolean {
  if (next?.kind !== 'word' || !isCapital(next) || isCommon(next) || !NICKNAME.test(token.text)) return false;
  return token.kind === 'quoted' ? !token.isGlued : isInSingleQuotes(token);
}

function isInSingleQuotes({ kind, before, after }: Token): boolean {
  return kind === 'word' && /^['‘]$/u.test(before) && /^['’]$/u.test(after);
}

/**
 * Capitalised words, initials and the particles between them, up to a small word with a capital (`Yang You`).
 *
 * @param follower the token after those taken.
 */
function takeRun(taken: readonly Token[], follower: Token | undefined): Token[] {
  const end = taken.findIndex(
    (token, at) =>
      !(
        isInitials(token) ||
        (isCapital(token) && (at === 0 || !SMALL_WORDS.has(token.lower) || isFamilyOf(taken, at))) ||
        isParticle(token)
      ) ||
      // Only the corpus can tell whether this punctuation belongs to the name.
      (at > 0 && isDoubtfulEnd(taken[at - 1]) && !isShortened(taken, at - 1, follower)),
  );
  const run = end < 0 ? [...taken] : taken.slice(0, end);
  if (run[0] !== undefined && SMALL_WORDS.has(run[0].lower) && !isInitials(run[0]) && !isParticle(run[0]))
    return [];
  while (run.length > 0 && !isCapital(run.at(-1))) run.pop();
  return run;
}

/** Whether the word is the family name after initials: `R. M. May`. */
function isFamilyOf(taken: readonly Token[], at: number): boolean {
  return SMALL_FAMILY_NAMES.has(taken[at]?.lower ?? '') && taken.slice(0, at).every(isAbbreviated);
}

/**
 * Whether a word with a full stop is a shortened given name. One that is also a family name counts next to initials
 * (`Yu. V. Makeenko`, `A. Yu. Kitaev`), and before the last word of the name (`Yu. Kitaev`).
 *
 * @param follower the token after the words.
 */
export function isShortened(words: readonly Token[], at: number, follower?: Token): boolean {
  const [previous, token, next, last = follower] = [words[at - 1], words[at], words[at + 1], words[at + 2]];
  if (!token || !isAbbreviation(token)) return false;
  if (!ABBREVIATED_OR_FAMILY.has(token.lower)) return true;
  if (!next || !isCapital(next) || token.after !== '.') return false;
  if (isAbbreviated(next)) return true;
  if (isCommon(next) || isAcronym(next)) return false;
  if (previous && isAbbreviated(previous)) return true;
  return next.after !== '' || last === undefined || !(isCapital(last) || isSubject(last));
}

/** A name with initials ends before a common word that follows a full name: `J. Smith Neural Networks`. */
function countAbbreviated(run: readonly Token[]): number {
  const firstFull = run.findIndex((token, at) => !isPartial(token) && !isShortened(run, at));
  const end = run.findIndex((token, index) => index > firstFull && !isPartial(token) && isCommon(token));
  return end < 0 ? run.length : end;
}

/**
 * `yann lecun`, `y lecun`, `yann LeCun`. A single full word of several does not count, and neither do everyday words.
 */
function readLowerCase(source: Source, at: number): NameReading[] {
  const { tokens } = source;
  const taken: Token[] = [];
  while (taken.length < MAX_LOWER_CASE_WORDS) {
    const token = tokens[at + taken.length];
    if (!token || !isNameWord(token) || (taken.length > 0 && beginsPart(source, at + taken.length))) break;
    const isInitial = SMALL_INITIALS.test(token.text) && token.after.startsWith('.');
    const isLowerCase = LOWER_CASE_WORD.test(token.text) && !SMALL_WORDS.has(token.lower);
    const isOther =
      isInitial || isParticle(token) || (taken.length > 0 && isCapital(token) && !isCommon(token));
    if (!isLowerCase && !isOther) break;
    taken.push(token);
    if (!isInitial && endsName(token, undefined)) break;
  }
  const isPossible = (count: number) => !taken.slice(0, count).every(saysNothing);
  const isAlone = taken.filter(({ text }) => text.length > 1).length === 1;
  return toDoubtful(tokens, at, taken.length, isAlone ? 1 : 2, isPossible);
}

/** Possible names at the beginning of the words, from all words down to the fewest. */
function toDoubtful(
  tokens: readonly Token[],
  at: number,
  most: number,
  fewest: number,
  isPossible: (count: number) => boolean = () => true,
): NameReading[] {
  const readings: NameReading[] = [];
  for (let count = most; count >= fewest && count > 0; count--) {
    const words = tokens.slice(at, at + count);
    const last = words.at(-1);
    const isWhole = last !== undefined && !(isLowerParticle(last) && count < most);
    const hasWord = words.some((token) => !isPartial(token) || (isCapital(token) && !isInitials(token)));
    const isInitialsOnly = count > 1 && words.every(isInitials);
    if (isWhole && (hasWord || isInitialsOnly) && isPossible(count))
      readings.push(toReading(tokens, at, count, false));
  }
  return readings;
}

/** Whether a doubtful single word may be a name, judging by itself and what follows. */
function mayStandAlone(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  if (
    !token ||
    NEVER_ALONE.has(token.lower) ||
    CALENDAR_WORD.test(token.lower) ||
    INITIALS.test(token.text)
  ) {
    return false;
  }
  const follower = token.after === '' ? tokens[at + 1] : undefined;
  return !SMALL_WORDS.has(token.lower) || !follower || !isContentWord(follower);
}

const PART_MARK = /[-‐‑'’.]/u;

function isCommon({ lower, text }: Token): boolean {
  return !JUNIOR.test(text) && (isCommonWord(lower) || SMALL_WORDS.has(lower));
}

/**
 * Whether every part of the word, separated at hyphens and apostrophes, is an everyday word of science or a single
 * letter.
 *
 * @param word in lower case.
 */
function isCommonWord(word: string): boolean {
  return PART_MARK.test(word) ? word.split(PART_MARK).every(isCommonPart) : isCommonPart(word);
}

function isCommonPart(part: string): boolean {
  return (
    part.length <= 1 ||
    COMMON_WORDS.has(part) ||
    // "Carlos" is not the plural of Monte Carlo.
    (part.length > 4 && part.endsWith('s') && part !== 'carlos' && COMMON_WORDS.has(part.slice(0, -1))) ||
    (part.length >= 7 && TECHNICAL_ENDING.test(part))
  );
}

function saysNothing(token: Token): boolean {
  return isPartial(token) || isCommon(token) || isGerund(token);
}

/**
 * Whether the word may be a form of a verb (`Unrolling`). Next to common words it is; next to another name it is a
 * name (`Xing Li`).
 */
function isGerund({ lower }: Token): boolean {
  return lower.length >= 6 && lower.endsWith('ing');
}

function isAcronym({ text }: Token): boolean {
  return ACRONYM.test(text);
}

function isCapital(token: Token | undefined): boolean {
  return token !== undefined && (CAPITAL_WORD.test(token.text) || INITIALS.test(token.text));
}

function isParticle(token: Token): boolean {
  return (PARTICLES.has(token.lower) && !isSmallInitial(token)) || isDutchParticle(token);
}

function isSmallInitial({ text, after }: Token): boolean {
  return text.length === 1 && after.startsWith('.');
}

/** A particle such as `van`, in lower case. */
export function isLowerParticle(token: Token | undefined): boolean {
  return token !== undefined && isParticle(token) && token.text === token.lower;
}

/** The `'t` of 't Hooft. */
function isDutchParticle({ text, before }: Token): boolean {
  return (text === 't' || text === 's') && /^['’]$/u.test(before);
}

/** The article of the next sentence, which looks like an initial: `by Xu. A survey`. */
function isArticle({ text, after }: Token, next: Token | undefined): boolean {
  return text === 'A' && after === '' && next !== undefined && isContentWord(next) && !isParticle(next);
}

/** `March 2020` after a name: "March" looks like a name. */
function isDate(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  return token !== undefined && CALENDAR_WORD.test(token.lower) && /^\d/.test(tokens[at + 1]?.text ?? '');
}

function isNameWord(token: Token): boolean {
  const isShort = token.text.length > 0 && token.text.length <= MAX_WORD_LENGTH;
  const isApart = token.kind === 'word' && (token.before === '' || isDutchParticle(token));
  return isShort && isApart && !POSSESSIVE.test(token.text) && !/^['’]s/u.test(token.after);
}

/** A word that is neither a name nor a particle: in lower case, or with a digit. */
function isSubject(token: Token): boolean {
  return (
    isContentWord(token) ||
    (token.kind === 'word' && /^\p{L}.*\p{N}/u.test(token.text) && token.before === '')
  );
}

function isContentWord(token: Token): boolean {
  return isNameWord(token) && LOWER_CASE_WORD.test(token.text) && !SMALL_WORDS.has(token.lower);
}

/** Punctuation ends a name, except the full stop of an abbreviation and an apostrophe within the name. */
function endsName(token: Token, next: Token | undefined): boolean {
  if (token.after === '' || token.after === stopOf(token, true)) return false;
  const mayGoOn = next?.kind === 'word' && isCapital(next) && isDoubtfulEnd(token);
  return !mayGoOn;
}

/** `Alex.` and `Niccolo'`: the punctuation is part of the name if an author is called that. */
function isDoubtfulEnd(token: Token | undefined): boolean {
  if (!token || isInSingleQuotes(token)) return false;
  if (/^['’]$/u.test(token.after)) return true;
  return token.after === '.' && stopOf(token, true) === '';
}

function toWrittenWord(token: Token, isLast: boolean): string {
  if (token.kind === 'quoted') return `"${token.text}"`;
  if (isInSingleQuotes(token) && !isLast) return `${token.before}${token.text}${token.after}`;
  const mark = isLast ? accentOf(token) : isDoubtfulEnd(token) ? token.after : '';
  return `${isDutchParticle(token) ? token.before : ''}${token.text}${stopOf(token, isLast) || mark}`;
}

/** An apostrophe for an Italian accent: `Niccolo'`. */
function accentOf({ text, after }: Token): string {
  return /[aeiou]$/i.test(text) && /^['’]/u.test(after) ? after.charAt(0) : '';
}

/** Footnote marks after a name. */
function notesOf({ after }: Token): string {
  return /^[^\p{P}\s]+|^[*†‡§¶]+/u.exec(after)?.[0] ?? '';
}

/** The full stop that belongs to an initial or an abbreviation. */
function stopOf(token: Token, isLast: boolean): string {
  return isAbbreviation(token) && !(isLast && ABBREVIATED_OR_FAMILY.has(token.lower)) ? '.' : '';
}

/** Whether the word has a full stop that can belong to it. */
export function isAbbreviation({ text, lower, after }: Token): boolean {
  if (!after.startsWith('.')) return false;
  return (
    INITIALS.test(text) || text.length === 1 || ABBREVIATIONS.has(lower) || JOINED_ABBREVIATIONS.test(text)
  );
}
