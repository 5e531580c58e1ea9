import type { QueryResolvers } from '../../generated/graphql.js';
import { CATEGORIES } from '../../papers/taxonomy.js';

export const categories: NonNullable<QueryResolvers['categories']> = (_query, { current }) =>
  CATEGORIES.filter(({ isCurrent }) => isCurrent || !current).map(({ code }) => code);
