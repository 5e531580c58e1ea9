import { selectedPayloadFields } from '../../cost/plan-operation.js';
import type { QueryResolvers } from '../../generated/graphql.js';
import { findPaper } from '../../search/find-papers.js';

export const paper: NonNullable<QueryResolvers['paper']> = (_query, { id }, context, info) =>
  findPaper(context, id, selectedPayloadFields(context.plan, info.fieldNodes));
