import { selectedPayloadFields } from '../../cost/plan-operation.js';
import type { QueryResolvers } from '../../generated/graphql.js';
import { recommend as recommendPapers } from '../../search/recommend.js';

export const recommend: NonNullable<QueryResolvers['recommend']> = (_query, args, context, info) =>
  recommendPapers(context, args, selectedPayloadFields(context.plan, info.fieldNodes));
