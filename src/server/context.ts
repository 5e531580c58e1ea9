import type { FastifyBaseLogger } from 'fastify';
import { NO_PLAN } from '../cost/plan-operation.js';
import { createDeadline, type Deadline } from './deadline.js';
import { createDirectoryLoader } from '../loaders/directory-loader.js';
import { createFacetLoader } from '../loaders/facet-loader.js';
import {
  createCountLoader,
  createKnownAuthorLoader,
  createPaperLoader,
  createSearchLoader,
} from '../loaders/loaders.js';
import type { TextKind } from '../embedding/embedder.js';
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
  /** How long searches are held back for the embeddings of their siblings; see `operation-gate.ts` for the default. */
  maxHoldMs?: number | undefined;
}

/** Of the time that is left: what fails is then told as its own error, before the request's time is up. */
const EMBEDDING_SHARE = 0.9;

export type Context = ReturnType<typeof createContext>;

/** The request that a context is for. */
export interface Caller {
  log: FastifyBaseLogger;
  /** Aborted when nobody waits for the answer any longer. */
  signal: AbortSignal;
  /** See `Admission.execute`. */
  takeTurn: (share: number, deadline: Deadline) => Promise<void>;
}

/** What the resolvers of one request, and the plugins before them, work with. */
export function createContext(services: Services, { log, signal, takeTurn }: Caller) {
  const { deadline, ...sources } = createSources(services, signal);
  return {
    log,
    takeTurn: (share: number) => takeTurn(share, deadline),
    ...sources,
    /** Of the operation; known before its first resolver runs. */
    plan: NO_PLAN,
  };
}

/**
 * The ports and their loaders for one request. Each call is bounded by the request's time, and none outlives the client:
 * `signal` is aborted at the end of either.
 */
export function createSources(
  { store, embeddings, requestTimeoutMs, maxHoldMs }: Services,
  client?: AbortSignal,
) {
  const deadline = createDeadline(requestTimeoutMs, client);
  const { signal } = deadline;
  const options = { signal };
  const gate = createOperationGate(maxHoldMs);
  const searches = createSearchLoader(store, gate.schedule, options);
  const papers = createPaperLoader(store, options);
  const counts = createCountLoader(store, options);
  const facets = createFacetLoader(store, options);
  const entries = createDirectoryLoader(store.directory, options);
  const authors = createKnownAuthorLoader(store, options);
  const embed = (text: string, kind: TextKind) => {
    const timeoutMs = deadline.leftMs() * EMBEDDING_SHARE;
    return deadline.race(gate.track(embeddings.embed(text, kind, { signal, timeoutMs })));
  };
  return {
    signal,
    deadline,
    embed: (text: string) => embed(text, 'query'),
    embedPassage: (text: string) => embed(text, 'passage'),
    search: (request: SearchRequest) => deadline.race(searches.load(request)),
    retrieve: (ids: readonly string[], fields: readonly PayloadField[]) =>
      deadline.race(Promise.all(ids.map((id) => papers.load({ id, fields })))),
    knownAuthors: async (names: readonly string[]) => {
      const areKnown = await deadline.race(Promise.all(names.map((name) => authors.load(name))));
      return new Set(names.filter((_name, at) => areKnown[at]));
    },
    vectors: (ids: readonly string[]) => deadline.race(store.vectors(ids, options)),
    // An empty filter selects every paper.
    count: (filter: Filter = {}) => deadline.race(counts.load(filter)),
    countFacet: (request: FacetRequest) => deadline.race(facets.load(request)),
    findEntries: (query: DirectoryQuery) => deadline.race(entries.load(query)),
    indexing: () => deadline.race(store.indexing(options)),
    describeDirectory: () => deadline.race(store.directory.describe(options)),
    describe: () => deadline.race(store.describe(options)),
    store: store.kind,
  };
}
