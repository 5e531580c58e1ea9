import type { CoauthorResolvers } from '../generated/graphql.js';

export const Coauthor: CoauthorResolvers = {
  author: ({ value }) => value,
  paperCount: ({ papers }) => papers,
};
