/**
 * arXiv identifiers (https://info.arxiv.org/help/arxiv_identifier.html): `YYMM.NNNN` from April 2007, `YYMM.NNNNN`
 * from 2015, and `archive[.subject-class]/YYMMNNN` before.
 */
const NEW_STYLE = /^(\d{2})(0[1-9]|1[0-2])\.(\d{4,5})$/;
const OLD_STYLE = /^([a-z]+(?:-[a-z]+)?)(?:\.[a-z]{2})?\/(\d{2})(0[1-9]|1[0-2])(\d{3})$/i;
const VERSION = /v\d+$/i;
/** Longer than any usual form with its query string: nothing beyond is looked at. */
const MAX_LENGTH = 500;
const PREFIX =
  /^(?:arxiv:|(?:https?:\/\/)?(?:www\.|export\.|browse\.)?arxiv\.org\/(?:abs|pdf|html|format|src|e-print)\/|(?:https?:\/\/)?(?:dx\.)?doi\.org\/10\.48550\/arxiv\.|10\.48550\/arxiv\.)\s*/i;

/**
 * The bare identifier in any usual form: `1706.03762v5`, `arXiv:1706.03762`, an abs or pdf URL, the arXiv DOI,
 * `hep-th/9901001`, `math.GT/0309136` (the subject class is no part of the identifier).
 *
 * @returns the identifier without version, or null when the text is none.
 */
export function parseArxivId(text: string): string | null {
  if (text.length > MAX_LENGTH) return null;
  const bare = text
    .trim()
    .replace(PREFIX, '')
    .replace(/[?#].*$/, '')
    .replace(/\/$/, '')
    .replace(/\.pdf$/i, '')
    .replace(VERSION, '');
  if (NEW_STYLE.test(bare)) return bare;
  const old = OLD_STYLE.exec(bare);
  return old ? `${old[1]?.toLowerCase()}/${old[2]}${old[3]}${old[4]}` : null;
}

/** First day of the month in which the identifier was given, as `YYYY-MM-DD`; null when `id` is no identifier. */
export function arxivIdMonth(id: string): string | null {
  const digits = NEW_STYLE.exec(id)?.slice(1, 3) ?? OLD_STYLE.exec(id)?.slice(2, 4);
  if (!digits) return null;
  const [yy = '', month = ''] = digits;
  // arXiv began in August 1991, so 91 to 99 are of the last century.
  return `${Number(yy) >= 91 ? '19' : '20'}${yy}-${month}-01`;
}
