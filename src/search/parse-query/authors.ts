import { isInstitution, skipAffiliation } from './affiliations.js';
import { isAbbreviation, isInitials, isLowerParticle, isShortened, readName, toReading } from './names.js';
import { isOthers, MAX_READ, OPERATOR, readOperator, tokenise, type Source, type Token } from './tokens.js';
import { SMALL_WORDS } from './words.js';
import {
  allOf,
  anyOf,
  notOf,
  type Byline,
  type BylineAuthor,
  type Draft,
  type NameReading,
  type Read,
} from '../expression.js';

const LIST_MARK = /[,，、;；]/u;
const SEMICOLON = /[;；]/u;
const JOINING: ReadonlyMap<string, 'and' | 'or'> = new Map([
  ['and', 'and'],
  ['&', 'and'],
  ['&&', 'and'],
  ['+', 'and'],
  ['or', 'or'],
  ['and/or', 'or'],
  ['|', 'or'],
  ['||', 'or'],
  ['nor', 'or'],
  // The same word in other languages, from lists of authors.
  ['und', 'and'],
  ['et', 'and'],
  ['и', 'and'],
]);
const OTHERS = new Set(
  (
    'others collaborators collaborator colleagues colleague coworkers coworker co-workers co-worker coauthors coauthor ' +
    'co-authors co-author students team group co'
  ).split(' '),
);
/** Before "by", these say something else than who wrote a paper: `papers cited by Xu`, `inspired by Turing`. */
const NOT_WRITTEN = new Set(
  (
    'cited referenced followed inspired influenced motivated reviewed criticised criticized edited founded funded sponsored ' +
    'supported owned used caused driven affected'
  ).split(' '),
);
export const POSSESSIVES = new Set(['his', 'her', 'their']);
/** Words allowed between "by" and a name: `by the authors Xu and Gao`. */
const ROLES = new Set(['author', 'authors', 'researcher', 'researchers', 'scientist', 'scientists']);
/** Phrases that join names like "and", each as its words. */
const TOGETHER = [
  'as well as',
  'together with',
  'along with',
  'jointly with',
  'coauthored with',
  'co-authored with',
  'in collaboration with',
  'on behalf of',
].map((words) => words.split(' '));
/** Suffixes that are part of the name, with or without a comma before them. */
const SUFFIX = /^(?:jr|sr|i{2,3}|iv|2nd|3rd|4th)$/;
/** Degrees, which are not part of the name. */
const DEGREE = /^(?:ph\.?d|m\.?d|d\.?phil|m\.?sc|esq)$/;
/** Maximum number of suffixes and degrees after a name. */
const MAX_PARTS_AFTER = 4;
const MAX_INITIALS = 4;
const MAX_PARTICLES = 3;
/** Maximum nesting of brackets around names. */
const MAX_NESTING = 8;
/** Maximum tokens of a name in brackets or quotes. */
const MAX_ENCLOSED = 8;
const CLOSING_OF: ReadonlyMap<string, string> = new Map([
  ["'", "'"],
  ['‘', '’'],
  ['[', ']'],
  ['<', '>'],
]);

export interface Names {
  draft: Byline;
  end: number;
  next: number;
}

/** One author. There may be several possible ends of the name. */
interface Author {
  readings: NameReading[];
  end: number;
  next: number;
}

/**
 * Authors after the word "by": `by Xu`, `by Xu, Gao and Hu`, `by Xu or by Gao`, `by Xu but not Gao`, `by LeCun, Y.`,
 * `by Smith, Jr.`, `by Wang et al.` Null if no name follows.
 */
export function readByline(source: Source, at: number): Read | null {
  const { tokens } = source;
  const by = tokens[at];
  if (by?.kind !== 'word' || by.lower !== 'by' || !/^:?$/.test(by.after)) return null;
  if (NOT_WRITTEN.has(tokens[at - 1]?.lower ?? '') && tokens[at - 1]?.after === '') return null;
  const first = skipRole(tokens, at + 1);
  const isNeither = tokens[first]?.lower === 'neither';
  const isEither = isNeither || tokens[first]?.lower === 'either' || tokens[first]?.lower === 'both';
  const from = isEither ? first + 1 : first;
  const named = readNamesOrGroups(source, from);
  if (!named) return null;
  const draft: Draft = isNeither ? notOf(named.draft) : named.draft;
  return { draft, start: by.start, end: named.end, next: named.next };
}

