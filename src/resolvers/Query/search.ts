import { selectedPayloadFields } from '../../cost/plan-operation.js';
import type { QueryResolvers } from '../../generated/graphql.js';
import { search as searchPapers } from '../../search/search.js';

export const search: NonNullable<QueryResolvers['search']> = (_query, args, context, info) =>
  searchPapers(context, args, selectedPayloadFields(context.plan, info.fieldNodes));
