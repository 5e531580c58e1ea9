import type { QueryResolvers } from '../../generated/graphql.js';
import { findPaper } from '../../search/find-papers.js';
import { selectedPayloadFields } from '../selected-fields.js';

export const paper: NonNullable<QueryResolvers['paper']> = (_query, { id }, context, info) =>
  findPaper(context, id, selectedPayloadFields(info, []));
