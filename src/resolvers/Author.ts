import { findAuthorCategories, findCoauthors } from '../directory/author-facets.js';
import { findVariants, MAX_VARIANTS, yearsOf } from '../directory/author.js';
import type { AuthorResolvers } from '../generated/graphql.js';
import { listPapers } from '../search/list-papers.js';
import { checkPageSize } from '../search/paging.js';
import { selectedHitFields } from './selected-fields.js';

const DEFAULT_VARIANTS = 20;

export const Author: AuthorResolvers = {
  name: (name) => name,
  variants: async (name, { first }, context) => {
    const size = toSize(first);
    return (await findVariants(context, name)).slice(0, size);
  },
  papers: (name, args, context, info) =>
    listPapers(context, { authors: { match: [name] } }, args, selectedHitFields(info)),
  coauthors: (name, { first }, context) => findCoauthors(context, name, first),
  categories: (name, { first }, context) => findAuthorCategories(context, name, first),
  firstYear: async (name, _args, context) => yearsOf(await findVariants(context, name)).first,
  lastYear: async (name, _args, context) => yearsOf(await findVariants(context, name)).last,
};

/** An explicit null asks for the default, as when the argument is left out. */
function toSize(first: number | null): number {
  return checkPageSize(first ?? DEFAULT_VARIANTS, 'first', MAX_VARIANTS);
}
