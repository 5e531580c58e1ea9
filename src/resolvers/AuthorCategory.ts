import type { AuthorCategoryResolvers } from '../generated/graphql.js';

export const AuthorCategory: AuthorCategoryResolvers = {
  category: ({ value }) => value,
  paperCount: ({ papers }) => papers,
};
