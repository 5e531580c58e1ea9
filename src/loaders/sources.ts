import DataLoader from 'dataloader';
import { setMaxListeners } from 'node:events';
import type { QueryEmbeddings } from './query-embeddings.js';
import type { TextKind } from '../embedding/embedder.js';
import { PublicError } from '../errors/errors.js';
import type { PayloadField } from '../papers/payload.js';
import type { Reranking } from '../reranking/reranking.js';
import { toEvidenceFilter } from '../search/to-qdrant-filter.js';
import type { DirectoryQuery } from '../store/directory.js';
import type { Filter } from '../store/filter.js';
import type { CallOptions } from '../store/shared-call.js';
import type { FacetRequest, PaperReader, SearchRequest, StoredPaper, WordMatch } from '../store/store.js';

/** Services that live as long as the server and are shared by all requests. */
export interface Services {
  store: PaperReader;
  embeddings: QueryEmbeddings;
  /** Absent if no reranking model is configured. */
  reranking?: Reranking | undefined;
  requestTimeoutMs: number;
  /** When the corpus was last synced with arXiv; absent if it never is. */
  lastSync?: (() => Promise<LastSync>) | undefined;
  /**
   * How long a search may be delayed to wait for the embeddings of others in its operation; `MAX_HOLD_MS` by
   * default.
   */
  maxHoldMs?: number | undefined;
}

/** The state of the last sync, see `Corpus.syncedAt` and `Corpus.syncedSets` in the schema. */
export interface LastSync {
  /** Instant (RFC 3339); null before the first sync has finished. */
  syncedAt: string | null;
  sets: string[];
}

const NEVER_SYNCED: LastSync = { syncedAt: null, sets: [] };

/** Share of the remaining time, so that a failure is reported as its own error before the request times out. */
const EMBEDDING_SHARE = 0.9;

/**
 * Share of the remaining time that a ranking may wait for its reranking, so that time is left to fetch the papers.
 */
const RERANKING_SHARE = 0.5;

/**
 * The ports and their loaders for one request. Calls end with the time limit of the request or when the client
 * leaves: `signal` is aborted in both cases.
 *
 * @param controller aborts when the caller has left.
 */
export function createSources(
  { store, embeddings, reranking, requestTimeoutMs, lastSync, maxHoldMs }: Services,
  controller?: AbortController,
) {
  const deadline = createDeadline(requestTimeoutMs, controller);
  const { signal } = deadline;
  const options = { signal, endsAt: deadline.endsAt };
  const gate = createOperationGate(maxHoldMs);
  // Every search of the operation, `search` and `similar` alike, in one batch.
  const searches = new DataLoader((requests: readonly SearchRequest[]) => store.search(requests, options), {
    cache: false,
    batchScheduleFn: gate.schedule,
  });
  const papers = createPaperLoader(store, options);
  const vectors = createVectorLoader(store, options);
  const authors = createKnownAuthorLoader(store, options);
  const counts = createLoader((filters: readonly Filter[]) => store.counts(filters, options));
  const matches = createLoader((asked: readonly WordMatch[]) => store.countMatches(asked, options));
  const facets = createLoader((requests: readonly FacetRequest[]) => store.facets(requests, options));
  const entries = createLoader((queries: readonly DirectoryQuery[]) =>
    store.directory.find(queries, options),
  );
  const embed = (text: string, kind: TextKind) => {
    const timeoutMs = deadline.leftMs() * EMBEDDING_SHARE;
    return deadline.race(gate.track(embeddings.embed(text, kind, { signal, timeoutMs })));
  };
  return {
    signal,
    deadline,
    embed: (text: string) => embed(text, 'query'),
    embedPassage: (text: string) => embed(text, 'passage'),
    ...(reranking && {
      rerank: (query: string, texts: readonly string[]) => {
        const timeoutMs = deadline.leftMs() * RERANKING_SHARE;
        return deadline.race(reranking.score(query, texts, { signal, timeoutMs }));
      },
    }),
    search: (request: SearchRequest) => deadline.race(searches.load(request)),
    retrieve: (ids: readonly string[], fields: readonly PayloadField[]) =>
      deadline.race(Promise.all(ids.map((id) => papers.load({ id, fields })))),
    knownAuthors: async (names: readonly string[]) => {
      const areKnown = await deadline.race(Promise.all(names.map((name) => authors.load(name))));
      return new Set(names.filter((_name, at) => areKnown[at]));
    },
    vectors: async (ids: readonly string[]) => {
      const found = await deadline.race(Promise.all(ids.map((id) => vectors.load(id))));
      return new Map(ids.flatMap((id, at) => (found[at] ? [[id, found[at]] as const] : [])));
    },
    // An empty filter selects every paper.
    count: (filter: Filter = {}) => deadline.race(counts.load(filter)),
    countMatches: (match: WordMatch) => deadline.race(matches.load(match)),
    countFacet: (request: FacetRequest) => deadline.race(facets.load(request)),
    findEntries: (query: DirectoryQuery) => deadline.race(entries.load(query)),
    indexing: () => deadline.race(store.indexing(options)),
    describeDirectory: () => deadline.race(store.directory.describe(options)),
    describe: () => deadline.race(store.describe(options)),
    lastSync: async () => (await lastSync?.()) ?? NEVER_SYNCED,
    store: store.kind,
  };
}

