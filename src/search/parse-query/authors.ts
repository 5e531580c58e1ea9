import { isInitials, readName, type NameReading } from './names.js';
import type { Source, Token } from './tokens.js';
import { isCommonWord, isSmallWord } from './words.js';
import type { BylineAuthor, Read } from '../expression.js';

const LIST_MARK = /[,，、;；]/u;
const SEMICOLON = /[;；]/u;
const JOINING: ReadonlyMap<string, 'and' | 'or'> = new Map([
  ['and', 'and'],
  ['&', 'and'],
  ['&&', 'and'],
  ['or', 'or'],
  ['and/or', 'or'],
  ['|', 'or'],
  ['||', 'or'],
]);
const OTHERS = new Set(['others', 'colleagues', 'coworkers', 'co-workers', 'coauthors', 'co-authors']);
/** Part of the name, after a comma or not. */
const SUFFIX = /^(?:jr|sr|i{2,3}|iv)$/;
/** Degrees, no part of it. */
const DEGREE = /^(?:ph\.?d|m\.?d|d\.?phil|m\.?sc|esq)$/;
const MAX_INITIALS = 4;
/** Two to five words with a capital. */
const QUOTED_NAME = /^\p{Lu}[\p{L}\p{M}'’.-]{0,30}(?: \p{Lu}[\p{L}\p{M}'’.-]{0,30}){1,4}$/u;

/**
 * Authors named by "by" as a word of its own: `by Xu`, `by Xu, Gao and Hu`, `by Xu or by Gao`, `by LeCun, Y.`, `by Smith, Jr.`,
 * `by Wang et al.` Null when no name follows.
 */
export function readByline(source: Source, at: number): Read | null {
  const { tokens } = source;
  const by = tokens[at];
  if (by?.kind !== 'word' || by.lower !== 'by' || !/^:?$/.test(by.after)) return null;
  const authors: BylineAuthor[] = [];
  let next = at + 1;
  let joined: Joined | null = { at: next, joining: null };
  let unmarked = 0;
  while (joined !== null) {
    const author = readAuthor(source, joined.at);
    if (!author) break;
    // A comma joins as the next word of the list does: `Xu, Gao or Hu`.
    const joining = joined.joining ?? 'and';
    if (joined.joining !== null)
      for (; unmarked < authors.length; unmarked++) setJoining(authors, unmarked, joining);
    authors.push({ readings: author.readings, end: author.end, joining });
    if (joined.joining !== null) unmarked = authors.length;
    next = author.next;
    joined = skipJoining(tokens, next);
  }
  const last = authors.at(-1);
  return last ? { draft: { kind: 'byline', authors }, start: by.start, end: last.end, next } : null;
}

function setJoining(authors: BylineAuthor[], at: number, joining: 'and' | 'or'): void {
  const author = authors[at];
  if (author && at > 0) authors[at] = { ...author, joining };
}

function readAuthor(
  source: Source,
  at: number,
): { readings: NameReading[]; end: number; next: number } | null {
  const { tokens } = source;
  const quoted = readQuotedName(tokens[at], at);
  if (quoted) return { readings: [quoted], end: quoted.end, next: quoted.next };
  const readings = readName(source, at).map((reading) => withRest(source, reading));
  const [longest] = readings;
  if (!longest) return null;
  const others = skipOthers(tokens, longest.next);
  return { readings, next: others, end: others > longest.next ? endOf(tokens, others - 1) : longest.end };
}

/** `by "Yann LeCun"`; other texts in quotes are phrases. */
function readQuotedName(token: Token | undefined, at: number): NameReading | null {
  if (token?.kind !== 'quoted' || !QUOTED_NAME.test(token.text)) return null;
  if (token.lower.split(/\s+/u).some((word) => isSmallWord(word) || isCommonWord(word))) return null;
  return { name: token.text, end: token.end, next: at + 1, isCertain: true };
}

