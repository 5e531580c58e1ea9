import { selectedPayloadFields } from '../cost/plan-operation.js';
import { BadUserInputError } from '../errors/errors.js';
import type { Resolvers } from '../generated/graphql.js';
import { oncePer } from '../once-per.js';
import { toBibtex } from '../papers/bibtex.js';
import { findPaper, findPapers } from '../search/find-papers.js';
import { checkPageSize } from '../search/paging.js';
import { findSimilar, pageSimilar } from '../search/similar.js';
import type { StoredPaper } from '../store/store.js';
import { inTurns } from './turns.js';

const MAX_IDS = 100;
const MAX_AUTHORS = 1_000;

export const paper: Resolvers = {
  Query: {
    paper: (_query, { id }, context, info) =>
      findPaper(context, id, selectedPayloadFields(context.plan, info.fieldNodes)),
    papers: async (_query, { ids }, context, info) => {
      if (ids.length > MAX_IDS) {
        throw new BadUserInputError(`"ids" may have at most ${MAX_IDS} entries, not ${ids.length}`, ['ids']);
      }
      const found = await findPapers(context, ids, selectedPayloadFields(context.plan, info.fieldNodes));
      // A rejected entry becomes null, with an error at its own path.
      return found.map((each) => (each instanceof Error ? Promise.reject(each) : each));
    },
  },
  Paper: {
    id: ({ payload }) => payload.id ?? '',
    title: ({ payload }) => payload.title ?? '',
    abstract: ({ payload }) => payload.abstract ?? '',
    authors: ({ payload }, { first }) =>
      (payload.authors ?? []).slice(0, checkPageSize(first, 'first', MAX_AUTHORS)).map((name) => ({ name })),
    authorCount: ({ payload }) => payload.authors?.length ?? 0,
    categories: ({ payload }) => payload.categories ?? [],
    primaryCategory: ({ payload }) => payload.primary_category ?? null,
    submittedAt: ({ payload }) => payload.submitted_at ?? null,
    updatedAt: ({ payload }) => payload.updated_at?.slice(0, 'YYYY-MM-DD'.length) ?? null,
    versions: ({ payload }) =>
      (payload.versions ?? []).map(({ version, created }) => ({
        number: Number(version.slice(1)),
        createdAt: created,
      })),
    versionCount: ({ payload }) => payload.version_count ?? 0,
    submitter: ({ payload }) => payload.submitter ?? null,
    comments: ({ payload }) => payload.comments ?? null,
    journalRef: ({ payload }) => payload['journal-ref'] ?? null,
    doi: ({ payload }) => payload.doi ?? null,
    reportNumber: ({ payload }) => payload['report-no'] ?? null,
    license: ({ payload }) => payload.license ?? null,
    url: ({ payload }) => `https://arxiv.org/abs/${payload.id}`,
    pdfUrl: ({ payload }) => `https://arxiv.org/pdf/${payload.id}`,
    bibtex: ({ payload }) => bibtexOf(payload),
    similar: inTurns(({ id }, args, context, info) =>
      findSimilar(context, id, args, selectedPayloadFields(context.plan, info.fieldNodes)),
    ),
    similarConnection: inTurns(({ id }, args, context, info) =>
      pageSimilar(context, id, args, selectedPayloadFields(context.plan, info.fieldNodes)),
    ),
  },
};

const bibtexOf = oncePer((payload: StoredPaper['payload']) => toBibtex({ ...payload, id: payload.id ?? '' }));
