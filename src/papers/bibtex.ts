import { bibtex, Transform } from 'unicode2latex';
import type { PaperPayload } from './payload.js';
import { TITLE_STOP_WORDS } from './title-stop-words.js';
import { fold } from './words.js';

/** What an entry is made of. */
export type CitedPaper = Pick<PaperPayload, 'id'> &
  Partial<
    Pick<
      PaperPayload,
      'title' | 'authors' | 'versions' | 'updated_at' | 'submitted_at' | 'primary_category' | 'doi'
    >
  >;

/** Payload fields that `toBibtex` reads. */
export const BIBTEX_FIELDS = [
  'title',
  'authors',
  'versions',
  'updated_at',
  'submitted_at',
  'primary_category',
  'doi',
] as const satisfies (keyof CitedPaper)[];

/**
 * The entry that arXiv's own export gives (arxiv-browse, `browse/formatting/cite.py`): the same key, fields and order,
 * to the spaces. Values are escaped, which arXiv leaves to its authors: characters that LaTeX reads as commands, accents
 * and signs outside ASCII, and braces without a partner, which would end the entry. Mathematics stays as it is.
 */
export function toBibtex(paper: CitedPaper): string {
  const { id, title = '', authors = [], primary_category: primaryClass, doi } = paper;
  const year = toYear(paper);
  return [
    `@misc{${toKey(authors[0] ?? '', year, title)},`,
    `      title={${toLatex(title)}}, `,
    `      author={${authors.map(toAuthor).join(' and ')}},`,
    ...(year === '' ? [] : [`      year={${year}},`]),
    `      eprint={${id}},`,
    '      archivePrefix={arXiv},',
    ...(primaryClass === undefined ? [] : [`      primaryClass={${primaryClass}},`]),
    // As it is: URLs are printed letter by letter. Braces in one would be the entry's.
    ...(doi === undefined
      ? []
      : [`      doi={https://doi.org/${doi.replace(/[{}]/g, encodeURIComponent)}},`]),
    `      url={https://arxiv.org/abs/${id}}, `,
    '}',
  ].join('\n');
}

/** Of the newest version, as arXiv has it. */
function toYear({ versions, updated_at: updated, submitted_at: submitted }: CitedPaper): string {
  return (versions?.at(-1)?.created ?? updated ?? submitted ?? '').slice(0, 'YYYY'.length);
}

/** `vaswani2023attentionneed`: family name, year, the title's first four words but for stop words. ASCII alone. */
function toKey(author: string, year: string, title: string): string {
  const words = title.split(' ').filter((word) => !TITLE_STOP_WORDS.has(word.toLowerCase()));
  const family = alphanumeric(familyName(author)) || 'unknown';
  return `${family}${year}${alphanumeric(words.slice(0, 4).join(''))}`;
}

function alphanumeric(text: string): string {
  return fold(text.normalize('NFC'))
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

const SUFFIX = /^(?:jr|sr|i{2,3}|iv)\.?$/iu;

/** The last word with the particles before it: `van der Berg`. */
function familyName(name: string): string {
  const words = name.split(' ').filter((word) => !SUFFIX.test(word));
  let from = words.length - 1;
  while (from > 1 && /^\p{Ll}/u.test(words[from - 1] ?? '')) from -= 1;
  return words.slice(Math.max(from, 0)).join(' ');
}

/** What BibTeX would take for several names, or for "family, given", is kept together by braces. */
function toAuthor(name: string): string {
  const written = toLatex(name);
  return / and |,/i.test(name) ? `{${written}}` : written;
}

/** Mathematics between dollar signs or LaTeX's own brackets; an escaped dollar begins none. */
const MATHEMATICS =
  /(?<!\\)\$\$[^$]+\$\$|(?<!\\)\$(?:[^$\\]|\\[^])+\$|\\\([^]{0,2000}?\\\)|\\\[[^]{0,2000}?\\\]/gu;
/** An escape or macro, which stays; a letter with its marks; what LaTeX reads as a command; what is not ASCII. */
// eslint-disable-next-line no-control-regex -- the ASCII range itself
const SPECIAL = /\\[^]?|[^]\p{M}+|[&%#_^~$]|[^\x00-\x7f]/gu;
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
};

const characters = new Transform('bibtex');

function toLatex(text: string): string {
  const balanced = withoutLoneBraces(text.normalize('NFC'));
  let written = '';
  let end = 0;
  for (const { 0: formula, index } of balanced.matchAll(MATHEMATICS)) {
    written += balanced.slice(end, index).replace(SPECIAL, escape) + escapeFormula(formula);
    end = index + formula.length;
  }
  return written + balanced.slice(end).replace(SPECIAL, escape);
}

function escape(special: string): string {
  const escaped = ESCAPES[special];
  if (escaped !== undefined) return escaped;
  if (special.startsWith('\\')) return special;
  if (/^[&%#_$]$/.test(special)) return `\\${special}`;
  const latex = characters.tolatex(special);
  // In braces a macro neither swallows the space behind it nor ends a word of a name.
  return latex.includes('\\') ? `{${latex}}` : latex;
}

function escapeFormula(formula: string): string {
  // eslint-disable-next-line no-control-regex -- the ASCII range itself
  return formula.replace(/[^\x00-\x7f]/gu, (character) => {
    const math = bibtex.base[character]?.math;
    return math === undefined ? character : `{${math}}`;
  });
}

/** BibTeX counts braces, escaped ones too; those without a partner are written by name. */
function withoutLoneBraces(text: string): string {
  const lone = new Set<number>();
  const open: number[] = [];
  for (const { 0: brace, index } of text.matchAll(/[{}]/g)) {
    if (brace === '{') open.push(index);
    else if (open.pop() === undefined) lone.add(index);
  }
  for (const index of open) lone.add(index);
  if (lone.size === 0) return text;
  return text.replace(/\\?[{}]/g, (brace, at: number) => {
    if (!lone.has(at + brace.length - 1)) return brace;
    return brace.endsWith('{') ? '\\lbrace{}' : '\\rbrace{}';
  });
}
