import { selectedPayloadFields } from '../../cost/plan-operation.js';
import type { QueryResolvers } from '../../generated/graphql.js';
import { searchGroups as groupResults } from '../../search/groups.js';

export const searchGroups: NonNullable<QueryResolvers['searchGroups']> = (_query, args, context, info) =>
  groupResults(context, args, selectedPayloadFields(context.plan, info.fieldNodes));
