import { cleanText, collapse, decodeEntities } from './clean-text.js';
import type { AuthorFields } from './author-fields.js';
import { toUnicode } from './latex-text.js';
import { keyNameOf } from '../papers/citation-key.js';
import { toNfc } from '../papers/words.js';

type Authors = Pick<AuthorFields, 'authors' | 'authors_parsed'> & Partial<AuthorFields>;

/**
 * Separates two names. White space must be single spaces already: a pattern for runs of it would take quadratic time.
 */
const SEPARATOR =
  / ?[,;，；、] ?(?:and |& ?)?| (?:and|&) |(?<=(?:collaborations?|consortium|group|team)) ?: ?/iu;
/** Precedes the collaboration that an author speaks for. Without a limit, many of them would take quadratic time. */
const SPOKEN_FOR =
  / on behalf of (?:the )?| for the (?=.{0,200}\b(?:collaborations?|consortium|team|group)\b)/i;
const SUFFIX = /^(?:jr|sr|i{2,3}|iv)\.?$/iu;
/** Precedes a collaboration that others speak for. */
const ON_BEHALF =
  /^(?:\(?\s*(?:for|on behalf of)\s+)(?:the\s+)?(?=.*\b(?:collaboration|consortium|group|team|project)\b)/iu;
const ET_AL = /\bet\.?\s+al\.?$/iu;
/** Not a name: `A. One and others`. */
const OTHERS = /^others\.?$/i;
/** Footnote marks after a name: `$^{1,2}$`, `$^{a,\dagger}$`, `^1`, `*`, `†`. */
const FOOTNOTES =
  /\$\^?\{?[\d,;* ]*\}?\$|\$\^(?:\{[^{}$]*\}|\\?\w+)\$|\^(?:\{[\d,;* ]*\}|\d+)|(?<=\p{L}\.?)[*∗†‡§¶⁰¹²³⁴-⁹]+(?:,[⁰¹²³⁴-⁹]+)*/gu;
/**
 * An e-mail address after a name. It begins where a word begins: a pattern that tries each letter would take quadratic
 * time.
 */
const ADDRESS = /(?:<|(?<![^\s<>@,;]))[^\s<>@,;]+@[^\s<>@,;]+\.[a-z]{2,}>?/giu;
/** The number by which DBLP distinguishes namesakes. */
const NAMESAKE = / \d{4}$/;
/** A collaboration in brackets is not an affiliation. */
const SPOKEN_FOR_IN_BRACKETS = /\((?:for|on behalf of) (?:the )?([^()]*)\)/giu;
const COLLABORATIVE = /\b(?:collaborations?|consortium|team|group)\b/iu;
const INITIALS = /^(?:\p{Lu}\.(?:[ -]?(?=\p{Lu}\.))?)+$/u;
const HAS_LETTER = /\p{L}/u;

/**
 * Display names in reading order, "Given Family Suffix", without affiliations: from the parsed list if there is one
 * that is not damaged, because it separates the parts; otherwise from the string.
 */
export function toAuthorNames({
  authors,
  author_list: list = null,
  authors_parsed: parsed,
}: Authors): string[] {
  const names =
    parsed?.length && !isDamaged(parsed, authors ?? '')
      ? joinSuffixes(parsed.map(joinParts))
      : (list?.map(toListed) ?? splitNames(authors ?? ''));
  return names
    .flatMap((name) => name.split(SPOKEN_FOR))
    .map(toName)
    .filter((name) => HAS_LETTER.test(name) && !OTHERS.test(name));
}

/**
 * Whether arXiv's parser may have lost a part of the string. Of an author who speaks for a collaboration, it keeps what
 * follows the last accent, dot or hyphen (`Xing Xu on behalf of the CMS Collaboration`), or removes the collaboration
 * with its brackets. It also separates names at the comma of `$^{1,2}$`.
 */
function isDamaged(parsed: readonly (readonly string[])[], authors: string): boolean {
  const line = collapse(authors);
  if (SPOKEN_FOR.test(line) || withSpokenFor(line) !== line) return true;
  return (
    line !== '' && parsed.some(([family = '', given = '']) => `${given}${family}`.split('$').length % 2 === 0)
  );
}

/**
 * The first author's key name: arXiv's own from the parsed list, or what arXiv would parse from the string.
 */
export function toKeyName({ authors, author_list: list = null, authors_parsed: parsed }: Authors): string {
  const [keyName] = parsed?.[0] ?? [];
  if (keyName) return cleanText(keyName.replace(/,$/, ''));
  const string = toPlain(list?.[0] ?? authors ?? '');
  const name = list === null ? (splitInverted(string)?.[0] ?? '') : string;
  const family = INVERTED.exec(name)?.[1];
  return family ?? keyNameOf(string.split(FIRST_SEPARATOR).find(Boolean) ?? '');
}

/** Ends the first name for arXiv, which does not recognise semicolons. */
const FIRST_SEPARATOR = /[,:]| (?:and|&) /iu;

function joinParts([family = '', given = '', suffix = '']: readonly string[]): string {
  // arXiv leaves the comma of "Smith, Jr." with the family name.
  const parts = [given, family.replace(/,$/, ''), suffix].filter(Boolean);
  // Together, because arXiv also separates them after a macro: ["fand", "I. M. Gel\cprime"].
  return cleanText(parts.join(' ')).replace(FOOTNOTES, '');
}

/** One name of a list. A comma in it separates the given name, or a suffix. */
function toListed(name: string): string {
  return turn(toPlain(name));
}

/** `Family, Given` and `Family, Jr., Given`. */
const INVERTED = /^([^,]+), ?(?:((?:jr|sr|i{2,3}|iv)\.?), ?)?([^,]+)$/iu;

/** Turns an inverted name into reading order; removes the comma of `Given Family, Jr.` */
function turn(name: string): string {
  const [, family = '', suffix = '', given = ''] = INVERTED.exec(name) ?? [];
  if (given === '') return name;
  if (SUFFIX.test(given)) return `${family} ${given}`;
  return [given, family, suffix].filter(Boolean).join(' ');
}

/** Names separated by semicolons, if each is inverted or a single word; null for other strings. */
function splitInverted(authors: string): string[] | null {
  return splitBySemicolons(authors) ?? splitByAnd(authors) ?? splitByInitials(authors);
}

/** `One, Ann and Two, Cy`, as in BibTeX. */
function splitByAnd(authors: string): string[] | null {
  const names = authors.split(/ and /i);
  const isInverted = (name: string) => INVERTED.test(name) && !/^\p{Lu}\./u.test(name);
  return names.length > 1 && names.every(isInverted) ? names : null;
}

/** `One, A. B., Two, C.`: initials alone are not a name. */
function splitByInitials(authors: string): string[] | null {
  const parts = authors.split(/ ?, ?(?:and |& )?| (?:and|&) /i).filter(Boolean);
  const isPaired = parts.every((part, at) => INITIALS.test(part) === (at % 2 === 1));
  if (parts.length < 2 || parts.length % 2 === 1 || !isPaired) return null;
  return parts.flatMap((part, at) => (at % 2 === 0 ? [`${part}, ${parts[at + 1] ?? ''}`] : []));
}

function splitBySemicolons(authors: string): string[] | null {
  if (!authors.includes(';') || !authors.includes(',')) return null;
  const names = authors.split(/ ?; ?(?:and |& )?/i).filter(Boolean);
  return names.every((name) => INVERTED.test(name) || !/[ ,]/.test(name.trim())) ? names : null;
}

function splitNames(authors: string): string[] {
  // Line breaks and bars separate names if nothing else does; the dump breaks long lines.
  const lines = authors.split(/[|\n]/).map(toPlain).filter(Boolean);
  const plain = toPlain(authors);
  const isSeparated = SEPARATOR.test(plain) || SPOKEN_FOR.test(plain);
  if (authors.includes('|') || (lines.length > 1 && !isSeparated)) return lines.map(turn);
  const inverted = splitInverted(plain);
  if (inverted) return inverted.map(turn);
  return joinSuffixes(plain.split(SEPARATOR));
}

/** Joins suffixes such as "III", which a comma has separated, to their names. */
function joinSuffixes(names: readonly string[]): string[] {
  const joined: string[] = [];
  for (const name of names) {
    const last = joined.length - 1;
    if (SUFFIX.test(name) && last >= 0) joined[last] = `${joined[last] ?? ''} ${name}`;
    else joined.push(name);
  }
  return joined;
}

function toPlain(authors: string): string {
  const written = toUnicode(decodeEntities(authors)).replace(FOOTNOTES, '').replace(ADDRESS, '');
  return collapse(withoutBrackets(withSpokenFor(written)));
}

/** Collaborations that authors speak for without their brackets, as names of their own. */
function withSpokenFor(authors: string): string {
  return authors.replace(SPOKEN_FOR_IN_BRACKETS, (bracket, name: string) =>
    COLLABORATIVE.test(name) ? `, ${name}` : bracket,
  );
}

/**
 * Removes brackets, which contain affiliations and footnote marks and may be nested; of an unmatched bracket, only
 * the bracket itself.
 */
function withoutBrackets(text: string): string {
  if (!/[()]/.test(text)) return text;
  const open: number[] = [];
  const pairs = new Map<number, number>();
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') open.push(at);
    const start = text[at] === ')' ? open.pop() : undefined;
    if (start !== undefined) pairs.set(start, at);
  }
  let kept = '';
  for (let at = 0; at < text.length; at++) {
    const end = pairs.get(at);
    if (end !== undefined) at = end;
    else kept += text[at] === '(' || text[at] === ')' ? ' ' : (text[at] ?? '');
  }
  return kept;
}

function toName(text: string): string {
  // Two hyphens in a name are LaTeX's mark of a double name, not of a range.
  const name = collapse(text)
    .replace(ET_AL, '')
    .replace(ON_BEHALF, '')
    .replace(NAMESAKE, '')
    .replaceAll('–', '-');
  return toNfc(name.trim());
}
