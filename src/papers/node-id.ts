import { parseArxivId } from './arxiv-id.js';

/** The object that an id of the API identifies. */
export type NodeKey =
  { kind: 'author'; name: string } | { kind: 'category'; code: string } | { kind: 'paper'; arxivId: string };

/**
 * Ids of objects of all types. Each identifies only one object: ids of papers are those of arXiv, which contain no
 * colon.
 *
 * @see docs/decisions/0015-node-ids.md
 */
const AUTHOR = 'author:';
const CATEGORY = 'category:';

export function toAuthorId(name: string): string {
  return AUTHOR + name;
}

export function toCategoryId(code: string): string {
  return CATEGORY + code;
}

/** Null for any text that the API never returns as an id, including other forms of arXiv's identifiers. */
export function parseNodeId(id: string): NodeKey | null {
  if (id.startsWith(AUTHOR)) return { kind: 'author', name: id.slice(AUTHOR.length) };
  if (id.startsWith(CATEGORY)) return { kind: 'category', code: id.slice(CATEGORY.length) };
  return parseArxivId(id) === id ? { kind: 'paper', arxivId: id } : null;
}
