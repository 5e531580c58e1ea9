import { latex2unicode } from 'unicode2latex';

/**
 * LaTeX in running text as Unicode: accents, special letters, escapes, quotes, dashes. Mathematics stays as it is, and so
 * does every macro that is not known. The characters of macros are those of the package `unicode2latex`.
 */
export function toUnicode(text: string): string {
  let before = text;
  // What a group or a style held may be readable only once it is out of it.
  for (let round = 0; round < MOST_NESTED; round++) {
    const after = convertOutsideMathematics(before);
    if (after === before) break;
    before = after;
  }
  return before;
}

const MOST_NESTED = 4;

function convertOutsideMathematics(text: string): string {
  if (!LATEX.test(text)) return text;
  let converted = '';
  let end = 0;
  for (const { 0: span, index } of text.matchAll(MATHEMATICS)) {
    converted += convert(text.slice(end, index)) + span;
    end = index + span.length;
  }
  return converted + convert(text.slice(end));
}

const LATEX = /[\\{}~]|--|``|''/;

/**
 * `$…$`, `$$…$$`, `\(…\)`, `\[…\]` and displayed environments, these up to a length, so that openings without an end cost
 * no more than that. An escaped dollar begins none; a lone one is a price.
 */
const MATHEMATICS =
  /(?<!\\)\$\$[^$]+\$\$|(?<!\\)\$(?:[^$\\]|\\[^])+\$|\\\([^]{0,2000}?\\\)|\\\[[^]{0,2000}?\\\]|\\begin\{(equation|align|eqnarray|gather|math|displaymath)\*?\}[^]{0,2000}?\\end\{\1\*?\}/g;

