import type { CorpusResolvers } from '../generated/graphql.js';
import { findSubmissionEnd } from '../search/submission-end.js';

export const Corpus: CorpusResolvers = {
  collection: ({ name }) => name,
  embeddingModel: ({ metadata }) => metadata?.embedder ?? '',
  earliest: async (_corpus, _args, context) => findSubmissionEnd(context, 'asc'),
  index: (_corpus, _args, context) => context.indexing(),
  directory: (_corpus, _args, context) => context.describeDirectory(),
  latest: async (_corpus, _args, context) => findSubmissionEnd(context, 'desc'),
  store: (_corpus, _args, { store }) => (store === 'lance' ? 'LANCE' : 'QDRANT'),
};
