import type { QueryResolvers } from '../../generated/graphql.js';
import { findPapers } from '../../search/find-papers.js';
import { selectedPayloadFields } from '../selected-fields.js';

export const paper: NonNullable<QueryResolvers['paper']> = async (_query, { id }, context, info) => {
  const [found] = await findPapers(context, [{ id, path: ['id'] }], selectedPayloadFields(info, []));
  return found ?? null;
};
