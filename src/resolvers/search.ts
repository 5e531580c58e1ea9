import { channel } from 'node:diagnostics_channel';
import type { Context } from '../callers/caller.js';
import { selectedPayloadFields } from '../cost/plan-operation.js';
import { findUnknownAuthors } from '../directory/did-you-mean.js';
import type { Resolvers } from '../generated/graphql.js';
import { oncePer } from '../once-per.js';
import { toDescription, toSearchFilter } from '../search/expression.js';
import { countBuckets } from '../search/facets.js';
import { searchGroups } from '../search/groups.js';
import { highlight } from '../search/highlight.js';
import { positiveConditions } from '../search/interpret.js';
import { toResultId } from '../search/paging.js';
import { toQueryParts } from '../search/query-parts.js';
import { recommend } from '../search/recommend.js';
import { searchPapers } from '../search/search.js';
import type { SearchResultParent } from './parents.js';

/** Channel for metrics about searches with degraded results. */
const degradedSearches = channel('paperql:degraded-searches');

/** Finds papers by text or by examples, and resolves the fields of the results. */
export const search: Resolvers = {
  Query: {
    search: async (_query, args, context, info) => {
      const page = await searchPapers(context, args, selectedPayloadFields(context.plan, info.fieldNodes));
      const cause = page.degraded?.cause;
      if (page.degraded && degradedSearches.hasSubscribers) degradedSearches.publish(page.degraded.reason);
      if (cause) context.log.warn({ err: cause }, 'a search was answered by words alone');
      const { rerankFailure } = page;
      if (rerankFailure) context.log.warn({ err: rerankFailure }, 'a search was not reranked');
      return page;
    },
    searchGroups: (_query, args, context, info) =>
      searchGroups(context, args, selectedPayloadFields(context.plan, info.fieldNodes)),
    recommend: (_query, args, context, info) =>
      recommend(context, args, selectedPayloadFields(context.plan, info.fieldNodes)),
  },
  SearchConnection: {
    nodes: ({ edges }) => edges.map(({ node }) => node),
    pageInfo: ({ edges, hasNextPage, hasPreviousPage }) => ({
      hasNextPage,
      hasPreviousPage,
      startCursor: edges.at(0)?.cursor() ?? null,
      endCursor: edges.at(-1)?.cursor() ?? null,
    }),
    facets: (page, args, context) => countBuckets(context, args, page),
    foundCount: async ({ found }) => (await found.count()).count,
    isExact: async ({ found }) => (await found.count()).isExact,
    totalCount: ({ filter }, _args, context) => context.count(filter),
    degraded: ({ degraded }) => degraded ?? null,
  },
  SearchResult: {
    id: (result) => toResultId(result),
    paper: (result) => result,
    highlights: (result, _args, context) => highlightsOf(result, context),
  },
  QueryInterpretation: {
    description: ({ expression }) => (expression === null ? null : toDescription(expression)),
    filter: ({ expression }) => expression && toSearchFilter(expression),
    parts: ({ read }) => toQueryParts(read),
    unknownAuthors: ({ expression }, _args, context) => {
      const names = positiveConditions(expression).flatMap((each) =>
        each.kind === 'author' ? [each.name] : [],
      );
      return findUnknownAuthors(context, [...new Set(names)]);
    },
  },
};

const highlightsOf = oncePer((result: SearchResultParent, context: Context) => highlight(context, result));