/** Names with or without brackets around some of them: `Xu, Gao or Hu`, `(Xu or Gao) and Li`. */
export function readNamesOrGroups(source: Source, from: number): Omit<Read, 'start'> | null {
  const list = readNamesInBrackets(source, from) ?? readNames(source, from);
  const groups = mayHaveGroups(source, from, list) ? readGroups(source, from, 0) : null;
  return groups && groups.next > (list?.next ?? 0) ? groups : list;
}

/** Adds what is joined to the names of a field, if it is certainly names: `au:(xu OR gao) AND Li`. */
export function joinGroups(source: Source, given: Read): Read {
  const joined = readGroups(source, given.next, 0, given);
  return joined ? { ...joined, start: given.start } : given;
}

/**
 * Reads names and what joins them.
 *
 * @param given an author that was read by other means and that the list may continue, even without a space after its
 * commas: `au:kingma,ba`.
 */
export function readNames(source: Source, from: number, given?: Author): Names | null {
  const { tokens } = source;
  const first = given && withOthers(tokens, given);
  const authors: BylineAuthor[] = first ? [{ ...first, joining: 'and' }] : [];
  /** Indices in `authors` before which there is more than a comma. */
  const joinedAt: number[] = [];
  let next = first?.next ?? from;
  let joined: Joined | null = first ? skipJoining(source, next) : { at: next, joining: null };
  let unmarked = 0;
  while (joined !== null && source.read.operands < MAX_READ) {
    source.read.operands += 1;
    const isGlued: boolean = first !== undefined && tokens[joined.at]?.isGlued === true;
    const author: Author | null =
      readAuthor(source, joined.at) ?? (isGlued ? readWord(tokens, joined.at) : null);
    if (!author || (joined.isExplicitNot && !isCertain(author))) break;
    // A comma joins like the next word of the list (`Xu, Gao or Hu`), and after an excluded name it excludes.
    const isExcluded = authors.at(-1)?.joining === 'not';
    const joining = isExcluded ? 'not' : (joined.joining ?? 'and');
    if (joining !== 'not' && joined.joining !== null)
      for (; unmarked < authors.length; unmarked++) setJoining(authors, unmarked, joining);
    if (joined.joining !== null) joinedAt.push(authors.length);
    const readings = isGlued ? author.readings.map(toCertain) : author.readings;
    authors.push({ readings, end: author.end, joining });
    if (joined.joining !== null) unmarked = authors.length;
    next = author.next;
    joined = skipJoining(source, next);
  }
  const last = authors.at(-1);
  if (!last) return null;
  const inverted = toInverted(authors, joinedAt);
  return { draft: { kind: 'byline', authors, ...(inverted && { inverted }) }, end: last.end, next };
}

/**
 * The list read as family names, each with the given name after its comma (`LeCun, Yann and Bengio, Yoshua`). The
 * corpus distinguishes that from `Xu, Gao and Hu, Li`. Null if the names do not come in pairs.
 */
function toInverted(authors: readonly BylineAuthor[], joinedAt: readonly number[]): BylineAuthor[] | null {
  const inverted: BylineAuthor[] = [];
  for (let at = 0; at < authors.length; at++) {
    const [family, given] = [authors[at], authors[at + 1]];
    const [familyName, givenName] = [family?.readings[0], given?.readings[0]];
    if (!family || !familyName) return null;
    if (familyName.name.includes(',')) {
      inverted.push(family);
      continue;
    }
    if (!given || !givenName || joinedAt.includes(at + 1)) return null;
    const reading = { ...givenName, name: `${familyName.name}, ${givenName.name}`, isCertain: false };
    inverted.push({ readings: [reading], end: given.end, joining: family.joining });
    at += 1;
  }
  return inverted.length < authors.length ? inverted : null;
}

function toCertain(reading: NameReading): NameReading {
  return { ...reading, isCertain: true };
}

