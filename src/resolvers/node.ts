import { selectedPayloadFields } from '../cost/plan-operation.js';
import { findAuthor } from '../directory/author.js';
import { BadUserInputError } from '../errors/errors.js';
import type { Resolvers } from '../generated/graphql.js';
import { parseArxivId } from '../papers/arxiv-id.js';
import { findCategory } from '../papers/taxonomy.js';
import { findPaper } from '../search/find-papers.js';

export const node: Resolvers = {
  Query: {
    node: async (_query, { id }, context, info) => {
      const key = parseNodeId(id);
      switch (key?.kind) {
        case 'author':
          // The id determines the spelling.
          return (await findAuthor(context, key.name, ['id'])) === null ? null : { name: key.name };
        case 'category':
          return findCategory(key.code)?.code === key.code ? key.code : null;
        case 'paper':
          return findPaper(context, key.arxivId, selectedPayloadFields(context.plan, info.fieldNodes));
        case undefined:
          throw new BadUserInputError(
            `"${id}" is not an id of this API; pass one that it has returned, such as 1706.03762 or category:cs.CV`,
            ['id'],
          );
      }
    },
  },
  Node: {
    __resolveType: (found) => {
      if (typeof found === 'string') return 'Category';
      return 'payload' in found ? 'Paper' : 'Author';
    },
  },
};

/** The object that an id of the API identifies. */
type NodeKey =
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
function parseNodeId(id: string): NodeKey | null {
  if (id.startsWith(AUTHOR)) return { kind: 'author', name: id.slice(AUTHOR.length) };
  if (id.startsWith(CATEGORY)) return { kind: 'category', code: id.slice(CATEGORY.length) };
  return parseArxivId(id) === id ? { kind: 'paper', arxivId: id } : null;
}
