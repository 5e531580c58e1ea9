import { selectedPayloadFields } from '../cost/plan-operation.js';
import { suggestTexts } from '../directory/suggest.js';
import type { Resolvers } from '../generated/graphql.js';
import { toPointId } from '../papers/point-id.js';

export const suggest: Resolvers = {
  Query: {
    suggest: (_query, args, context) => suggestTexts(context, args),
  },
  Suggestion: {
    text: (suggested) => (suggested.kind === 'TITLE' ? suggested.title : suggested.name),
    paperCount: (suggested) => (suggested.kind === 'AUTHOR' ? suggested.papers : null),
    author: (suggested) => (suggested.kind === 'AUTHOR' ? { name: suggested.name } : null),
    category: (suggested) => (suggested.kind === 'CATEGORY' ? suggested.code : null),
    paper: async (suggested, _args, context, info) => {
      if (suggested.kind !== 'TITLE') return null;
      const [paper] = await context.retrieve(
        [toPointId(suggested.paperId)],
        selectedPayloadFields(context.plan, info.fieldNodes),
      );
      return paper ?? null;
    },
    filter: (suggested) => {
      switch (suggested.kind) {
        case 'AUTHOR':
          return { authors: { match: [suggested.name] } };
        case 'CATEGORY':
          return { categories: { in: [suggested.code] } };
        case 'TITLE':
          return { ids: [suggested.paperId] };
      }
    },
  },
};
