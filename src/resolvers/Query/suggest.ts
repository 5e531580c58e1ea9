import { suggest as suggestTexts } from '../../directory/suggest.js';
import type { QueryResolvers } from '../../generated/graphql.js';

export const suggest: NonNullable<QueryResolvers['suggest']> = (_query, args, context) =>
  suggestTexts(context, args);
