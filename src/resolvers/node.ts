import { selectedPayloadFields } from '../cost/plan-operation.js';
import { findAuthor } from '../directory/author.js';
import { BadUserInputError } from '../errors/errors.js';
import type { Resolvers } from '../generated/graphql.js';
import { parseNodeId } from '../papers/node-id.js';
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
