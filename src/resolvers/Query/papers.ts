import { selectedPayloadFields } from '../../cost/plan-operation.js';
import { BadUserInputError } from '../../errors/errors.js';
import type { QueryResolvers } from '../../generated/graphql.js';
import { findPapers } from '../../search/find-papers.js';

const MAX_IDS = 100;

export const papers: NonNullable<QueryResolvers['papers']> = async (_query, { ids }, context, info) => {
  if (ids.length > MAX_IDS) {
    throw new BadUserInputError(`"ids" may have at most ${MAX_IDS} entries, not ${ids.length}`, ['ids']);
  }
  const found = await findPapers(context, ids, selectedPayloadFields(context.plan, info.fieldNodes));
  // An entry that rejects is null with an error at its own path.
  return found.map((paper) => (paper instanceof Error ? Promise.reject(paper) : paper));
};
