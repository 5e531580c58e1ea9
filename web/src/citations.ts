/** The parts of a paper that a reference needs. */
export interface CitedPaper {
  id: string;
  title: string;
  abstract: string;
  authors: readonly { name: string }[];
  /** Can be greater than the number of `authors`. */
  authorCount: number;
  submittedAt?: string | null | undefined;
  journalRef?: string | null | undefined;
  doi?: string | null | undefined;
  url: string;
}

/**
 * One RIS record, as reference managers import it. Zotero and EndNote know `DB` and `AN` as the archive and the number
 * in it, and would read the whole journal reference as the name of a journal.
 */
export function toRis(paper: CitedPaper): string {
  const lines: [string, string | null | undefined][] = [
    ['TY', 'UNPB'],
    ['ID', paper.id],
    ['TI', paper.title],
    ...paper.authors.map(({ name }): [string, string] => ['AU', familyFirst(name)]),
    ['PY', paper.submittedAt?.slice(0, 4)],
    ['DA', paper.submittedAt?.slice(0, 10).replaceAll('-', '/')],
    ['AB', paper.abstract],
    ['DO', firstDoi(paper)],
    ['DB', 'arXiv'],
    ['AN', `arXiv:${paper.id}`],
    ['UR', paper.url],
    ...notesOn(paper).map((note): [string, string] => ['N1', note]),
  ];
  const written = lines.flatMap(([tag, value]) => (value ? [`${tag}  - ${value.replace(/\s+/g, ' ')}`] : []));
  return [...written, 'ER  - ', ''].join('\r\n');
}

/** One item of CSL-JSON, version 1.0.2. */
export function toCsl(paper: CitedPaper): Record<string, unknown> {
  const day = paper.submittedAt?.slice(0, 10).split('-').map(Number);
  const doi = firstDoi(paper);
  const notes = notesOn(paper);
  return {
    id: `arXiv:${paper.id}`,
    type: 'article',
    title: paper.title,
    author: paper.authors.map(({ name }) => toCslName(name)),
    ...(day && { issued: { 'date-parts': [day] } }),
    abstract: paper.abstract,
    publisher: 'arXiv',
    number: `arXiv:${paper.id}`,
    ...(notes.length > 0 && { note: notes.join('\n') }),
    ...(doi !== null && { DOI: doi }),
    URL: paper.url,
  };
}

/** What neither format has a field for. Neither can express "et al.". */
function notesOn({ journalRef, authors, authorCount }: CitedPaper): string[] {
  return [
    ...(journalRef ? [`Published in: ${journalRef}`] : []),
    ...(authors.length < authorCount
      ? [`Only the first ${authors.length} of ${authorCount.toLocaleString('en')} authors`]
      : []),
  ];
}

/** A paper can have several DOIs, separated by spaces. */
function firstDoi({ doi }: CitedPaper): string | null {
  const first = doi?.trim().split(/\s+/)[0];
  return first !== undefined && /^10\.\d+\/\S+$/.test(first) ? first : null;
}

interface NameParts {
  family: string;
  given: string;
  suffix?: string;
}

const COLLABORATION =
  /\b(?:collaborations?|consortium|group|team|project|network|society|institute|committee|university)\b/i;
/** In lower case; arXiv's authors also write them in capitals: `M. De Napoli`. */
const PARTICLES = new Set(
  "af al av bin da dal dalla de degli del della dem den der des di dos du el ibn la le mac ten ter van vom von zu zum zur 't ’t".split(
    ' ',
  ),
);
const SUFFIX = /^(?:jr|sr|ii|iii|iv)\.?$/i;

/**
 * A name in reading order: the family name is the last word before a suffix, with the particles before it. Null for a
 * name that is a single unit, such as that of a collaboration.
 */
function partName(name: string): NameParts | null {
  const words = name.split(' ');
  const suffix = words.length > 2 && SUFFIX.test(words.at(-1) ?? '') ? words.pop() : undefined;
  if (words.length < 2 || COLLABORATION.test(name)) return null;
  let at = words.length - 1;
  while (at > 1 && PARTICLES.has((words[at - 1] ?? '').toLowerCase())) at -= 1;
  // Some records keep the comma of "Smith, Jr."
  const family = words.slice(at).join(' ').replace(/,$/, '');
  return { family, given: words.slice(0, at).join(' '), ...(suffix !== undefined && { suffix }) };
}

/** `Family, Given, Suffix`. Without a comma, a name is read as that of an institution. */
function familyFirst(name: string): string {
  const parts = partName(name);
  if (!parts) return name.replace(/\s*,\s*/g, ' ');
  const { family, given, suffix } = parts;
  return [family, given, ...(suffix === undefined ? [] : [suffix])].join(', ');
}

function toCslName(name: string): Record<string, string> {
  return { ...(partName(name) ?? { literal: name }) };
}
