import { PublicError } from '../errors/errors.js';
import type { IndexState, Resolvers } from '../generated/graphql.js';
import { findSubmissionEnd } from '../search/find-papers.js';
import type { IndexingState } from '../store/store.js';

const INDEX_STATES: Record<IndexingState['state'], IndexState> = {
  idle: 'IDLE',
  building: 'BUILDING',
  paused: 'PAUSED',
  failed: 'FAILED',
};

export const corpus: Resolvers = {
  Query: {
    corpus: async (_query, _args, context) => {
      const collection = await context.describe();
      if (!collection)
        throw new PublicError('STORE_UNAVAILABLE', 'The collection of papers no longer exists');
      return collection;
    },
  },
  Corpus: {
    collection: ({ name }) => name,
    embeddingModel: ({ metadata }) => metadata?.embedder ?? '',
    earliest: async (_corpus, _args, context) => findSubmissionEnd(context, 'asc'),
    index: (_corpus, _args, context) => context.indexing(),
    directory: (_corpus, _args, context) => context.describeDirectory(),
    latest: async (_corpus, _args, context) => findSubmissionEnd(context, 'desc'),
    newestSubmittedAt: async (_corpus, _args, context) => findSubmissionEnd(context, 'desc'),
    syncedAt: async (_corpus, _args, context) => (await context.lastSync()).syncedAt,
    syncedSets: async (_corpus, _args, context) => (await context.lastSync()).sets,
    store: (_corpus, _args, { store }) => (store === 'lance' ? 'LANCE' : 'QDRANT'),
  },
  IndexInfo: {
    state: ({ state }) => INDEX_STATES[state],
    problem: ({ problem }) => problem ?? null,
  },
};