/** Requests made at the same moment within an operation are sent as one call, and equal requests only once. */
function createLoader<Asked, Answer>(
  ask: (all: readonly Asked[]) => Promise<(Answer | Error)[]>,
): DataLoader<Asked, Answer, string> {
  return new DataLoader(ask, { cacheKeyFn: (asked) => JSON.stringify(asked) });
}

interface PaperKey {
  id: string;
  fields: readonly PayloadField[];
}

/** Papers by point id; null for unknown ones. One call fetches all fields that any of its keys needs. */
function createPaperLoader(
  store: PaperReader,
  options: CallOptions,
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

/** Embeddings by point id; null for unknown points. */
function createVectorLoader(
  store: PaperReader,
  options: CallOptions,
): DataLoader<string, Float32Array | null> {
  return new DataLoader(async (ids) => {
    const vectors = await store.vectors(ids, options);
    return ids.map((id) => vectors.get(id) ?? null);
  });
}

/**
 * Whether the corpus has an author with a name. All requests of the current tick are sent to the store as one batch.
 * They do not wait for embeddings, because their results determine what is embedded.
 */
function createKnownAuthorLoader(store: PaperReader, options: CallOptions): DataLoader<string, boolean> {
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

/** Limits how long a request waits, and stops its work when the caller has left. */
export interface Deadline {
  /** Aborted when the time is up or the client has left; `race` then rejects with its reason. */
  readonly signal: AbortSignal;
  /** The end of the time limit, by `performance.now()`. */
  readonly endsAt: number;
  /** Remaining time in milliseconds. */
  leftMs(): number;
  /**
   * The outcome of the promise, unless the signal is aborted first. The timer runs only while something is raced.
   *
   * @throws PublicError TIMEOUT, or the reason of the controller's owner.
   */
  race<T>(promise: Promise<T>): Promise<T>;
}

/**
 * @param timeoutMs from now
 * @param controller aborts when the caller has left; it is also aborted when the time is up.
 */
export function createDeadline(timeoutMs: number, controller = new AbortController()): Deadline {
  const endsAt = performance.now() + timeoutMs;
  const { signal } = controller;
  // Every call of the request listens to it.
  setMaxListeners(0, signal);
  const aborted = new Promise<never>((_resolve, reject) => {
    // The reason is an error, either from this module or from the owner of the controller.
    const giveUp = () => reject(signal.reason as Error);
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });
  // A request may be aborted while nothing is raced.
  aborted.catch(() => undefined);

  let racing = 0;
  let timer: NodeJS.Timeout | undefined;
  const timeUp = () =>
    controller.abort(new PublicError('TIMEOUT', `The request was not answered within ${timeoutMs} ms`));

  return {
    signal,
    endsAt,
    leftMs: () => Math.max(0, endsAt - performance.now()),
    async race(promise) {
      if (racing++ === 0) timer = setTimeout(timeUp, Math.max(0, endsAt - performance.now()));
      try {
        return await Promise.race([aborted, promise]);
      } finally {
        if (--racing === 0) clearTimeout(timer);
      }
    },
  };
}

/**
 * How long a search that is ready waits for the embeddings of others in its operation. Fast embeddings arrive in
 * time, so all searches form one batch; a slow service delays the others by no more than this.
 */
const MAX_HOLD_MS = 50;

/**
 * Delays the searches of an operation for a short time until its embeddings are there, so that all go to the store
 * as one batch. Otherwise a search with a cached embedding would be sent alone, milliseconds before the others.
 */
export interface OperationGate {
  /** Counts the embedding as pending until it settles, and returns it. */
  readonly track: <T>(embedding: Promise<T>) => Promise<T>;
  /**
   * A DataLoader's `batchScheduleFn`. Dispatches when no embedding of the operation is pending and the callers of
   * the last one have been able to request a search, or after `maxHoldMs`.
   */
  readonly schedule: (dispatch: () => void) => void;
}

/** A gate for one operation. */
export function createOperationGate(maxHoldMs = MAX_HOLD_MS): OperationGate {
  let pending = 0;
  let waiting: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;

  function release(): void {
    clearTimeout(timer);
    timer = undefined;
    const released = waiting;
    waiting = [];
    for (const dispatch of released) dispatch();
  }

  function releaseWhenIdle(): void {
    // A tick that is queued in a promise job runs after all promise jobs, including those that they add,
    // and so after every resolver that can continue has done so. (DataLoader waits the same way by default.)
    void Promise.resolve().then(() =>
      process.nextTick(() => {
        if (pending === 0) release();
        // Otherwise the embedding that settles last releases, or the time that is up.
        else if (waiting.length > 0) timer ??= setTimeout(release, maxHoldMs);
      }),
    );
  }

  return {
    track(embedding) {
      pending++;
      const settle = () => {
        pending--;
        if (pending === 0) releaseWhenIdle();
      };
      embedding.then(settle, settle);
      return embedding;
    },
    schedule(dispatch) {
      waiting.push(dispatch);
      releaseWhenIdle();
    },
  };
}
