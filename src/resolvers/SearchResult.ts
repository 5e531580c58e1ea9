import type { SearchResultParent } from './parents.js';
import type { SearchResultResolvers } from '../generated/graphql.js';
import { oncePer } from '../once-per.js';
import { highlight } from '../search/highlight/highlight.js';
import { toResultId } from '../search/ranked-paper.js';
import type { Context } from '../server/operation.js';

const highlightsOf = oncePer((result: SearchResultParent, context: Context) => highlight(context, result));

export const SearchResult: SearchResultResolvers = {
  id: (result) => toResultId(result),
  highlights: (result, _args, context) => highlightsOf(result, context),
};
