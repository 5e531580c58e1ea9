import type { SearchResultResolvers } from '../generated/graphql.js';
import { highlight } from '../search/highlight/highlight.js';

export const SearchResult: SearchResultResolvers = {
  highlights: (result, _args, context) => highlight(context, result),
};
