import { accentOf, characterOf, withAccent, type Accent } from './latex-characters.js';
import { findStructure, type Structure } from './latex-structure.js';

/**
 * Converts LaTeX in running text to Unicode: accents, special letters, escapes, styles, quotes, dashes, ties.
 * Formulas, environments and unknown macros with their arguments stay byte for byte. The text is read once, as a tree
 * of groups and arguments; the output is never read again. docs/decisions/0013-latex.md explains why no library does
 * this.
 */
export function toUnicode(text: string): string {
  if (!LATEX.test(text)) return text;
  const reading: Reading = { text, ...findStructure(text), openQuotes: 0 };
  return read(reading, { from: 0, to: text.length, depth: 0, before: '' });
}

const LATEX = /[\\{}~]|--|``|''/;
const SPECIAL = /[\\{}$~]|-{2,}|``|''/g;

interface Reading extends Structure {
  text: string;
  /** Number of open quotation marks. */
  openQuotes: number;
}

interface Stretch {
  from: number;
  to: number;
  /** Number of groups and arguments around it. */
  depth: number;
  /** The output before it; two characters are enough. */
  before: string;
}

/** The output for a part of the text, and where that part ends. */
interface Piece {
  written: string;
  end: number;
}

/** Deeper nesting does not occur in practice, and stays as it is. */
const MAX_NESTED_GROUPS = 20;

function read(reading: Reading, { from, to, depth, before }: Stretch): string {
  const { text } = reading;
  let written = '';
  let tail = before;
  let at = from;
  const write = (piece: string) => {
    written += piece;
    tail = (tail + piece.slice(-2)).slice(-2);
  };
  while (at < to) {
    SPECIAL.lastIndex = at;
    const special = SPECIAL.exec(text);
    const start = Math.min(special?.index ?? to, to);
    write(text.slice(at, start));
    if (!special || start === to) break;
    const piece = readSpecial(reading, special[0], { from: start, to, depth, before: tail });
    write(piece.written);
    at = piece.end;
  }
  return written;
}

function readSpecial(reading: Reading, special: string, part: Stretch): Piece {
  const { text, fixed, isInAddress } = reading;
  const { from } = part;
  const fixedEnd = fixed.get(from);
  if (fixedEnd !== undefined) return verbatim(reading, from, fixedEnd);
  if (special === '\\') return readMacro(reading, part);
  if (special === '{') return readGroup(reading, part);
  const end = from + special.length;
  const isLiteral = special === '}' || special === '$' || isInAddress(from);
  if (isLiteral) return { written: special, end };
  const next = text.charAt(end);
  return { written: readSign(reading, special, part.before, next), end };
}

/** A tie, dashes or quotation marks between the output and the next character. */
function readSign(reading: Reading, sign: string, before: string, next: string): string {
  switch (sign) {
    case '~':
      return isTie(before, next) ? ' ' : '~';
    case '--':
      return isDash(before, next) ? '–' : sign;
    case '---':
      return '—';
    case '``':
      reading.openQuotes++;
      return '“';
    case "''":
      return readQuotes(reading, before, next);
    default:
      return sign;
  }
}

