import { bibtex, Transform } from 'unicode2latex';
import { keyNameOf, toCitationKey } from './citation-key.js';
import { splitDois } from './doi.js';
import { isStandardLatex, TEXT_ACCENTS } from './latex-macros.js';
import type { PaperPayload } from './payload.js';

/** What an entry is made of. */
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

/** Authors that an entry names; of more it says `and others`, which BibTeX prints as "et al.". */
export const MAX_BIBTEX_AUTHORS = 50;

/**
 * The entry that arXiv's own export gives (arxiv-browse, `browse/formatting/cite.py`): the same key, fields and order,
 * to the spaces. Values are escaped, which arXiv leaves to its authors: characters that LaTeX reads as commands, accents
 * and signs outside ASCII, macros that it does not know, and braces without a partner, which would end the entry.
 * Mathematics stays as it is. Long lists of authors are cut off.
 */
export function toBibtex(paper: CitedPaper): string {
  const { id, title = '', authors = [], primary_category: primaryClass } = paper;
  const year = toYear(paper);
  // Papers that were loaded before keys were kept have none.
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
    // As it is: URLs are printed letter by letter. Braces in one would be the entry's.
    ...(doi === undefined
      ? []
      : [`      doi={https://doi.org/${doi.replace(/[{}]/g, encodeURIComponent)}},`]),
    `      url={https://arxiv.org/abs/${id}}, `,
    '}',
  ].join('\n');
}

/** The year of the newest version, as arXiv has it; empty when nothing tells it. */
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
/** BibTeX would take the suffix for the family name. */
const SUFFIX = /\s\S+\s(?:jr|sr|i{2,3}|iv|v)\.?$/i;

/** What is one name as a whole, or holds what BibTeX reads as a border of names, is kept together by braces. */
function toAuthor(name: string): string {
  const written = toLatex(name);
  const isWhole = / and |,|^others$/i.test(name) || COLLABORATION.test(name) || SUFFIX.test(name);
  return isWhole ? `{${written}}` : written;
}

/** Mathematics between dollar signs or LaTeX's own brackets; an escaped dollar begins none. */
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

/** A character by macros that LaTeX knows; itself where there are none, which LaTeX reads as UTF-8. */
function toMacros(character: string): string {
  const math = bibtex.base[character]?.math;
  const choices = [
    characters.tolatex(character),
    math === undefined ? '' : `$${math}$`,
    toAccents(character),
  ];
  const written = choices.find((choice) => choice !== '' && isStandardLatex(choice)) ?? character;
  // In braces a macro neither swallows the space after it nor ends a word of a name.
  return written.includes('\\') ? `{${written}}` : written;
}

const ACCENTS: ReadonlyMap<string, string> = new Map(
  Object.entries(TEXT_ACCENTS).map(([name, mark]) => [mark, name]),
);

/** Accents around each other, as many as the letter has: `\'{\=a}`; empty where one has no macro. */
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
