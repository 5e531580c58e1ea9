import type { FastifyBaseLogger } from 'fastify';
import { createDeadline } from './deadline.js';
import { createDirectoryLoader } from '../loaders/directory-loader.js';
import { createFacetLoader } from '../loaders/facet-loader.js';
import {
  createCountLoader,
  createKnownAuthorLoader,
  createPaperLoader,
  createSearchLoader,
} from '../loaders/loaders.js';
import { createOperationGate } from '../loaders/operation-gate.js';
import type { QueryEmbeddings } from '../loaders/query-embeddings.js';
import type { PayloadField } from '../papers/payload.js';
import type { Filter } from '../store/filter.js';
import type { DirectoryQuery } from '../store/directory.js';
import type { FacetRequest, PaperStore, SearchRequest } from '../store/store.js';

/** What lives as long as the server and is shared by all requests. */
export interface Services {
  store: PaperStore;
  embeddings: QueryEmbeddings;
  requestTimeoutMs: number;
}

export type Context = ReturnType<typeof createContext>;

/** What the resolvers of one request work with. */
export function createContext(services: Services, log: FastifyBaseLogger) {
  return { log, ...createSources(services) };
}

/** The ports behind the loaders of one request, each bounded by the request's time. */
export function createSources({ store, embeddings, requestTimeoutMs }: Services) {
  const deadline = createDeadline(requestTimeoutMs);
  const gate = createOperationGate();
  const searches = createSearchLoader(store, gate.schedule);
  const papers = createPaperLoader(store);
  const counts = createCountLoader(store);
  const facets = createFacetLoader(store);
  const entries = createDirectoryLoader(store.directory);
  const authors = createKnownAuthorLoader(store);
  return {
    embed: (text: string) => deadline.race(gate.track(embeddings.embed(text))),
    embedPassage: (text: string) => deadline.race(gate.track(embeddings.embed(text, 'passage'))),
    search: (request: SearchRequest) => deadline.race(searches.load(request)),
    retrieve: (ids: readonly string[], fields: readonly PayloadField[]) =>
      deadline.race(Promise.all(ids.map((id) => papers.load({ id, fields })))),
    knownAuthors: async (names: readonly string[]) => {
      const areKnown = await deadline.race(Promise.all(names.map((name) => authors.load(name))));
      return new Set(names.filter((_name, at) => areKnown[at]));
    },
    vectors: (ids: readonly string[]) => deadline.race(store.vectors(ids)),
    // An empty filter selects every paper.
    count: (filter: Filter = {}) => deadline.race(counts.load(filter)),
    countFacet: (request: FacetRequest) => deadline.race(facets.load(request)),
    findEntries: (query: DirectoryQuery) => deadline.race(entries.load(query)),
    indexing: () => deadline.race(store.indexing()),
    describeDirectory: () => deadline.race(store.directory.describe()),
    describe: () => deadline.race(store.describe()),
    store: store.kind,
  };
}
