import type { AuthorVariantResolvers } from '../generated/graphql.js';

export const AuthorVariant: AuthorVariantResolvers = {
  name: ({ text }) => text,
  paperCount: ({ papers }) => papers,
};
