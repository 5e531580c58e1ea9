import type { QueryResolvers } from '../../generated/graphql.js';
import { searchGroups as groupResults } from '../../search/groups.js';
import { selectedPayloadFields } from '../selected-fields.js';

export const searchGroups: NonNullable<QueryResolvers['searchGroups']> = (_query, args, context, info) =>
  groupResults(context, args, selectedPayloadFields(info, ['nodes', 'paper']));
