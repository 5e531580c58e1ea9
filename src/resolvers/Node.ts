import type { NodeResolvers } from '../generated/graphql.js';

export const Node: NodeResolvers = {
  __resolveType: (node) => {
    if (typeof node === 'string') return 'Category';
    return 'payload' in node ? 'Paper' : 'Author';
  },
};
