import { findAuthor } from '../../directory/author.js';
import type { QueryResolvers } from '../../generated/graphql.js';

export const author: NonNullable<QueryResolvers['author']> = async (_query, { name }, context) => {
  const found = await findAuthor(context, name);
  return found === null ? null : { name: found };
};
