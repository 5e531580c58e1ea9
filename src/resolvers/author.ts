import { selectedPayloadFields } from '../cost/plan-operation.js';
import { findAuthorCategories, findCoauthors } from '../directory/author-facets.js';
import { findAuthor, findVariants, MAX_VARIANTS, yearsOf } from '../directory/author.js';
import type { Resolvers } from '../generated/graphql.js';
import { toAuthorId } from './node.js';
import { listPapers } from '../search/find-papers.js';
import { checkPageSize } from '../search/paging.js';
import { inTurns } from './turns.js';

export const author: Resolvers = {
  Query: {
    author: async (_query, { name }, context) => {
      const found = await findAuthor(context, name);
      return found === null ? null : { name: found };
    },
  },
  Author: {
    id: ({ name }) => toAuthorId(name),
    variants: inTurns(async ({ name }, { first }, context) => {
      const size = checkPageSize(first, 'first', MAX_VARIANTS);
      return (await findVariants(context, name)).slice(0, size);
    }),
    papers: inTurns(({ name }, args, context, info) =>
      listPapers(
        context,
        { authors: { match: [name] } },
        args,
        selectedPayloadFields(context.plan, info.fieldNodes),
      ),
    ),
    coauthors: inTurns(({ name }, { first }, context) => findCoauthors(context, name, first)),
    categories: inTurns(({ name }, { first }, context) => findAuthorCategories(context, name, first)),
    firstYear: async ({ name }, _args, context) => yearsOf(await findVariants(context, name)).first,
    lastYear: async ({ name }, _args, context) => yearsOf(await findVariants(context, name)).last,
  },
  AuthorVariant: {
    name: ({ text }) => text,
    paperCount: ({ papers }) => papers,
  },
  Coauthor: {
    author: ({ value }) => ({ name: value }),
    paperCount: ({ papers }) => papers,
  },
  AuthorCategory: {
    category: ({ value }) => value,
    paperCount: ({ papers }) => papers,
  },
};
