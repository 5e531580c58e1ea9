import DataLoader from 'dataloader';
import { createDeadline } from './deadline.js';
import { createOperationGate } from './operation-gate.js';
import type { TextKind } from '../embedding/embedder.js';
import type { QueryEmbeddings } from './query-embeddings.js';
import type { PayloadField } from '../papers/payload.js';
import { toEvidenceFilter } from '../search/to-qdrant-filter.js';
import type { DirectoryEntry, DirectoryQuery, DirectoryReader } from '../store/directory.js';
import type { Filter } from '../store/filter.js';
import type { CallOptions } from '../store/shared-call.js';
import type {
  FacetCount,
  FacetRequest,
  Hit,
  MatchCount,
  PaperReader,
  SearchRequest,
  StoredPaper,
  WordMatch,
} from '../store/store.js';

/** What lives as long as the server and is shared by all requests. */
export interface Services {
  store: PaperReader;
  embeddings: QueryEmbeddings;
  requestTimeoutMs: number;
  /** How long searches are held back for the embeddings of their siblings; see `operation-gate.ts` for the default. */
  maxHoldMs?: number | undefined;
}

/** Share of the remaining time, so that a failure is reported as its own error before the request times out. */
const EMBEDDING_SHARE = 0.9;

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
  const matches = createMatchLoader(store, options);
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
    countMatches: (match: WordMatch) => deadline.race(matches.load(match)),
    countFacet: (request: FacetRequest) => deadline.race(facets.load(request)),
    findEntries: (query: DirectoryQuery) => deadline.race(entries.load(query)),
    indexing: () => deadline.race(store.indexing(options)),
    describeDirectory: () => deadline.race(store.directory.describe(options)),
    describe: () => deadline.race(store.describe(options)),
    store: store.kind,
  };
}

type BatchSchedule = (dispatch: () => void) => void;

/**
 * Every search of one operation, `search` and `similar` alike, in one batch for the store.
 *
 * @param schedule says when the operation has no more searches to add, see `operation-gate.ts`.
 */
function createSearchLoader(
  store: PaperReader,
  schedule: BatchSchedule,
  options?: CallOptions,
): DataLoader<SearchRequest, Hit[]> {
  return new DataLoader((requests) => store.search(requests, options), {
    cache: false,
    batchScheduleFn: schedule,
  });
}

interface PaperKey {
  id: string;
  fields: readonly PayloadField[];
}

/** Papers by point id, null for unknown ones. One call fetches the fields that any of its keys asks for. */
function createPaperLoader(
  store: PaperReader,
  options?: CallOptions,
): DataLoader<PaperKey, StoredPaper | null> {
  return new DataLoader(
    async (keys) => {
      const ids = new Set(keys.map((key) => key.id));
      const fields = new Set(keys.flatMap((key) => key.fields));
      const papers = await store.retrieve([...ids], [...fields], options);
      return keys.map((key) => papers.get(key.id) ?? null);
    },
    { cache: false },
  );
}

/** Exact numbers of papers, of all filters in one call; equal filters of one operation are counted once. */
function createCountLoader(store: PaperReader, options?: CallOptions): DataLoader<Filter, number, string> {
  return new DataLoader((filters) => store.counts(filters, options), {
    cacheKeyFn: (filter) => JSON.stringify(filter),
  });
}

/** How many papers keyword rankings find, of all of them in one call; equal ones of one operation are counted once. */
function createMatchLoader(
  store: PaperReader,
  options?: CallOptions,
): DataLoader<WordMatch, MatchCount, string> {
  return new DataLoader((matches) => store.countMatches(matches, options), {
    cacheKeyFn: (match) => JSON.stringify(match),
  });
}

/**
 * Whether the corpus has an author of a name. All that is asked for before the current tick ends goes to the store as one batch;
 * embeddings are not waited for, as what is asked here decides what is embedded.
 */
function createKnownAuthorLoader(store: PaperReader, options?: CallOptions): DataLoader<string, boolean> {
  return new DataLoader(async (names) => {
    const outcomes = await store.search(names.map(firstPaperBy), options);
    return outcomes.map((hits) => (hits instanceof Error ? hits : hits.length > 0));
  });
}

function firstPaperBy(name: string): SearchRequest {
  return {
    ranking: { kind: 'listing', by: 'submitted_at', direction: 'desc' },
    filter: toEvidenceFilter(name),
    offset: 0,
    limit: 1,
    window: 1,
    fields: [],
  };
}

/** What one operation counts at the same moment, in one call; equal requests are counted once. */
function createFacetLoader(
  store: PaperReader,
  options?: CallOptions,
): DataLoader<FacetRequest, FacetCount[], string> {
  return new DataLoader((requests) => store.facets(requests, options), {
    cacheKeyFn: (request) => JSON.stringify(request),
  });
}

/** What one operation asks of the directory at the same moment, in one call; equal queries are asked once. */
function createDirectoryLoader(
  directory: DirectoryReader,
  options?: CallOptions,
): DataLoader<DirectoryQuery, DirectoryEntry[], string> {
  return new DataLoader((queries) => directory.find(queries, options), {
    cacheKeyFn: (query) => JSON.stringify(query),
  });
}
