import { parseArxivId } from './arxiv-id.js';

/** What an id of the API stands for. */
export type NodeKey =
  { kind: 'author'; name: string } | { kind: 'category'; code: string } | { kind: 'paper'; arxivId: string };

/**
 * Ids of objects of every type, each of one object alone: those of papers are arXiv's, which contain no colon.
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

/** Null for what the API gives as no object's id, other forms of arXiv's identifiers included. */
export function parseNodeId(id: string): NodeKey | null {
  if (id.startsWith(AUTHOR)) return { kind: 'author', name: id.slice(AUTHOR.length) };
  if (id.startsWith(CATEGORY)) return { kind: 'category', code: id.slice(CATEGORY.length) };
  return parseArxivId(id) === id ? { kind: 'paper', arxivId: id } : null;
}
