import { Author } from './Author.js';
import { AuthorCategory } from './AuthorCategory.js';
import { AuthorVariant } from './AuthorVariant.js';
import { Category } from './Category.js';
import { Coauthor } from './Coauthor.js';
import { Corpus } from './Corpus.js';
import { IndexInfo } from './IndexInfo.js';
import { Node } from './Node.js';
import { Paper } from './Paper.js';
import { author } from './Query/author.js';
import { categories } from './Query/categories.js';
import { category } from './Query/category.js';
import { corpus } from './Query/corpus.js';
import { node } from './Query/node.js';
import { paper } from './Query/paper.js';
import { papers } from './Query/papers.js';
import { recommend } from './Query/recommend.js';
import { search } from './Query/search.js';
import { searchGroups } from './Query/searchGroups.js';
import { suggest } from './Query/suggest.js';
import { QueryInterpretation } from './QueryInterpretation.js';
import { Suggestion } from './Suggestion.js';
import { scalars } from './scalars.js';
import { SearchConnection } from './SearchConnection.js';
import { SearchResult } from './SearchResult.js';
import type { Resolvers } from '../generated/graphql.js';

/** Every field that is more than a property of its parent. */
export const resolvers: Resolvers = {
  ...scalars,
  Query: {
    author,
    categories,
    category,
    corpus,
    node,
    paper,
    papers,
    recommend,
    search,
    searchGroups,
    suggest,
  },
  Coauthor,
  Corpus,
  IndexInfo,
  Node,
  Paper,
  QueryInterpretation,
  SearchConnection,
  SearchResult,
  Suggestion,
  Author,
  AuthorCategory,
  AuthorVariant,
  Category,
};
