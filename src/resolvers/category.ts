import { selectedPayloadFields } from '../cost/plan-operation.js';
import type { Resolvers } from '../generated/graphql.js';
import { toCategoryId } from './node.js';
import { CATEGORIES, findCategory, toArchive } from '../papers/taxonomy.js';
import { listPapers } from '../search/find-papers.js';
import { inTurns } from './turns.js';

export const category: Resolvers = {
  Query: {
    category: (_query, { code }) => findCategory(code)?.code ?? null,
    categories: (_query, { current }) =>
      CATEGORIES.filter(({ isCurrent }) => isCurrent || !current).map(({ code }) => code),
  },
  Category: {
    id: (code) => toCategoryId(code),
    code: (code) => code,
    name: (code) => findCategory(code)?.name ?? code,
    group: (code) => findCategory(code)?.group ?? null,
    archive: (code) => toArchive(code),
    isCurrent: (code) => findCategory(code)?.isCurrent ?? false,
    mergedInto: (code) => findCategory(code)?.mergedInto ?? null,
    papers: inTurns((code, args, context, info) =>
      listPapers(
        context,
        { categories: { in: [code] } },
        args,
        selectedPayloadFields(context.plan, info.fieldNodes),
      ),
    ),
  },
};