/** A macro with the spaces behind it; a letter of an accent may follow in braces. */
const MACRO = /\\(?:([a-zA-Z]+)(\s*)|([^a-zA-Z]))/y;
const ARGUMENT = /\s*(?:\{\s*(\\?[^\s{}\\]+|\\[a-zA-Z]+)\s*\}|(\\[ij](?![a-zA-Z]))\s*|([^\s{}\\$]))/y;
/** A group that only kept letters together: `{\"o}`, `{B}ayesian`. Sets, such as `{0,1}`, are none. */
const PLAIN_GROUP = /(?<!\\[a-zA-Z]*)\{([\p{L}\p{M}\p{N} .'’-]*)\}/gu;
/** Macros that only change the look of what they are given. */
const STYLES = /\\(?:emph|text(?:it|bf|rm|sc|sf|tt|sl|up|md)?|mbox|mathrm|underline)\s*\{([^{}\\$]*)\}/g;
/** The same inside a group: `{\it in vivo}`. */
const SWITCHES = /\{\\(?:em|it|bf|rm|sc|sf|tt|sl|itshape|bfseries)\s+([^{}\\$]*)\}/g;
/** A tie joins a word to what follows, `Fig.~2`; elsewhere it means "about", as in `z~2.5`, or stands in an address. */
const TIE = /(?<=\p{L}{2}|\.)~(?=\S)|(?<=[^\s/])~(?=\p{L})/gu;
const LATIN_LETTER = /^\p{Script=Latin}/u;
/** Accents whose macros are letters; those of other characters are told by the table. */
const LETTER_ACCENTS: ReadonlySet<string> = new Set(['b', 'c', 'd', 'H', 'k', 'r', 't', 'u', 'v']);
const SIGN_ACCENTS: ReadonlySet<string> = new Set(['`', "'", '^', '"', '~', '=', '.']);
const SPACING: ReadonlySet<string> = new Set(['\\', ' ', ',', ';', ':', '>', '\n', '\t', '@', '-', '/', '!']);

function convert(text: string): string {
  if (!LATEX.test(text)) return text;
  const unstyled = text.includes('\\') ? text.replace(STYLES, '$1').replace(SWITCHES, '$1') : text;
  return toDashes(
    withTies(withoutGroups(convertMacros(unstyled)))
      .replaceAll('``', '“')
      .replaceAll("''", '”'),
  );
}

// Looking for one sign first takes a fraction of what the patterns take for a text without it, which most are.

function withTies(text: string): string {
  return text.includes('~') ? text.replace(TIE, ' ') : text;
}

function toDashes(text: string): string {
  if (!text.includes('--')) return text;
  return text.replace(/(?<!-)---(?!-)/g, '—').replace(/(?<=[\p{L}\p{N}.)\s])--(?=[\p{L}\p{N}(\s])/gu, '–');
}

function convertMacros(text: string): string {
  let converted = '';
  let at = 0;
  for (let slash = text.indexOf('\\'); slash !== -1; slash = text.indexOf('\\', at)) {
    converted += text.slice(at, slash);
    const [written, length] = readMacro(text, slash);
    converted += written;
    at = slash + length;
  }
  return converted + text.slice(at);
}

/** What stands for the macro at this place, and how much of the text it takes. */
function readMacro(text: string, at: number): [string, number] {
  MACRO.lastIndex = at;
  const macro = MACRO.exec(text);
  if (!macro) return ['\\', 1];
  const { 0: whole, 1: word = '', 2: spaces = '', 3: sign = '' } = macro;
  const name = word || sign;
  if (LETTER_ACCENTS.has(word) || SIGN_ACCENTS.has(sign)) {
    const accented = readAccent(text, at + 1 + name.length, name);
    return accented ? [accented[0], 1 + name.length + accented[1]] : [whole, whole.length];
  }
  if (SPACING.has(sign)) return [sign === '-' || sign === '/' || sign === '@' ? '' : ' ', whole.length];
  const character = characterOf(`\\${name}`);
  if (character === undefined) return [whole, whole.length];
  const emptyGroup = text.startsWith('{}', at + 1 + name.length) ? 2 : 0;
  // Spaces behind a letter only ended its macro; behind another sign the writer may have meant them.
  const isLetter = LATIN_LETTER.test(character);
  return [
    character + (isLetter || emptyGroup ? '' : spaces),
    emptyGroup ? 1 + name.length + 2 : whole.length,
  ];
}

/** The accented letter behind an accent, and how much of the text it takes; null when no letter follows. */
function readAccent(text: string, at: number, accent: string): [string, number] | null {
  ARGUMENT.lastIndex = at;
  const argument = ARGUMENT.exec(text);
  const mark = characterOf(`\\${accent}`);
  if (!argument || mark === undefined) return null;
  const { 0: whole, 1: group, 2: dotless, 3: letter } = argument;
  // A letter macro needs something between itself and a letter.
  if (letter !== undefined && /[a-zA-Z]/.test(accent) && !/^\s/.test(whole)) return null;
  const base = toBase(group ?? dotless ?? letter ?? '');
  // One letter, or the two that a tie joins: more is somebody's own macro.
  if (!/^\p{L}{1,2}$/u.test(base)) return null;
  const first = String.fromCodePoint(base.codePointAt(0) ?? 0);
  return [(first + mark).normalize('NFC') + base.slice(first.length), whole.length];
}

/** Letters under an accent keep their dot away by themselves. */
function toBase(argument: string): string {
  if (argument === '\\i') return 'i';
  if (argument === '\\j') return 'j';
  return argument.startsWith('\\') ? (characterOf(argument) ?? argument) : argument;
}

const CHARACTERS = new Map<string, unknown>(Object.entries(latex2unicode));

function characterOf(macro: string): string | undefined {
  const entry = CHARACTERS.get(macro);
  if (typeof entry === 'string') return entry;
  return typeof entry === 'object' && entry !== null && 'text' in entry ? String(entry.text) : undefined;
}

function withoutGroups(text: string): string {
  if (!text.includes('{')) return text;
  let before = text;
  // Groups stand in groups; each round takes the innermost away.
  for (let round = 0; round < 4; round++) {
    const after = before.replace(PLAIN_GROUP, '$1');
    if (after === before) break;
    before = after;
  }
  return before;
}
