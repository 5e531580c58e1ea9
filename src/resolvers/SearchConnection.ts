import type { SearchConnectionResolvers } from '../generated/graphql.js';
import { countBuckets } from '../search/facets.js';

export const SearchConnection: SearchConnectionResolvers = {
  nodes: ({ edges }) => edges.map(({ node }) => node),
  pageInfo: ({ edges, hasNextPage, hasPreviousPage }) => ({
    hasNextPage,
    hasPreviousPage,
    startCursor: edges.at(0)?.cursor ?? null,
    endCursor: edges.at(-1)?.cursor ?? null,
  }),
  facets: (page, args, context) => countBuckets(context, args, page),
  foundCount: async ({ found }) => (await found.count()).count,
  isExact: async ({ found }) => (await found.count()).isExact,
  totalCount: ({ filter }, _args, context) => context.count(filter),
};
