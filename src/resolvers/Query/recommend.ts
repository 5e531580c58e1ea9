import type { QueryResolvers } from '../../generated/graphql.js';
import { recommend as recommendPapers } from '../../search/recommend.js';
import { selectedHitFields } from '../selected-fields.js';

export const recommend: NonNullable<QueryResolvers['recommend']> = (_query, args, context, info) =>
  recommendPapers(context, args, selectedHitFields(info));
