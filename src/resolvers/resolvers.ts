import { Category } from './Category.js';
import { Corpus } from './Corpus.js';
import { Paper } from './Paper.js';
import { categories } from './Query/categories.js';
import { category } from './Query/category.js';
import { corpus } from './Query/corpus.js';
import { paper } from './Query/paper.js';
import { papers } from './Query/papers.js';
import { search } from './Query/search.js';
import { scalars } from './scalars.js';
import { SearchConnection } from './SearchConnection.js';
import type { Resolvers } from '../generated/graphql.js';

/** Every field that is more than a property of its parent. */
export const resolvers: Resolvers = {
  ...scalars,
  Query: { categories, category, corpus, paper, papers, search },
  Corpus,
  Paper,
  SearchConnection,
  Author: { name: (name) => name },
  Category,
};
