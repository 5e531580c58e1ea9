import { findAuthor } from '../../directory/author.js';
import type { QueryResolvers } from '../../generated/graphql.js';

export const author: NonNullable<QueryResolvers['author']> = (_query, { name }, context) =>
  findAuthor(context, name);
