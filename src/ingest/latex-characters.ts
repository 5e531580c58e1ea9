import { latex2unicode } from 'unicode2latex';
import { TEXT_ACCENTS } from '../papers/latex-macros.js';
import { toNfc } from '../papers/words.js';

const TABLE = new Map<string, unknown>(Object.entries(latex2unicode));

function tableEntry(macro: string): string | undefined {
  const entry = TABLE.get(macro);
  if (typeof entry === 'string') return entry;
  return typeof entry === 'object' && entry !== null && 'text' in entry ? String(entry.text) : undefined;
}

const MATH_ACCENTS: Readonly<Record<string, string>> = {
  grave: '\u0300',
  acute: '\u0301',
  hat: '\u0302',
  widehat: '\u0302',
  tilde: '\u0303',
  widetilde: '\u0303',
  bar: '\u0304',
  overline: '\u0305',
  breve: '\u0306',
  dot: '\u0307',
  ddot: '\u0308',
  mathring: '\u030a',
  check: '\u030c',
  widecheck: '\u030c',
  underbar: '\u0331',
  vec: '\u20d7',
  dddot: '\u20db',
  ddddot: '\u20dc',
};

/** An accent: the mark that it adds to its argument, and the arguments that it accepts (in NFC). */
export interface Accent {
  mark: string;
  takes: RegExp;
}

/** With more than two letters, the macro is an author's own. */
const LETTERS = /^\p{L}\p{M}*(?:\p{L}\p{M}*)?$/u;
const PAIR = /^\p{L}\p{M}*\p{L}\p{M}*$/u;
const SYMBOL = /^[\p{L}\p{N}]\p{M}*$/u;
const RELATION = /^[\p{L}\p{Sm}]\p{M}*$/u;

const ACCENTS: ReadonlyMap<string, Accent> = new Map([
  ...toAccents(phoneticAccents(), LETTERS),
  ...toAccents(TEXT_ACCENTS, LETTERS),
  ...toAccents(MATH_ACCENTS, SYMBOL),
  ...toAccents({ t: '\u0361' }, PAIR),
  ...toAccents({ not: '\u0338' }, RELATION),
]);

function toAccents(marks: Readonly<Record<string, string>>, takes: RegExp): [string, Accent][] {
  return Object.entries(marks).map(([name, mark]) => [name, { mark, takes }]);
}

/** Rare accents, such as `\textsubring{n}`. */
function phoneticAccents(): Record<string, string> {
  const macros = Object.keys(latex2unicode).filter((macro) => /^\\text[a-z]+$/.test(macro));
  const marks = macros.map((macro) => [macro.slice(1), tableEntry(macro) ?? ''] as const);
  return Object.fromEntries(marks.filter(([, mark]) => /^\p{M}$/u.test(mark)));
}

/** By the macro's name without its backslash. */
export function accentOf(name: string): Accent | undefined {
  return ACCENTS.get(name);
}

/** The argument with the mark on its first letter, in NFC; undefined if the accent does not accept it. */
export function withAccent({ mark, takes }: Accent, argument: string): string | undefined {
  const letters = toNfc(argument);
  if (!takes.test(letters)) return undefined;
  const first = /^.\p{M}*/su.exec(letters)?.[0] ?? '';
  // A letter under an accent loses its dot.
  const dotted = first.replace('ı', 'i').replace('ȷ', 'j');
  return withMark(dotted, mark) + letters.slice(first.length);
}

/** Vietnamese letters have two marks, in either order: ễ is `\~{\^e}` or `\^{\~e}`. */
function withMark(letter: string, mark: string): string {
  const [base = '', ...marks] = letter.normalize('NFD');
  const inverted = (base + mark + marks.join('')).normalize('NFC');
  const written = (letter + mark).normalize('NFC');
  return Array.from(inverted).length < Array.from(written).length ? inverted : written;
}

/**
 * Mathematical italics and the micro sign, which the table has for Greek letters and signs with plain forms.
 */
const VARIANTS = /[\u{1d400}-\u{1d7ff}µ]/gu;

/** The soft and the hard sign in Latin letters, as in `Gel\cprime fand`; the table has the Cyrillic capitals. */
const TRANSLITERATIONS: Readonly<Record<string, string>> = { cprime: '\u02b9', cdprime: '\u02ba' };

/** The character that a macro stands for, by the macro's name without its backslash. */
export function characterOf(name: string): string | undefined {
  const character = TRANSLITERATIONS[name] ?? tableEntry(`\\${name}`);
  return character === undefined || /^\p{M}/u.test(character)
    ? undefined
    : character.replace(VARIANTS, (variant) => variant.normalize('NFKC'));
}
