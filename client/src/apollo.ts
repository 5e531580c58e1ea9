import type { PossibleTypesMap, TypePolicies } from '@apollo/client/cache';
import { relayStylePagination } from '@apollo/client/utilities';

/** The types that implement each interface, for fragments on `Node`. */
export const possibleTypes: PossibleTypesMap = { Node: ['Author', 'Category', 'Paper'] };

/** The arguments that identify a list: all except those for paging. */
const LISTS = {
  search: ['query', 'filter', 'mode', 'ranking', 'orderBy', 'params', 'interpret'],
  recommend: ['like', 'unlike', 'filter', 'strategy'],
  similarConnection: ['filter'],
  papers: ['filter'],
};

/**
 * Policies for Apollo Client's `InMemoryCache`. They join the pages of a list as they are fetched, with `after` or `before`.
 * Select `edges` and `pageInfo`, because the `nodes` of pages are not joined.
 */
export const typePolicies: TypePolicies = {
  Query: {
    fields: {
      search: relayStylePagination(LISTS.search),
      recommend: relayStylePagination(LISTS.recommend),
    },
  },
  Author: { fields: { papers: relayStylePagination(LISTS.papers) } },
  Category: { fields: { papers: relayStylePagination(LISTS.papers) } },
  Paper: { fields: { similarConnection: relayStylePagination(LISTS.similarConnection) } },
};
