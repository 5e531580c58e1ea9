import type { QueryResolvers } from '../../generated/graphql.js';
import { findCategory } from '../../papers/taxonomy.js';

export const category: NonNullable<QueryResolvers['category']> = (_query, { code }) =>
  findCategory(code)?.code ?? null;
