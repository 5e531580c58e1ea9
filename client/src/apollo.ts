import type { PossibleTypesMap, TypePolicies } from '@apollo/client/cache';
import { relayStylePagination } from '@apollo/client/utilities';

/** The types of each interface, for fragments on `Node`. */
export const possibleTypes: PossibleTypesMap = { Node: ['Author', 'Category', 'Paper'] };

/** Which of a list's arguments make it another list: all but those that page. */
const LISTS = {
  search: ['query', 'filter', 'mode', 'ranking', 'orderBy', 'params', 'interpret'],
  recommend: ['like', 'unlike', 'filter', 'strategy'],
  similarConnection: ['filter'],
  papers: ['filter'],
};

/**
 * Policies for Apollo Client's `InMemoryCache`: the pages of a list are joined as they are fetched, whether by `after` or by
 * `before`. Select `edges` and `pageInfo`: the `nodes` of pages are not joined.
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
