import { selectedPayloadFields } from '../cost/plan-operation.js';
import type { CategoryResolvers } from '../generated/graphql.js';
import { toArchive } from '../papers/archives.js';
import { toCategoryId } from '../papers/node-id.js';
import { findCategory } from '../papers/taxonomy.js';
import { listPapers } from '../search/list-papers.js';
import { inTurns } from './turns.js';

export const Category: CategoryResolvers = {
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
};
