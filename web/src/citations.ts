/** The parts of a paper that a reference needs. */
export interface CitedPaper {
  id: string;
  title: string;
  abstract: string;
  authors: readonly { name: string }[];
  submittedAt?: string | null | undefined;
  journalRef?: string | null | undefined;
  doi?: string | null | undefined;
  url: string;
}

/** One RIS record, as reference managers import it. */
export function toRis(paper: CitedPaper): string {
  const lines: [string, string | null | undefined][] = [
    ['TY', 'UNPB'],
    ['ID', paper.id],
    ['TI', paper.title],
    ...paper.authors.map(({ name }): [string, string] => ['AU', familyFirst(name)]),
    ['PY', paper.submittedAt?.slice(0, 4)],
    ['DA', paper.submittedAt?.slice(0, 10).replaceAll('-', '/')],
    ['AB', paper.abstract],
    ['JO', paper.journalRef],
    ['DO', firstDoi(paper)],
    ['PB', 'arXiv'],
    ['UR', paper.url],
  ];
  const written = lines.flatMap(([tag, value]) => (value ? [`${tag}  - ${value.replace(/\s+/g, ' ')}`] : []));
  return [...written, 'ER  - ', ''].join('\r\n');
}

/** One item of CSL-JSON, version 1.0.2. */
export function toCsl(paper: CitedPaper): Record<string, unknown> {
  const day = paper.submittedAt?.slice(0, 10).split('-').map(Number);
  const doi = firstDoi(paper);
  return {
    id: `arXiv:${paper.id}`,
    type: 'article',
    title: paper.title,
    author: paper.authors.map(({ name }) => toCslName(name)),
    ...(day && { issued: { 'date-parts': [day] } }),
    abstract: paper.abstract,
    publisher: 'arXiv',
    number: `arXiv:${paper.id}`,
    ...(paper.journalRef && { note: paper.journalRef }),
    ...(doi !== null && { DOI: doi }),
    URL: paper.url,
  };
}

/** A paper can have several DOIs, separated by spaces. */
function firstDoi({ doi }: CitedPaper): string | null {
  const first = doi?.trim().split(/\s+/)[0];
  return first !== undefined && /^10\.\d+\/\S+$/.test(first) ? first : null;
}

const COLLABORATION = /\b(?:collaboration|consortium|team|group|project)\b/i;
const PARTICLES = new Set('van von der den de del della di da dos du la le ten ter zu'.split(' '));

/** The family name is the last word and the particles before it. */
function partName(name: string): { family: string; given: string } | null {
  const words = name.split(' ');
  if (words.length < 2 || COLLABORATION.test(name)) return null;
  let at = words.length - 1;
  while (at > 1 && PARTICLES.has(words[at - 1] ?? '')) at -= 1;
  return { family: words.slice(at).join(' '), given: words.slice(0, at).join(' ') };
}

function familyFirst(name: string): string {
  const parts = partName(name);
  return parts ? `${parts.family}, ${parts.given}` : name;
}

function toCslName(name: string): Record<string, string> {
  return { ...(partName(name) ?? { literal: name }) };
}