/** Two hyphens between words, or with spaces on both sides; `--flag` is an option. */
function isDash(before: string, next: string): boolean {
  if (/\s$/.test(before)) return /[\s\\{$]/.test(next);
  return /[\p{L}\p{M}\p{N}.)$}]$/u.test(before) && /[\p{L}\p{N}(\s\\{$]/u.test(next);
}

/** Two apostrophes close an open quotation or, as some authors write, open one. Others are primes: f''. */
function readQuotes(reading: Reading, before: string, next: string): string {
  if (reading.openQuotes > 0) {
    reading.openQuotes--;
    return '”';
  }
  if (!/(?:^|[\s([])$/.test(before) || !/[\p{L}\p{N}\\{$]/u.test(next)) return "''";
  reading.openQuotes++;
  return '“';
}

/** A tie joins a word to what follows, as in `Fig.~2`. Elsewhere a tilde means "about", as in `z~2.5`. */
function isTie(before: string, next: string): boolean {
  const isAfterWord = /(?:\p{L}\p{M}*\p{L}\p{M}*|\.)$/u.test(before) && /\S/.test(next);
  return (
    isAfterWord ||
    (/[^\s/([{<]$/.test(before) && /\p{L}/u.test(next)) ||
    (/[\d$%]$/.test(before) && /[\\$]/.test(next))
  );
}

/** A group that only keeps letters together: `{\"o}`, `{B}ayesian`. Sets such as `{0,1}` do not match. */
const PLAIN = /^[\p{L}\p{M}\p{N}\s.'’-]*$/u;
/** A macro at the beginning of a group that changes its style: `{\it in vivo}`. */
const SWITCH =
  /\s*\\(?:em|it|bf|rm|sc|sf|tt|sl|(?:it|sc|sl|up)shape|(?:bf|md)series|(?:rm|sf|tt)family|tiny|scriptsize|footnotesize|small|normalsize|large|Large|LARGE|huge|Huge)(?![a-zA-Z])\s*/y;

function readGroup(reading: Reading, { from, depth, before }: Stretch): Piece {
  const { text, groups, fixed, isInAddress } = reading;
  const close = groups.get(from);
  if (close === undefined || depth >= MAX_NESTED_GROUPS) return { written: '{', end: from + 1 };
  const start = afterSwitches(text, from + 1, close);
  const content = read(reading, { from: start, to: close, depth: depth + 1, before });
  const isStyled = start > from + 1;
  // An exponent or an index is its whole group: 10^{-5}.
  const isScript = !isStyled && /[_^]$/.test(before);
  const isFormula = fixed.get(start) === close;
  const isOnlyGroup =
    isStyled ||
    isFormula ||
    (PLAIN.test(content) && !isScript) ||
    (isInAddress(from) && /^[~_%#&]$/.test(content));
  return { written: isOnlyGroup ? content : `{${content}}`, end: close + 1 };
}

function afterSwitches(text: string, from: number, to: number): number {
  let at = from;
  for (SWITCH.lastIndex = from; SWITCH.test(text) && SWITCH.lastIndex <= to;) at = SWITCH.lastIndex;
  return at;
}

/** A macro with the spaces after it. */
const MACRO = /\\(?:([a-zA-Z]+)(\s*)|([^]))/y;
/** Macros that only change the style of their argument. */
const STYLES =
  /^(?:emph|text(?:it|bf|rm|sc|sf|tt|sl|up|md|normal)?|mbox|hbox|math(?:rm|it)|underline|uline)$/;
/** Macros for spaces, and those that only say where a word may be broken. */
const SPACES: ReadonlySet<string> = new Set(['\\', ' ', ',', ';', ':', '>', '\n', '\t']);
const NOTHING: ReadonlySet<string> = new Set(['-', '/', '@', '!']);
/** Including the signs of transliterated names, which are letters of no script. */
const LATIN_LETTER = /^[\p{Script=Latin}\u02b9\u02ba]/u;
/** Signs in the table that nevertheless take an argument. A root of one word is read: √s. */
const FUNCTIONS =
  /^(?:sqrt|(?:over|under)(?:brace|bracket|paren)|(?:over|under)(?:left|right|leftright)arrow)$/;
const ROOT = 'sqrt';

function readMacro(reading: Reading, part: Stretch): Piece {
  const { text, isInAddress } = reading;
  const { from, to } = part;
  MACRO.lastIndex = from;
  const macro = MACRO.exec(text);
  if (!macro || from + 1 >= to) return { written: '\\', end: from + 1 };
  const { 1: word = '', 2: spaces = '', 3: sign = '' } = macro;
  const end = from + 1 + word.length + sign.length;
  // Without its backslash, a literal brace would begin a group.
  if (sign === '{' || sign === '}') return verbatim(reading, from, end);
  if (SPACES.has(sign)) return { written: ' ', end };
  if (NOTHING.has(sign)) return { written: '', end };
  const emptyGroup = text.startsWith('{}', end) ? 2 : 0;
  if (/[~^]/.test(sign) && (emptyGroup > 0 || isInAddress(from)))
    return { written: sign, end: end + emptyGroup };
  const accent = accentOf(word || sign);
  if (accent) return readAccent(reading, accent, { ...part, from: end }, from);
  if (STYLES.test(word)) return readStyle(reading, { ...part, from: end + spaces.length }, from);
  const character = isFunction(reading, word, end) ? undefined : characterOf(word || sign);
  if (character === undefined) return readUnknown(reading, from, end, to);
  // Spaces after a letter only end its macro; after another sign, the author may have intended them.
  const isSwallowing = emptyGroup === 0 && LATIN_LETTER.test(character);
  return { written: character, end: Math.min(to, end + emptyGroup + (isSwallowing ? spaces.length : 0)) };
}

function isFunction({ text, groups }: Reading, word: string, end: number): boolean {
  if (!FUNCTIONS.test(word)) return false;
  const close = groups.get(end);
  const isOneWord = close !== undefined && /^[a-zA-Z0-9]+$/.test(text.slice(end + 1, close));
  return word !== ROOT || !isOneWord;
}

/** The argument of a style without the macro; if there is no argument, the macro stays. */
function readStyle(reading: Reading, { from, to, depth, before }: Stretch, macroAt: number): Piece {
  const close = reading.groups.get(from);
  if (close === undefined || depth >= MAX_NESTED_GROUPS)
    return verbatim(reading, macroAt, Math.min(from, to));
  return { written: read(reading, { from: from + 1, to: close, depth: depth + 1, before }), end: close + 1 };
}

/** The accented letter; if nothing can take the accent, the macro and its argument stay. */
function readAccent(reading: Reading, accent: Accent, part: Stretch, macroAt: number): Piece {
  const argument = part.depth < MAX_NESTED_GROUPS ? readArgument(reading, part) : null;
  const written = argument && withAccent(accent, argument.written.trim());
  return argument && written !== undefined && written !== null
    ? { written, end: argument.end }
    : readUnknown(reading, macroAt, part.from, part.to);
}

const LETTER = /[^\s{}\\$]\p{M}*/uy;

/** A group, a macro, or a letter; null if there is none. */
function readArgument(reading: Reading, part: Stretch): Piece | null {
  const { text, groups, fixed } = reading;
  const from = skipSpaces(text, part.from);
  if (from >= part.to || fixed.has(from)) return null;
  const depth = part.depth + 1;
  const close = groups.get(from);
  if (close !== undefined)
    return { written: read(reading, { from: from + 1, to: close, depth, before: '' }), end: close + 1 };
  if (text[from] === '\\') return readMacro(reading, { from, to: part.to, depth, before: '' });
  LETTER.lastIndex = from;
  const letter = LETTER.exec(text)?.[0];
  return letter === undefined ? null : { written: letter, end: from + letter.length };
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (/\s/.test(text.charAt(at))) at++;
  return at;
}

/** An unknown macro with its arguments: `\SU{2}{3}`, `\sqrt[3]{x}`. */
function readUnknown(reading: Reading, macroAt: number, from: number, to: number): Piece {
  const { text, groups } = reading;
  let end = text[from] === '*' ? from + 1 : from;
  for (let next = endOfArgument(end); next !== undefined && next <= to; next = endOfArgument(end)) end = next;
  return verbatim(reading, macroAt, end);

  function endOfArgument(at: number): number | undefined {
    const close = groups.get(skipSpaces(text, at));
    if (close !== undefined) return close + 1;
    OPTIONAL.lastIndex = at;
    return OPTIONAL.test(text) ? OPTIONAL.lastIndex : undefined;
  }
}

const OPTIONAL = /\[[^\]{}$\\]{0,100}\](?=[[{])/y;

function verbatim({ text }: Reading, from: number, end: number): Piece {
  return { written: text.slice(from, end), end };
}
