import { ARCHIVES } from './taxonomy.js';

/**
 * arXiv identifiers (https://info.arxiv.org/help/arxiv_identifier.html): `YYMM.NNNN` from April 2007, `YYMM.NNNNN`
 * from 2015, and `archive[.subject-class]/YYMMNNN` before.
 */
const NEW_STYLE = String.raw`(\d{2}(?:0[1-9]|1[0-2])\.\d{4,5})`;
const OLD_STYLE = String.raw`([a-z]+(?:-[a-z]+)?)(?:\.[a-z-]{2,9})?\/{1,2}(\d{2}(?:0[1-9]|1[0-2])\d{3})`;
const IDENTIFIER = `(?:${NEW_STYLE}|${OLD_STYLE})(?:v\\d{1,4})?`;
/** As papers carry it: `1706.03762v7 [cs.CL] 2 Aug 2023`. */
const STAMP = String.raw`(?: ?\[[a-z.-]{2,20}\]?)?(?: \d{1,2} [a-z]{3,9}\.? \d{4})?`;

/** Text before an identifier that is no address: `arXiv preprint arXiv:`, `oai:arXiv.org:`, DBLP's `CoRR abs/`. */
const LABEL = String.raw`(?:corr )?(?:(?:arxiv )?(?:e-?print|preprint)s?:? )?(?:oai:arxiv\.org:|(?:doi: ?)?10\.48550\/arxiv\.|arxiv ?[:：./] ?|arxiv |(?:abs|pdf)\/)?`;
const NAMED = new RegExp(`^${LABEL}${IDENTIFIER}(?:\\.(?:pdf|ps|gz))?(?:[?#].*)?${STAMP}$`, 'i');
/** arXiv ignores what follows the identifier in a path, and so does this. */
const IN_PATH = new RegExp(
  `^(?:[a-z_-][a-z0-9_-]*\\/+){0,3}?(?:arxiv[:.])?${IDENTIFIER}(?:\\.(?:pdf|ps|gz))?(?:[/?# ].*)?$`,
  'i',
);
/** Other signs for a paper: ADS's identifier `2017arXiv170603762V`, `2012arXiv1207.0580H`; DBLP's key `abs-1706-03762`. */
const IN_KEY =
  /^(?:[a-z]+\/+){0,3}(?:(?:19|20)\d\darxiv(\d{4})\.?(\d{4,5})[a-z]|abs-(\d{4})-(\d{4,5}))(?:[/?#.].*)?$/i;
/** Parameters in which arXiv's API, its OAI server, INSPIRE, arxiv-sanity and papers.cool are asked for papers. */
const PARAMETERS = ['id_list', 'identifier', 'q', 'p', 'pid', 'paper'];
const INSPIRE_TERM = /^(?:find )?(?:e-?print|arxiv)[: ]+/i;
const ARXIV_DOI = new RegExp(`^10\\.48550\\/arxiv\\.${IDENTIFIER}(?:[?# ].*)?$`, 'i');

const ADDRESS = /^(https?:)?(?:\/\/)?((?:[a-z0-9-]+\.)+[a-z]{2,6})(?::\d{1,5})?\/+(.*)$/i;
/** Sites whose paths hold arXiv identifiers, mirrors and subdomains included. */
const HOSTS =
  /(?:^|\.)(?:(?:arxiv|alphaxiv|ar5iv|semanticscholar|dblp)\.org|(?:xxx|arxiv)\.lanl\.gov|huggingface\.co|hf\.co|(?:scirate|arxiv-vanity|emergentmind|connectedpapers|arxiv-sanity-lite)\.com|inspirehep\.net|papers\.cool|dblp\.uni-trier\.de|adsabs\.harvard\.edu)$/i;
const DOI_HOST = /(?:^|\.)doi\.org$/i;

/** Longer than any usual form with its query string: nothing beyond is looked at. */
const MAX_LENGTH = 500;
const AROUND_START = /^[\s<([{"'“‘«`]+/;
const MARKS_AT_END = new Set(' \n\t\r>)]}"\'”’»`.,;:!?');
/** U+2010 to U+2013: hyphens that do not break, and what a typesetter makes of one. */
const HYPHENS = /[‐-–]/g;

/**
 * The bare identifier in any usual form: `1706.03762v5`, `arXiv:1706.03762v7 [cs.CL]`, an address at arXiv, at one of its
 * mirrors or at a site that shows its papers, arXiv's DOI, `hep-th/9901001`, `math.GT/0309136` (the subject class is no
 * part of the identifier). Brackets, quotes and punctuation around it do not count.
 *
 * @returns the identifier without version, or null when the text is none.
 */
export function parseArxivId(text: string): string | null {
  if (text.length > MAX_LENGTH) return null;
  const bare = withoutMarks(decodeAddress(text).replace(HYPHENS, '-'));
  const [, scheme, host, path = ''] = ADDRESS.exec(bare) ?? [];
  if (host !== undefined && HOSTS.test(host)) {
    return toIdentifier(IN_PATH.exec(path)) ?? identifierInKey(path) ?? identifierInParameters(path);
  }
  if (host !== undefined && DOI_HOST.test(host)) return toIdentifier(ARXIV_DOI.exec(path));
  return scheme === undefined ? toIdentifier(NAMED.exec(bare)) : null;
}

/** The day that an identifier's month began on, as `YYYY-MM-DD`; null when `id` is no bare identifier. */
export function arxivIdMonth(id: string): string | null {
  const [, yy, month] = /^(?:[a-z-]+\/)?(\d{2})(0[1-9]|1[0-2])(?:\.\d{4,5}|\d{3})$/i.exec(id) ?? [];
  if (yy === undefined || month === undefined || id.includes('/') === id.includes('.')) return null;
  // arXiv began in August 1991, so 91 to 99 are of the last century.
  return `${Number(yy) >= 91 ? '19' : '20'}${yy}-${month}-01`;
}

function toIdentifier(match: RegExpExecArray | null): string | null {
  if (!match) return null;
  const [, modern, archive = '', digits = ''] = match;
  if (modern !== undefined) return modern;
  return ARCHIVES.has(archive.toLowerCase()) ? `${archive.toLowerCase()}/${digits}` : null;
}

function identifierInKey(path: string): string | null {
  const [, month = '', number = '', dblpMonth = month, dblpNumber = number] = IN_KEY.exec(path) ?? [];
  return toIdentifier(NAMED.exec(`${dblpMonth}.${dblpNumber}`));
}

function identifierInParameters(path: string): string | null {
  const parameters = new URLSearchParams(path.split('#', 1)[0]?.split('?')[1]);
  const values = PARAMETERS.map((name) => parameters.get(name)?.replace(INSPIRE_TERM, '') ?? '');
  return values.map((value) => toIdentifier(NAMED.exec(value))).find((id) => id !== null) ?? null;
}

function withoutMarks(text: string): string {
  const opened = text.replace(AROUND_START, '');
  let end = opened.length;
  while (end > 0 && MARKS_AT_END.has(opened[end - 1] ?? '')) end -= 1;
  return opened.slice(0, end).replace(/\s+/g, ' ');
}

/** `%2F` and its like are what they stand for; a text that is no address may hold a lone percent sign. */
function decodeAddress(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
