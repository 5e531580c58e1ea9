import { parseArxivId } from './arxiv-id.js';

/**
 * Addresses of resolvers, and words that announce a DOI: `https://doi.org/`, `info:doi/`, `DOI: `. One may precede
 * another: `https://doi.org/doi:10.…`.
 */
const RESOLVER =
  /^(?:(?:https?:\/\/)?(?:www\.|dx\.)?doi\.org\/+|(?:https?:\/\/)?hdl\.handle\.net\/+|(?:info|urn):doi[:/]|doi[:\s]\s*)+/i;
const AROUND: readonly [RegExp, RegExp][] = [
  [/^</, />$/],
  [/^\(/, /\)$/],
  [/^\[/, /\]$/],
  [/^"/, /"$/],
];
const DOI = /^10\.\d{4,9}\/\S+$/;
/**
 * Where another DOI begins: after white space, or after a separator followed by a DOI. A run of separators is read
 * only from its first character, so that a long one takes linear time.
 */
const NEXT = /(?<![\s,;])[\s,;]+(?=(?:and\s+)?(?:https?:|doi:|10\.\d))|\s+/i;
const MARKS_AT_END = /(?<![.,;])[.,;]+$/;
/** A registrant may have divisions: `10.1000.10/…`. Their number is limited for the same reason. */
const DOI_WITHIN = /10\.\d{4,9}(?:\.\d+){0,4}\/\S+/;
const ARXIV_DOI = '10.48550/arxiv.';

/**
 * A DOI for comparison, in lower case, because DOIs are case-insensitive (https://www.doi.org/doi-handbook/, 3.4).
 */
export function toDoiKey(doi: string): string {
  return tidy(doi).replace(RESOLVER, '').replace(/%2f/i, '/').toLowerCase();
}

/** Removes surrounding punctuation and brackets, and everything after a question mark in an address. */
function tidy(doi: string): string {
  const bare = doi.trim().replace(MARKS_AT_END, '');
  const around = AROUND.find(([start, end]) => start.test(bare) && end.test(bare));
  const inside = around ? bare.slice(1, -1) : bare;
  return /^https?:/i.test(inside) ? inside.replace(/[?#].*$/, '') : inside;
}

/** Whether the text is a DOI, with or without a resolver's address. */
export function isDoi(text: string): boolean {
  return DOI.test(toDoiKey(text));
}

/**
 * The paper that one of arXiv's own DOIs (`10.48550/arXiv.1706.03762`) identifies; null for a DOI of another
 * publisher.
 */
export function arxivIdOfDoi(doi: string): string | null {
  const key = toDoiKey(doi);
  return key.startsWith(ARXIV_DOI) ? parseArxivId(key) : null;
}

/** The DOIs in a field of a record, without resolvers and other surrounding text. */
export function splitDois(field: string): string[] {
  const parts = field.replace(/%2f/gi, '/').split(NEXT);
  return parts.map((part) => DOI_WITHIN.exec(tidy(part))?.[0]).filter((doi) => doi !== undefined);
}
