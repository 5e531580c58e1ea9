import { findUnknownAuthors } from '../directory/did-you-mean.js';
import type { QueryInterpretationResolvers } from '../generated/graphql.js';
import { toDescription, toSearchFilter } from '../search/expression.js';
import { positiveConditions } from '../search/interpret.js';
import { toQueryParts } from '../search/query-parts.js';

export const QueryInterpretation: QueryInterpretationResolvers = {
  description: ({ expression }) => (expression === null ? null : toDescription(expression)),
  filter: ({ expression }) => expression && toSearchFilter(expression),
  parts: ({ read }) => toQueryParts(read),
  unknownAuthors: ({ expression }, _args, context) => {
    const names = positiveConditions(expression).flatMap((each) =>
      each.kind === 'author' ? [each.name] : [],
    );
    return findUnknownAuthors(context, [...new Set(names)]);
  },
};
