import type { CoauthorResolvers } from '../generated/graphql.js';

export const Coauthor: CoauthorResolvers = {
  author: ({ value }) => ({ name: value }),
  paperCount: ({ papers }) => papers,
};
