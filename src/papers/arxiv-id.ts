import { ARCHIVES } from './taxonomy.js';

/**
 * arXiv identifiers (https://info.arxiv.org/help/arxiv_identifier.html): `YYMM.NNNN` from April 2007, `YYMM.NNNNN`
 * from 2015, and `archive[.subject-class]/YYMMNNN` before.
 */
const MONTH = '(?:0[1-9]|1[0-2])';
const NEW_STYLE = `(\\d{2}${MONTH}\\.\\d{4,5})`;
const BARE = new RegExp(`^${NEW_STYLE}$`);
const OLD_STYLE = `([a-z]+(?:-[a-z]+)?)(?:\\.[a-z-]{2,9})? ?\\\\?\\/{1,2} ?(\\d{2}${MONTH}\\d{3})`;
const VERSION = '(?:[/ ]?\\(?v\\d{1,4}\\)?)?';
const FILE_ENDS = '(?:\\.(?:pdf|ps|tar|gz|zip|html?|txt|tex|xml|json|bib))*';
const IDENTIFIER = `(?:${NEW_STYLE}|${OLD_STYLE})(?!\\d)${VERSION}${FILE_ENDS}`;

/** Words before an identifier that announce it: `arXiv preprint arXiv:`, `oai:arXiv.org:`, DBLP's `CoRR abs/`. */
const LABEL =
  '(?:(?:10\\.48550\\/arxiv\\.|arxiv\\.org|arxiv|e-?prints?|preprints?|corr|identifier|id|number|no|oai|doi|urn|info|dblp|journals|abs|pdf|html)' +
  '[ :.,/_#={[("\'-]*)*';
/** Words after an identifier in papers and lists of references: `[cs.CL] 2 Aug 2023`, `, 2017`, `(cs.CL)`. */
const STAMP =
  '(?:(?:[ ,;]+|(?=[[(]))(?:\\[[^\\]]{2,60}(?:\\]|$)|\\(?[a-z-]{2,9}\\.[a-z-]{2,9}\\)?|\\(?(?:\\d{1,2} )?(?:[a-z]{3,9}\\.? )?(?:19|20)\\d\\d\\)?|preprint)){0,4}';
const NAMED = new RegExp(`^${LABEL}${IDENTIFIER}(?:[?#].*)?${STAMP}$`, 'i');

/** In the address of a site that shows papers. Like arXiv, this ignores anything after the identifier in a path. */
const IN_PATH = new RegExp(`^(?:[a-z0-9_-]+\\/+){0,5}?(?:arxiv[:.-])?${IDENTIFIER}(?:[/?# ].*)?$`, 'i');
/** In any address: `…/arxiv:1706.03762`, `…/10.48550/arXiv.1706.03762`. */
const IN_ANY_ADDRESS = new RegExp(`(?<![a-z])arxiv[:.]${IDENTIFIER}(?![a-z0-9])`, 'i');
/**
 * Keys of other databases: ADS's `2017arXiv170603762V`, `2012arXiv1207.0580H`; DBLP's `journals/corr/abs-1706-03762`.
 */
const IN_KEY =
  /^(?:dblp:)?(?:[a-z]+\/+){0,3}(?:(?:19|20)\d\darxiv(\d{4})\.?(\d{4,5})[a-z]|abs-(\d{4})-(\d{4,5}))(?:[/?#.].*)?$/i;
/**
 * Parameters that contain papers in requests to arXiv's API, its OAI server, INSPIRE, arxiv-sanity and papers.cool.
 */
const PARAMETERS = ['id_list', 'identifier', 'q', 'p', 'pid', 'paper'];
const INSPIRE_TERM = /^(?:find )?(?:e-?print|arxiv)[: ]+/i;

const ADDRESS = /^(https?:)?(?:\/\/)?((?:[a-z0-9-]+\.)+[a-z]{2,6})(?::\d{1,5})?\/+(.*)$/i;
/**
 * An address within an address, `https://web.archive.org/web/2020/https://arxiv.org/…`, or after words that announce
 * it.
 */
const INNER_ADDRESS = new RegExp(`^(?:https?:\\/\\/\\S*|${LABEL})(https?:\\/\\/\\S+)$`, 'i');
/** Sites whose paths contain arXiv identifiers, including mirrors and subdomains. Early mirrors were called `xxx`. */
const HOSTS =
  /^xxx\.|(?:^|\.)(?:(?:arxiv|alphaxiv|ar5iv|semanticscholar|dblp|talk2arxiv)\.org|(?:xxx|arxiv)\.lanl\.gov|front\.math\.ucdavis\.edu|huggingface\.co|hf\.co|(?:scirate|arxiv-vanity|emergentmind|connectedpapers|arxiv-sanity-lite|arxiv-sanity|paperswithcode)\.com|inspirehep\.net|papers\.cool|archive\.org|dblp\.uni-trier\.de|adsabs\.harvard\.edu)$/i;

/** Longer than any usual form with its query string; longer texts are not parsed. */
const MAX_LENGTH = 500;
const AROUND_START = /^[\s<([{"'“‘«`]+/;
const MARKS_AT_END = new Set(' \n\t\r>)]}"\'”’»`.,;:!?');
/** Non-breaking hyphens, dashes and the minus sign. */
const HYPHENS = /[‐-―−]/g;
/** Zero-width spaces, direction marks and other invisible characters. */
const INVISIBLE = /\p{Cf}/gu;

/**
 * The bare identifier in any usual form: `1706.03762v5`, `arXiv:1706.03762v7 [cs.CL]`, an address at arXiv, at one of
 * its mirrors or at a site that shows its papers, arXiv's DOI, `hep-th/9901001`, `math.GT/0309136` (the subject class
 * is not part of the identifier). Surrounding brackets, quotes and punctuation are ignored.
 *
 * @returns the identifier without version, or null if the text is not an identifier.
 */
export function parseArxivId(text: string): string | null {
  if (text.length > MAX_LENGTH) return null;
  if (BARE.test(text)) return text;
  const tidy = text.normalize('NFKC').replace(INVISIBLE, '');
  const bare = withoutMarks(decodeAddress(tidy).replace(HYPHENS, '-'));
  const address = INNER_ADDRESS.exec(bare)?.[1] ?? bare;
  const [, scheme, host, path = ''] = ADDRESS.exec(address) ?? [];
  if (host !== undefined && HOSTS.test(host)) {
    const id = toIdentifier(IN_PATH.exec(path)) ?? identifierInKey(path) ?? identifierInParameters(path);
    if (id !== null) return id;
  }
  if (scheme !== undefined || host !== undefined) {
    const id = toIdentifier(IN_ANY_ADDRESS.exec(path));
    if (id !== null || scheme !== undefined) return id;
  }
  return toIdentifier(NAMED.exec(bare)) ?? identifierInKey(bare);
}

/** The first day of an identifier's month, as `YYYY-MM-DD`; null if `id` is not a bare identifier. */
export function arxivIdMonth(id: string): string | null {
  const [, yy, month] = /^(?:[a-z-]+\/)?(\d{2})(0[1-9]|1[0-2])(?:\.\d{4,5}|\d{3})$/i.exec(id) ?? [];
  if (yy === undefined || month === undefined || id.includes('/') === id.includes('.')) return null;
  // arXiv began in August 1991, so 91 to 99 are years of the last century.
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

/** Decodes `%2F` and the like. Text that is not an address may contain a single percent sign. */
function decodeAddress(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
