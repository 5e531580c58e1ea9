import type { Resolvers } from '../generated/graphql.js';
import { author } from './author.js';
import { category } from './category.js';
import { corpus } from './corpus.js';
import { node } from './node.js';
import { paper } from './paper.js';
import { scalars } from './scalars.js';
import { search } from './search.js';
import { suggest } from './suggest.js';

/** Resolvers of every field that is not just a property of its parent. */
export const resolvers: Resolvers[] = [author, category, corpus, node, paper, scalars, search, suggest];
