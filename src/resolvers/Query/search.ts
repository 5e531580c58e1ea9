import type { QueryResolvers } from '../../generated/graphql.js';
import { search as searchPapers } from '../../search/search.js';
import { selectedHitFields } from '../selected-fields.js';

export const search: NonNullable<QueryResolvers['search']> = (_query, args, context, info) =>
  searchPapers(context, args, selectedHitFields(info));
