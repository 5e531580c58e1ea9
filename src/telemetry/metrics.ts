import cluster from 'node:cluster';
import { subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel';
import { AggregatorRegistry, collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { EmbeddingCall, EmbeddingLookup } from '../loaders/query-embeddings.js';
import type { RerankCall } from '../reranking/reranking.js';

/** Operations of the page, the tools for agents and the feeds, which have separate names in the metrics. */
export const OWN_OPERATIONS: readonly string[] = [
  'AuthorPage',
  'AuthorPapers',
  'CategoryPage',
  'CategoryPapers',
  'CitedPapers',
  'CorpusFront',
  'CorpusOverview',
  'CountPapers',
  'DidYouMean',
  'ExplainedSearch',
  'Feed',
  'NarrowSearch',
  'PaperPage',
  'PaperWithSimilar',
  'PapersLikeIt',
  'RecommendPapers',
  'SearchFacets',
  'SearchPage',
  'SearchPapers',
  'SimilarPapers',
  'SuggestCompletions',
  'browse',
  'cite_papers',
  'corpus_info',
  'find_author',
  'get_papers',
  'recommend_papers',
  'search_papers',
  'similar_papers',
];

/**
 * Maximum operation names of other clients, each of which costs memory here and in Prometheus; further ones are
 * "other".
 */
const MAX_FOREIGN_NAMES = 50;

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048];

/** Values that are read only when somebody requests the metrics. */
export interface Readings {
  waitingOperations(): number;
  runningOperations(): number;
  /** Absent if each server keeps its own budgets. */
  areBudgetsShared?: (() => boolean) | undefined;
  corpus(): Promise<CorpusReading>;
}

/** Null for unknown values. */
export interface CorpusReading {
  papers: number | null;
  /** Seconds since the corpus was as current as arXiv. */
  lagSeconds: number | null;
  /** Pages that a sync has received but not loaded. */
  waitingPages: number | null;
  /** Records that the current load has read. */
  loadedRecords: number | null;
}

/** The instruments, and how to read them. */
export interface Metrics {
  requests: Counter<'route' | 'method' | 'status'>;
  operations: Histogram<'operation' | 'outcome'>;
  cost: Histogram;
  refusals: Counter<'reason'>;
  storeCalls: Histogram<'call' | 'outcome'>;
  batchSizes: Histogram<'of'>;
  /** The name under which an operation is counted. */
  toOperationName: (name: string | null | undefined) => string;
  /** Sets the values that are read from elsewhere; call it once. */
  follow(readings: Readings): void;
  /** All metrics in the text format of Prometheus. */
  text(): Promise<string>;
  contentType: string;
  close(): void;
}

/** Instruments in a separate registry, so that several servers in one process do not share counts. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const batchSizes = new Histogram({
    name: 'paperql_batch_size',
    help: 'Requests in one call of the store, and texts in one call of the embedder',
    labelNames: ['of'],
    buckets: SIZES,
    registers,
  });
  const stops = [
    countEmbeddings(registry, batchSizes),
    countRerankings(registry, batchSizes),
    countDegraded(registry),
  ];
  const foreign = new Set<string>();
  // One of several processes, the one that answers for all, asks the others for their metrics.
  AggregatorRegistry.setRegistries(registers);
  if (cluster.isWorker) createClusterMetrics();
  return {
    requests: new Counter({
      name: 'paperql_http_requests_total',
      help: 'Answered requests',
      labelNames: ['route', 'method', 'status'],
      registers,
    }),
    operations: new Histogram({
      name: 'paperql_operation_seconds',
      help: 'Time from the start of an operation to its answer, waiting for turns included',
      labelNames: ['operation', 'outcome'],
      buckets: SECONDS,
      registers,
    }),
    cost: new Histogram({
      name: 'paperql_operation_cost_units',
      help: 'Cost of operations in the worst case, see docs/limits.md',
      buckets: [100, 300, 1_000, 3_000, 10_000, 30_000, 100_000],
      registers,
    }),
    refusals: new Counter({
      name: 'paperql_errors_total',
      help: 'Errors returned to clients, by code: rejected requests and operations, failed fields',
      labelNames: ['reason'],
      registers,
    }),
    storeCalls: new Histogram({
      name: 'paperql_store_call_seconds',
      help: 'Time of calls to the store',
      labelNames: ['call', 'outcome'],
      buckets: SECONDS,
      registers,
    }),
    batchSizes,
    toOperationName(name) {
      if (name === null || name === undefined || name === '') return 'unnamed';
      if (OWN_OPERATIONS.includes(name) || foreign.has(name)) return name;
      if (foreign.size >= MAX_FOREIGN_NAMES) return 'other';
      foreign.add(name);
      return name;
    },
    follow: (readings) => readWhenAsked(registry, readings),
    text: () => registry.metrics(),
    contentType: registry.contentType,
    close() {
      for (const stop of stops) stop();
      registry.clear();
    },
  };
}

/** The metrics of all processes that `WORKERS` started, which this process requests from them. */
export function createClusterMetrics(): Pick<Metrics, 'text' | 'contentType'> {
  const registry = new AggregatorRegistry();
  return { text: () => registry.clusterMetrics(), contentType: registry.contentType };
}

/** The channels on which `createQueryEmbeddings` reports what it does. */
const LOOKUPS = 'paperql:embedding-lookups';
const CALLS = 'paperql:embedding-calls';

function countEmbeddings(registry: Registry, batchSizes: Histogram<'of'>): () => void {
  const registers = [registry];
  const lookups = new Counter({
    name: 'paperql_embedding_lookups_total',
    help: 'Embeddings that were asked for: in the cache, or not',
    labelNames: ['result'],
    registers,
  });
  const calls = new Histogram({
    name: 'paperql_embedder_call_seconds',
    help: 'Time of calls to the embedder',
    labelNames: ['outcome'],
    buckets: SECONDS,
    registers,
  });
  const onLookup = (message: unknown) => {
    // Nobody else publishes on this channel.
    const { waitsFor } = message as EmbeddingLookup;
    lookups.inc({ result: waitsFor === null ? 'hit' : 'miss' });
  };
  const startedAt = new WeakMap<EmbeddingCall, number>();
  const failed = new WeakSet<EmbeddingCall>();
  const channel = tracingChannel<unknown, EmbeddingCall>(CALLS);
  const subscribers = {
    start: (call: EmbeddingCall) => void startedAt.set(call, performance.now()),
    error: (call: EmbeddingCall) => void failed.add(call),
    asyncEnd(call: EmbeddingCall) {
      const seconds = (performance.now() - (startedAt.get(call) ?? NaN)) / 1_000;
      calls.observe({ outcome: failed.has(call) ? 'failed' : 'ok' }, seconds);
      batchSizes.observe({ of: 'embedder' }, call.texts.length);
    },
    end: () => undefined,
    asyncStart: () => undefined,
  };
  subscribe(LOOKUPS, onLookup);
  channel.subscribe(subscribers);
  return () => {
    unsubscribe(LOOKUPS, onLookup);
    channel.unsubscribe(subscribers);
  };
}

/** The channel on which `createReranking` reports its calls. */
const RERANK_CALLS = 'paperql:reranker-calls';

function countRerankings(registry: Registry, batchSizes: Histogram<'of'>): () => void {
  const seconds = new Histogram({
    name: 'paperql_reranker_call_seconds',
    help: 'Time of calls to the reranking model',
    labelNames: ['outcome'],
    buckets: SECONDS,
    registers: [registry],
  });
  const ends = new WeakMap<RerankCall, ReturnType<typeof seconds.startTimer>>();
  const failed = new WeakSet<RerankCall>();
  const calls = tracingChannel<unknown, RerankCall>(RERANK_CALLS);
  const subscribers = {
    start: (call: RerankCall) => void ends.set(call, seconds.startTimer()),
    error: (call: RerankCall) => void failed.add(call),
    asyncEnd(call: RerankCall) {
      ends.get(call)?.({ outcome: failed.has(call) ? 'failed' : 'ok' });
      batchSizes.observe({ of: 'reranker' }, call.texts);
    },
    end: () => undefined,
    asyncStart: () => undefined,
  };
  calls.subscribe(subscribers);
  return () => calls.unsubscribe(subscribers);
}

/** The channel that reports searches answered with less than requested. */
const DEGRADED = 'paperql:degraded-searches';

function countDegraded(registry: Registry): () => void {
  const degraded = new Counter({
    name: 'paperql_degraded_answers_total',
    help: 'Searches that were answered with less than was asked for',
    labelNames: ['reason'],
    registers: [registry],
  });
  const onSearch = (reason: unknown) => degraded.inc({ reason: String(reason) });
  subscribe(DEGRADED, onSearch);
  return () => unsubscribe(DEGRADED, onSearch);
}

function readWhenAsked(registry: Registry, readings: Readings): void {
  const registers = [registry];
  const gauge = (
    name: string,
    help: string,
    read: () => number | boolean,
    aggregator: 'sum' | 'min' = 'sum',
  ) =>
    new Gauge({
      name,
      help,
      registers,
      aggregator,
      collect() {
        this.set(Number(read()));
      },
    });
  gauge('paperql_queued_operations', 'Operations that wait for their turn', () =>
    readings.waitingOperations(),
  );
  gauge('paperql_running_operations', 'Operations that have their turn', () => readings.runningOperations());
  const { areBudgetsShared } = readings;
  if (areBudgetsShared) {
    gauge(
      'paperql_budgets_shared',
      'Whether budgets are kept in Redis (1), or by each server because Redis is unavailable (0)',
      () => areBudgetsShared(),
      // 0 if it is 0 in any process.
      'min',
    );
  }
  const corpus = (name: string, help: string, valueOf: (reading: CorpusReading) => number | null) =>
    new Gauge({
      name,
      help,
      registers,
      // All processes read the same corpus.
      aggregator: 'max',
      async collect() {
        const value = valueOf(await readings.corpus());
        if (value === null) this.remove();
        else this.set(value);
      },
    });
  corpus('paperql_corpus_papers', 'Papers in the collection', ({ papers }) => papers);
  corpus('paperql_sync_lag_seconds', 'Age of the last finished sync', ({ lagSeconds }) => lagSeconds);
  corpus(
    'paperql_sync_waiting_pages',
    'Pages that were received and not loaded',
    ({ waitingPages }) => waitingPages,
  );
  corpus(
    'paperql_load_records',
    'Records that the load under way has read',
    ({ loadedRecords }) => loadedRecords,
  );
}
