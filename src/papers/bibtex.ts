import { bibtex, Transform } from 'unicode2latex';
import { keyNameOf, toCitationKey } from './citation-key.js';
import { splitDois } from './doi.js';
import { isStandardLatex, TEXT_ACCENTS } from './latex-macros.js';
import type { PaperPayload } from './payload.js';

/** The fields from which an entry is made. */
export type CitedPaper = Pick<PaperPayload, 'id'> &
  Partial<
    Pick<
      PaperPayload,
      | 'title'
      | 'authors'
      | 'citation_key'
      | 'versions'
      | 'updated_at'
      | 'submitted_at'
      | 'primary_category'
      | 'doi'
    >
  >;

/** Payload fields that `toBibtex` reads. */
export const BIBTEX_FIELDS = [
  'title',
  'authors',
  'citation_key',
  'versions',
  'updated_at',
  'submitted_at',
  'primary_category',
  'doi',
] as const satisfies (keyof CitedPaper)[];

/**
 * Maximum number of authors in an entry. If there are more, it says `and others`, which BibTeX prints as "et al.".
 */
export const MAX_BIBTEX_AUTHORS = 50;

/**
 * The same entry as arXiv's own export (arxiv-browse, `browse/formatting/cite.py`): the same key, fields, order and
 * spaces. Unlike arXiv, this escapes values: characters that LaTeX reads as commands, accents and signs outside
 * ASCII, macros that LaTeX does not know, and unmatched braces, which would end the entry. Mathematics is not
 * changed. Long lists of authors are cut.
 */
export function toBibtex(paper: CitedPaper): string {
  const { id, title = '', authors = [], primary_category: primaryClass } = paper;
  const year = toYear(paper);
  // Papers that were loaded before keys were stored have none.
  const key = paper.citation_key ?? toCitationKey(keyNameOf(authors[0] ?? ''), year, title);
  const doi = splitDois(paper.doi ?? '')[0];
  return [
    `@misc{${key},`,
    `      title={${toLatex(title)}}, `,
    `      author={${toAuthors(authors)}},`,
    ...(year === '' ? [] : [`      year={${year}},`]),
    `      eprint={${id}},`,
    '      archivePrefix={arXiv},',
    ...(primaryClass === undefined ? [] : [`      primaryClass={${primaryClass}},`]),
    // Not escaped, because URLs are printed literally. Braces in a DOI would be parsed as those of the entry.
    ...(doi === undefined
      ? []
      : [`      doi={https://doi.org/${doi.replace(/[{}]/g, encodeURIComponent)}},`]),
    `      url={https://arxiv.org/abs/${id}}, `,
    '}',
  ].join('\n');
}

/** The year of the newest version, as in arXiv's export; empty if it is unknown. */
export function toYear({ versions, updated_at: updated, submitted_at: submitted }: CitedYear): string {
  return (versions?.at(-1)?.created ?? updated ?? submitted ?? '').slice(0, 'YYYY'.length);
}

type CitedYear = Pick<CitedPaper, 'versions' | 'updated_at' | 'submitted_at'>;

function toAuthors(authors: readonly string[]): string {
  const named = authors.slice(0, MAX_BIBTEX_AUTHORS).map(toAuthor);
  return [...named, ...(authors.length > named.length ? ['others'] : [])].join(' and ');
}

const COLLABORATION =
  /\b(?:collaborations?|consortium|group|team|project|network|society|institute|committee|university)\b/i;
/** Without braces, BibTeX would treat the suffix as the family name. */
const SUFFIX = /\s\S+\s(?:jr|sr|i{2,3}|iv|v)\.?$/i;

/** Braces keep a name together if it is a single unit, or contains text that BibTeX reads as a separator of names. */
function toAuthor(name: string): string {
  const written = toLatex(name);
  const isWhole = / and |,|^others$/i.test(name) || COLLABORATION.test(name) || SUFFIX.test(name);
  return isWhole ? `{${written}}` : written;
}

/** Mathematics between dollar signs or LaTeX's own brackets; an escaped dollar sign does not start any. */
const MATHEMATICS =
  /(?<!\\)\$\$[^$]+\$\$|(?<!\\)\$(?:[^$\\]|\\[^])+\$|\\\([^]{0,2000}?\\\)|\\\[[^]{0,2000}?\\\]/gu;
/** A macro; a letter with its marks; what LaTeX reads as a command; what is not ASCII. */
// eslint-disable-next-line no-control-regex -- the ASCII range itself
const SPECIAL = /\\(?:[a-zA-Z]+|[^]?)|[^]\p{M}+|[&%#_^~$]|[^\x00-\x7f]/gu;
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
  if (special.startsWith('\\'))
    return isStandardLatex(special) ? special : `\\textbackslash{}${special.slice(1)}`;
  return /^[&%#_$]$/.test(special) ? `\\${special}` : toMacros(special);
}

/**
 * A character as macros that LaTeX knows; the character itself if there are none, because LaTeX reads it as UTF-8.
 */
function toMacros(character: string): string {
  const math = bibtex.base[character]?.math;
  const choices = [
    characters.tolatex(character),
    math === undefined ? '' : `$${math}$`,
    toAccents(character),
  ];
  const written = choices.find((choice) => choice !== '' && isStandardLatex(choice)) ?? character;
  // Within braces, a macro neither swallows the following space nor splits a word of a name.
  return written.includes('\\') ? `{${written}}` : written;
}

const ACCENTS: ReadonlyMap<string, string> = new Map(
  Object.entries(TEXT_ACCENTS).map(([name, mark]) => [mark, name]),
);

/** One macro around another for each accent of the letter: `\'{\=a}`; empty if one has no macro. */
function toAccents(character: string): string {
  const [letter = '', ...marks] = character.normalize('NFD');
  const names = marks.map((mark) => ACCENTS.get(mark));
  if (!/^[a-zA-Z]$/.test(letter) || !names.every((name) => name !== undefined)) return '';
  return names.reduce((inner, name) => toAccent(name, inner), letter);
}

function toAccent(name: string, argument: string): string {
  if (argument.length > 1) return `\\${name}{${argument}}`;
  return /^[a-zA-Z]/.test(name) ? `\\${name} ${argument}` : `\\${name}${argument}`;
}

function escapeFormula(formula: string): string {
  // eslint-disable-next-line no-control-regex -- the ASCII range itself
  return formula.replace(/[^\x00-\x7f]/gu, (character) => {
    const math = bibtex.base[character]?.math;
    return math === undefined || !isStandardLatex(math) ? character : `{${math}}`;
  });
}

/** BibTeX counts braces, including escaped ones. Unmatched braces are written by name. */
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
