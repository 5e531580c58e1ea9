import type { CorpusResolvers } from '../generated/graphql.js';
import { findSubmissionEnd } from '../search/submission-end.js';

export const Corpus: CorpusResolvers = {
  collection: ({ name }) => name,
  embeddingModel: ({ metadata }) => metadata?.embedder ?? '',
  earliest: async (_corpus, _args, context) => findSubmissionEnd(context, 'asc'),
  latest: async (_corpus, _args, context) => findSubmissionEnd(context, 'desc'),
  store: (_corpus, _args, { store }) => (store === 'lance' ? 'LANCE' : 'QDRANT'),
};