function readWord(tokens: readonly Token[], at: number): Author | null {
  const token = tokens[at];
  if (token?.kind !== 'word' || !/^\p{L}[\p{L}\p{M}'’._-]*$/u.test(token.text)) return null;
  const reading = toReading(tokens, at, 1, true);
  return { readings: [reading], end: reading.end, next: at + 1 };
}

function isCertain({ readings }: Pick<BylineAuthor, 'readings'>): boolean {
  return readings.some((reading) => reading.isCertain);
}

function setJoining(authors: BylineAuthor[], at: number, joining: 'and' | 'or'): void {
  const author = authors[at];
  if (author && at > 0 && author.joining !== 'not') authors[at] = { ...author, joining };
}

/** Skips `author`, `the authors` before a name. */
function skipRole(tokens: readonly Token[], at: number): number {
  const role = tokens[at]?.lower === 'the' ? at + 1 : at;
  const token = tokens[role];
  return token?.kind === 'word' && ROLES.has(token.lower) && /^:?$/.test(token.after) ? role + 1 : at;
}

function readAuthor(source: Source, at: number): Author | null {
  const { tokens } = source;
  // A field follows: `by Xu and ti:"graphs"`.
  if (tokens[at]?.after === ':' && tokens[at + 1]?.isGlued) return null;
  const quoted = readQuotedName(source, at) ?? readEnclosedName(source, at);
  if (quoted) return { readings: [quoted], end: quoted.end, next: quoted.next };
  const readings = readName(source, at).map((reading) => withRest(source, reading));
  const [longest] = readings;
  if (!longest) return null;
  return withOthers(tokens, { readings, next: longest.next, end: longest.end });
}

/** Adds "et al." and an affiliation after the name, in either order. */
function withOthers(tokens: readonly Token[], author: Author): Author {
  const after = skipOthers(tokens, author.next);
  const isInBrackets = tokens[after]?.kind === 'open';
  const next = skipOthers(tokens, isInBrackets ? skipAffiliation(tokens, after) : after);
  return next > author.next ? { ...author, next, end: endOf(tokens, next - 1) } : author;
}

/** `by "Yann LeCun"`, `by "LeCun, Y."`. Other quoted texts are phrases. */
function readQuotedName(source: Source, at: number): NameReading | null {
  const token = source.tokens[at];
  if (token?.kind !== 'quoted') return null;
  const name = readWhole(source, tokenise(token.text));
  return name === null ? null : { name, end: token.end, next: at + 1, isCertain: true };
}

/** `by 'Yann LeCun'`, `by [Yann LeCun]` */
function readEnclosedName(source: Source, at: number): NameReading | null {
  const { tokens } = source;
  const first = tokens[at];
  const closing = CLOSING_OF.get(first?.before ?? '');
  if (!first || closing === undefined) return null;
  for (let last = at; last < at + MAX_ENCLOSED; last++) {
    const token = tokens[last];
    if (token?.kind !== 'word' || (last > at && token.before !== '')) return null;
    const marks = token.after.indexOf(closing);
    if (marks < 0 || /^['’]\p{L}/u.test(source.query.slice(token.end, token.end + 2))) continue;
    const inner = tokens.slice(at, last + 1);
    inner[0] = { ...first, before: '' };
    inner[last - at] = { ...(inner[last - at] ?? token), after: token.after.slice(0, marks) };
    const name = readWhole(source, inner);
    const end = token.end + marks + 1;
    return name === null ? null : { name, end, next: last + 1, isCertain: true };
  }
  return null;
}

/** The certain name that all of the tokens form. */
function readWhole(source: Source, tokens: readonly Token[]): string | null {
  const inner: Source = { ...source, tokens, isTitleCase: false, isTitleLike: false };
  const reading = readName(inner, 0).map((each) => withRest(inner, each))[0];
  return reading?.isCertain && reading.next === tokens.length ? reading.name : null;
}

/** `by (Vaswani or Bahdanau)`: brackets that contain only names. */
function readNamesInBrackets(source: Source, at: number): Names | null {
  if (source.tokens[at]?.kind !== 'open') return null;
  const names = readNames(source, at + 1);
  if (!names) return null;
  const close = source.tokens[names.next];
  return close?.kind === 'close' ? { ...names, end: close.end, next: names.next + 1 } : null;
}

/** Whether brackets around some names of the list show how they are joined. */
export function mayHaveGroups(source: Source, from: number, list: Names | null): boolean {
  const { tokens } = source;
  const isOpen = tokens[from]?.kind === 'open';
  if (!list) return isOpen;
  const joined = skipJoining(source, list.next);
  // Brackets after a comma contain an affiliation, or words of the text.
  return joined !== null && (isOpen || (joined.joining !== null && tokens[joined.at]?.kind === 'open'));
}

/** A name, or several in brackets. */
interface Member extends Omit<Read, 'start'> {
  joining: Joined['joining'];
}

/**
 * `(Xu or Gao) and Li`, `Xu and (Gao or Li)`, `(Xu or Gao) but not Li`: names joined to others in brackets. If a doubtful
 * one is not in the corpus, all of them stay text.
 *
 * @param given names of a field that the others are joined to; no doubtful name is.
 */
function readGroups(
  source: Source,
  from: number,
  depth: number,
  given?: Omit<Read, 'start'>,
): Omit<Read, 'start'> | null {
  const members: Member[] = given ? [{ ...given, joining: null }] : [];
  let joined: Joined | null = given ? skipJoining(source, given.next) : { at: from, joining: null };
  while (joined !== null && ++source.read.operands < MAX_READ) {
    const member = readMember(source, joined.at, depth);
    if (!member || (members.length > 0 && isText(source, joined, member.draft))) break;
    if (given && !areCertain(member.draft)) break;
    const isExcluded: boolean = members.at(-1)?.joining === 'not';
    members.push({ ...member, joining: isExcluded ? 'not' : joined.joining });
    joined = skipJoining(source, member.next);
  }
  const last = members.at(-1);
  return last ? { draft: joinMembers(members), end: last.end, next: last.next } : null;
}

function areCertain(draft: Draft): boolean {
  if (draft.kind === 'and' || draft.kind === 'or') return draft.operands.every(areCertain);
  return draft.kind === 'byline' && draft.authors.every(isCertain);
}

function readMember(source: Source, at: number, depth: number): Omit<Read, 'start'> | null {
  if (source.tokens[at]?.kind !== 'open') {
    const author = readAuthor(source, at);
    if (!author) return null;
    const { readings, end, next } = author;
    return { draft: { kind: 'byline', authors: [{ readings, end, joining: 'and' }] }, end, next };
  }
  const names = readNamesInBrackets(source, at);
  if (names || depth >= MAX_NESTING) return names;
  const inner = readGroups(source, at + 1, depth + 1);
  if (!inner) return null;
  const close = source.tokens[inner.next];
  return close?.kind === 'close' ? { ...inner, end: close.end, next: inner.next + 1 } : null;
}

/** After a comma or NOT, and alone in brackets, a doubtful name is rather text: `(Xu or Gao), deep learning`. */
function isText({ tokens }: Source, { at, joining, isExplicitNot }: Joined, draft: Draft): boolean {
  if (draft.kind !== 'byline' || draft.authors.every(isCertain)) return false;
  const isAlone = draft.authors.length === 1 && tokens[at]?.kind === 'open';
  return joining === null || isExplicitNot === true || isAlone;
}

/** As in a list without brackets, a comma joins like the next word, and what follows NOT is excluded. */
function joinMembers(members: readonly Member[]): Draft {
  const alternatives: Draft[][] = [[]];
  const excluded: Draft[] = [];
  members.forEach(({ draft, joining }, at) => {
    const joinedBy = joining ?? members.slice(at).find((other) => other.joining !== null)?.joining;
    if (joining === 'not') excluded.push(notOf(draft));
    else if (joinedBy === 'or' && at > 0) alternatives.push([draft]);
    else alternatives.at(-1)?.push(draft);
  });
  return allOf([anyOf(alternatives.map((drafts) => allOf(drafts))), ...excluded]);
}

/**
 * Adds what belongs to a name after a comma: initials of an inverted name, `Jr.`, or given names if semicolons
 * separate the authors.
 */
export function withRest(source: Source, reading: NameReading): NameReading {
  const { tokens } = source;
  const inverted = isDegreeList(tokens, reading.next)
    ? null
    : (withInitials(tokens, reading) ?? withGivenNames(source, reading));
  let read = inverted ?? reading;
  let hasSuffix = false;
  for (let parts = 0; parts < MAX_PARTS_AFTER; parts++) {
    const suffix = tokens[read.next];
    const isApart = isCommaOrNothing(tokens[read.next - 1]?.after);
    if (suffix?.kind !== 'word' || suffix.before !== '' || !isApart) break;
    const stop = suffix.after.startsWith('.') ? '.' : '';
    const isMarked = LIST_MARK.test(tokens[read.next - 1]?.after ?? '');
    const isSuffix: boolean = !hasSuffix && isMarked && SUFFIX.test(suffix.lower);
    if (!isSuffix && !DEGREE.test(suffix.lower)) break;
    const name = isSuffix ? `${read.name}, ${suffix.text}${stop}` : read.name;
    read = { ...read, name, end: suffix.end + stop.length, next: read.next + 1 };
    hasSuffix ||= isSuffix;
  }
  return read;
}

/** `M.D., Ph.D.`: the first looks like initials. */
function isDegreeList(tokens: readonly Token[], at: number): boolean {
  return [at, at + 1].every((place) => DEGREE.test(tokens[place]?.lower ?? ''));
}

function isCommaOrNothing(after = ''): boolean {
  return after === '' || after === '.' || LIST_MARK.test(after);
}

/** `LeCun, Y.`, `Berger, E. L.`, `Bunkov, Yu. M.` and `Ng, AY` are one author; `Berger, P. Nadolsky` are two. */
function withInitials(tokens: readonly Token[], { name, next }: NameReading): NameReading | null {
  if (!LIST_MARK.test(tokens[next - 1]?.after ?? '')) return null;
  let at = next;
  let hasStop = false;
  for (; at < next + MAX_INITIALS; at++) {
    const token = tokens[at];
    if (token?.kind !== 'word' || token.before !== '') break;
    const isShort = at > next ? isAbbreviation(token) : isShortened(tokens, at);
    if (!isGivenInitials(token, name) && (!isShort || SUFFIX.test(token.lower))) break;
    if (token.after.startsWith('.')) hasStop = true;
    if (LIST_MARK.test(token.after)) {
      at += 1;
      break;
    }
  }
  const last = tokens[at - 1];
  if (at === next || !last || !endsInitials(last, tokens[at], hasStop)) return null;
  const initials = tokens.slice(next, at).map(({ text, after }) => text + (after.startsWith('.') ? '.' : ''));
  const after = LIST_MARK.test(last.after) ? [] : takeParticles(tokens, at);
  initials.push(...after.map(({ text }) => text));
  at += after.length;
  const end = after.at(-1)?.end ?? last.end + (last.after.startsWith('.') ? 1 : 0);
  return {
    name: `${name}, ${initials.join(' ')}`,
    end,
    next: at,
    isCertain: hasStop || /\p{Lu}/u.test(name),
  };
}

/** Takes the `van der` of `Maaten, L. van der`, if the name ends with it. */
function takeParticles(tokens: readonly Token[], from: number): readonly Token[] {
  let at = from;
  while (at < from + MAX_PARTICLES && isLowerParticle(tokens[at]) && tokens[at]?.after === '') at += 1;
  if (isLowerParticle(tokens[at])) at += 1;
  const follower = tokens[at];
  const isEnd = follower === undefined || tokens[at - 1]?.after !== '' || SMALL_WORDS.has(follower.lower);
  return isEnd ? tokens.slice(from, at) : [];
}

/** `Y.`, `J.-P.`, `AY`; also in lower case (`y.`) after a name in lower case. */
function isGivenInitials(token: Token, name: string): boolean {
  if (isInstitution(token) || OPERATOR.test(token.text)) return false;
  if (isInitials(token) || /^\p{Lu}{2,3}$/u.test(token.text)) return true;
  return name === name.toLowerCase() && /^\p{Ll}$/u.test(token.text) && token.after.startsWith('.');
}

/**
 * Initials belong to the name before them unless a family name follows or, if they have no full stop, unless any word
 * follows.
 */
function endsInitials(last: Token, follower: Token | undefined, hasStop: boolean): boolean {
  if (follower?.kind !== 'word' || LIST_MARK.test(last.after)) return true;
  const isName = /^\p{Lu}/u.test(follower.text) && !OPERATOR.test(follower.text);
  return hasStop ? !isName : SMALL_WORDS.has(follower.lower);
}

/** `LeCun, Yann; Hinton, Geoffrey` */
function withGivenNames(source: Source, { name, next }: NameReading): NameReading | null {
  const { tokens } = source;
  if (!/^[,，]$/u.test(tokens[next - 1]?.after ?? '')) return null;
  const [given] = readName(source, next);
  if (!given) return null;
  const isLast = !tokens[given.next] && hasSemicolonBefore(tokens, next);
  if (!SEMICOLON.test(tokens[given.next - 1]?.after ?? '') && !isLast) return null;
  return { ...given, name: `${name}, ${given.name}`, isCertain: true };
}

/** Whether a semicolon ended the previous author, at most the length of a name before. */
function hasSemicolonBefore(tokens: readonly Token[], at: number): boolean {
  return tokens.slice(Math.max(0, at - 8), at).some(({ after }) => SEMICOLON.test(after));
}

interface Joined {
  /** The token at which the next name may begin. */
  at: number;
  /** Null after a comma. */
  joining: BylineAuthor['joining'] | null;
  /** Whether NOT is in capitals, so that it may also precede words of the text. */
  isExplicitNot?: boolean;
}

/** Where the next name of the list may begin; null if the list ends here. */
function skipJoining(source: Source, next: number): Joined | null {
  const { tokens } = source;
  const negation = readOperator(source, next);
  if (negation?.kind === 'not' || (negation?.kind === 'andnot' && tokens[next]?.lower !== 'nor')) {
    const at = skipBy(tokens, negation.next);
    return { at, joining: 'not', isExplicitNot: negation.isExplicit };
  }
  const together = TOGETHER.find((words) =>
    words.every((word, index) => tokens[next + index]?.lower === word),
  );
  if (together) return { at: skipBy(tokens, next + together.length), joining: 'and' };
  let at = next;
  let joining: 'and' | 'or' | null = null;
  let isMarked = LIST_MARK.test(tokens[next - 1]?.after ?? '');
  for (const token of tokens.slice(next, next + 2)) {
    const word = token.text === token.lower || token.text === token.text.toUpperCase() ? token.lower : '';
    if (token.text === '' && LIST_MARK.test(token.before + token.after)) isMarked = true;
    else if (JOINING.has(word) && joining === null) joining = JOINING.get(word) ?? null;
    else break;
    at += 1;
  }
  return joining === null && !isMarked ? null : { at: skipBy(tokens, at), joining };
}

function skipBy(tokens: readonly Token[], at: number): number {
  return tokens[at]?.lower === 'by' ? at + 1 : at;
}

/** Skips `et al.`, `and others` or `and his collaborators`. */
export function skipOthers(tokens: readonly Token[], at: number): number {
  const [first, second] = [tokens[at]?.lower ?? '', tokens[at + 1]?.lower ?? ''];
  if (first === 'et' && second === 'al') return at + 2;
  if (first !== 'al' && isOthers(tokens[at])) return at + 1;
  if (!JOINING.has(first)) return at;
  if (second === 'al') return at + 2;
  const others = POSSESSIVES.has(second) ? at + 2 : at + 1;
  return OTHERS.has(tokens[others]?.lower ?? '') ? others + 1 : at;
}

/** The end of a token that a name may end with, with the full stop of `et al.` */
export function endOf(tokens: readonly Token[], at: number): number {
  const token = tokens[at];
  return token === undefined ? 0 : token.end + (isOthers(token) && token.after.startsWith('.') ? 1 : 0);
}