/** What belongs to a name after a comma: initials of an inverted name, `Jr.`, given names where semicolons part the authors. */
function withRest(source: Source, reading: NameReading): NameReading {
  const { tokens } = source;
  const inverted = withInitials(tokens, reading) ?? withGivenNames(source, reading) ?? reading;
  const { name, next } = inverted;
  const suffix = tokens[next];
  if (suffix?.kind !== 'word' || suffix.before !== '' || !isCommaOrNothing(tokens[next - 1]?.after))
    return inverted;
  const stop = suffix.after.startsWith('.') ? '.' : '';
  if (DEGREE.test(suffix.lower)) return { ...inverted, end: suffix.end + stop.length, next: next + 1 };
  if (!SUFFIX.test(suffix.lower) || !LIST_MARK.test(tokens[next - 1]?.after ?? '')) return inverted;
  return {
    ...inverted,
    name: `${name}, ${suffix.text}${stop}`,
    end: suffix.end + stop.length,
    next: next + 1,
  };
}

function isCommaOrNothing(after = ''): boolean {
  return after === '' || after === '.' || LIST_MARK.test(after);
}

/** `LeCun, Y.`, `Berger, E. L.` and `Ng, AY` are one author; `Berger, P. Nadolsky` are two. */
function withInitials(tokens: readonly Token[], { name, next }: NameReading): NameReading | null {
  if (!LIST_MARK.test(tokens[next - 1]?.after ?? '')) return null;
  let at = next;
  let hasStop = false;
  for (; at < next + MAX_INITIALS; at++) {
    const token = tokens[at];
    if (token?.kind !== 'word' || token.before !== '' || !isGivenInitials(token, name)) break;
    if (token.after.startsWith('.')) hasStop = true;
    if (LIST_MARK.test(token.after)) {
      at += 1;
      break;
    }
  }
  const last = tokens[at - 1];
  if (at === next || !last || !endsInitials(last, tokens[at], hasStop)) return null;
  const initials = tokens.slice(next, at).map(({ text, after }) => text + (after.startsWith('.') ? '.' : ''));
  const end = last.end + (last.after.startsWith('.') ? 1 : 0);
  return {
    name: `${name}, ${initials.join(' ')}`,
    end,
    next: at,
    isCertain: hasStop || /\p{Lu}/u.test(name),
  };
}

/** `Y.`, `J.-P.`, `AY`; small ones (`y.`) after a name in small letters. */
function isGivenInitials(token: Token, name: string): boolean {
  if (isInitials(token) || /^\p{Lu}{2,3}$/u.test(token.text)) return true;
  return name === name.toLowerCase() && /^\p{Ll}$/u.test(token.text) && token.after.startsWith('.');
}

/** Initials belong to the name before them unless a family name follows; without a full stop, unless anything does. */
function endsInitials(last: Token, follower: Token | undefined, hasStop: boolean): boolean {
  if (follower?.kind !== 'word' || LIST_MARK.test(last.after)) return true;
  const isName = /^\p{Lu}/u.test(follower.text);
  return hasStop ? !isName : isSmallWord(follower.lower);
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

/** Whether a semicolon ended the author before, at most a name's length back. */
function hasSemicolonBefore(tokens: readonly Token[], at: number): boolean {
  return tokens.slice(Math.max(0, at - 8), at).some(({ after }) => SEMICOLON.test(after));
}

interface Joined {
  /** Where the next name may begin. */
  at: number;
  /** Null after a comma. */
  joining: 'and' | 'or' | null;
}

/** Where the next name of the list may begin; null when the list ends here. */
function skipJoining(tokens: readonly Token[], next: number): Joined | null {
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
  if (joining === null && !isMarked) return null;
  return { at: tokens[at]?.lower === 'by' ? at + 1 : at, joining };
}

/** After `et al.` or `and others`. */
function skipOthers(tokens: readonly Token[], at: number): number {
  const [first, second] = [tokens[at]?.lower ?? '', tokens[at + 1]?.lower ?? ''];
  if (first === 'et' && second === 'al') return at + 2;
  return JOINING.has(first) && OTHERS.has(second) ? at + 2 : at;
}

function endOf(tokens: readonly Token[], at: number): number {
  const token = tokens[at];
  return token === undefined ? 0 : token.end + (token.lower === 'al' && token.after.startsWith('.') ? 1 : 0);
}
