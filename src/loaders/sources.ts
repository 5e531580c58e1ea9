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

/** What lives as long as the server and is shared by all requests. */
export interface Services {
  store: PaperReader;
  embeddings: QueryEmbeddings;
  /** Absent where no reranking model is configured. */
  reranking?: Reranking | undefined;
  requestTimeoutMs: number;
  /** When the corpus was last synced with arXiv; absent where it never is. */
  lastSync?: (() => Promise<LastSync>) | undefined;
  /** How long searches are held back for the embeddings of their siblings; `MAX_HOLD_MS` by default. */
  maxHoldMs?: number | undefined;
}

/** How far the corpus was brought up to date, see `Corpus.syncedAt` and `Corpus.syncedSets` of the schema. */
export interface LastSync {
  /** Instant, RFC 3339; null before the first sync has finished. */
  syncedAt: string | null;
  sets: string[];
}

const NEVER_SYNCED: LastSync = { syncedAt: null, sets: [] };

/** Share of the remaining time, so that a failure is reported as its own error before the request times out. */
const EMBEDDING_SHARE = 0.9;

/** Share of the remaining time that a ranking may wait for its reranking, so that there is time for the papers. */
const RERANKING_SHARE = 0.5;

/**
 * The ports and their loaders for one request. Each call is bounded by the request's time, and none outlives the client:
 * `signal` is aborted at the end of either.
 */
export function createSources(
  { store, embeddings, reranking, requestTimeoutMs, lastSync, maxHoldMs }: Services,
  client?: AbortSignal,
) {
  const deadline = createDeadline(requestTimeoutMs, client);
  const { signal } = deadline;
  const options = { signal, endsAt: deadline.endsAt };
  const gate = createOperationGate(maxHoldMs);
  // Every search of the operation, `search` and `similar` alike, in one batch.
  const searches = new DataLoader((requests: readonly SearchRequest[]) => store.search(requests, options), {
    cache: false,
    batchScheduleFn: gate.schedule,
  });
  const papers = createPaperLoader(store, options);
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
    vectors: (ids: readonly string[]) => deadline.race(store.vectors(ids, options)),
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

/** What one operation asks at the same moment goes out as one call, and what it asks twice is asked once. */
function createLoader<Asked, Answer>(
  ask: (all: readonly Asked[]) => Promise<(Answer | Error)[]>,
): DataLoader<Asked, Answer, string> {
  return new DataLoader(ask, { cacheKeyFn: (asked) => JSON.stringify(asked) });
}

interface PaperKey {
  id: string;
  fields: readonly PayloadField[];
}

/** Papers by point id, null for unknown ones. One call fetches the fields that any of its keys asks for. */
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

/**
 * Whether the corpus has an author of a name. All that is asked for before the current tick ends goes to the store as one batch;
 * embeddings are not waited for, as what is asked here decides what is embedded.
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

/** Bounds what one request waits for, and tells its work when nobody waits any longer. */
export interface Deadline {
  /** Aborted when the time is up, or when the client has left; the reason is what `race` then rejects with. */
  readonly signal: AbortSignal;
  /** When the time is up, by `performance.now()`. */
  readonly endsAt: number;
  /** What is left of the time. */
  leftMs(): number;
  /**
   * The promise's outcome, unless the signal is aborted first. The time is watched while something is raced, so what
   * is not raced is not aborted by it.
   *
   * @throws PublicError TIMEOUT, or the reason of the client's signal.
   */
  race<T>(promise: Promise<T>): Promise<T>;
}

/**
 * @param timeoutMs from now
 * @param client aborted when nobody waits for the answer any longer.
 */
export function createDeadline(timeoutMs: number, client?: AbortSignal): Deadline {
  const endsAt = performance.now() + timeoutMs;
  const controller = new AbortController();
  const { signal } = controller;
  // Every call of the request listens to it.
  setMaxListeners(0, signal);
  const aborted = new Promise<never>((_resolve, reject) => {
    // The reason is an error: this module's own, or the one of the client's signal.
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  // A request may be aborted while nothing is raced.
  aborted.catch(() => undefined);
  if (client?.aborted) controller.abort(client.reason);
  client?.addEventListener('abort', () => controller.abort(client.reason), { once: true });

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
 * How long a search that could go is held back for the embeddings of its siblings. Embeddings that are quick come in
 * time, so that all searches are one batch; a service that is slow costs the others no more than this.
 */
const MAX_HOLD_MS = 50;

/**
 * Holds the searches of one operation back until its embeddings are there, for a short time, so that all of them go to
 * the store as one batch. Without it, a search whose text is cached would leave alone, milliseconds before its siblings.
 */
export interface OperationGate {
  /** Counts the embedding as pending until it settles; returns it. */
  readonly track: <T>(embedding: Promise<T>) => Promise<T>;
  /**
   * A DataLoader's `batchScheduleFn`: dispatches once no embedding of the operation is pending, and what was waiting
   * for the last one has had its turn to ask for a search; or when `maxHoldMs` have passed.
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
    // From within a promise job, a tick comes after all promise jobs, those they add included: so after every resolver
    // that can go on has gone on. (DataLoader waits the same way by default.)
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
