import { PublicError } from '../../errors/errors.js';
import type { QueryResolvers } from '../../generated/graphql.js';

export const corpus: NonNullable<QueryResolvers['corpus']> = async (_query, _args, context) => {
  const collection = await context.describe();
  if (!collection) throw new PublicError('STORE_UNAVAILABLE', 'The collection of papers is gone');
  return collection;
};
