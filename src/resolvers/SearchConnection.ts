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
  facets: ({ filter }, args, context) => countBuckets(context, args, filter),
  totalCount: ({ filter }, _args, context) => context.count(filter),
};
