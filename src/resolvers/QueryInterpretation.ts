import { findUnknownAuthors } from '../directory/did-you-mean.js';
import type { QueryInterpretationResolvers } from '../generated/graphql.js';

export const QueryInterpretation: QueryInterpretationResolvers = {
  unknownAuthors: ({ authors }, _args, context) => findUnknownAuthors(context, authors),
};
