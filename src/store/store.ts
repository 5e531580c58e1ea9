import type { Directory, DirectoryReader } from './directory.js';
import type { Filter } from './filter.js';
import type { CollectionMetadata } from './layout.js';
import type { CallOptions } from './shared-call.js';
import type { PaperPayload, PayloadField } from '../papers/payload.js';

/** A paper to write: `vector` has the dimension of the collection. */
export interface PaperPoint {
  /** UUID, see `toPointId`. */
  id: string;
  vector: Float32Array | readonly number[];
  payload: PaperPayload;
  /** The payload as JSON, if the caller already has it. */
  payloadJson?: string;
}

/**
 * Points encoded for one engine. Encoding is a large part of the work of loading. It is separate from writing, so
 * that it can run in another thread and transfer the memory of its parts.
 */
export interface EncodedPoints {
  count: number;
  parts: Uint8Array<ArrayBuffer>[];
}

/**
 * Pure. Points must have distinct ids, because each would be stored.
 *
 * @throws BadUserInputError for a point that the store cannot represent.
 */
export type EncodePoints = (points: Iterable<PaperPoint>) => EncodedPoints;

/** A stored paper with at least the requested payload fields, if it has them. */
export interface StoredPaper {
  id: string;
  payload: Partial<PaperPayload>;
}

export interface Hit extends StoredPaper {
  /** Cosine similarity, -1 to 1; for keywords the score of the engine, above 0; null in a listing. */
  score: number | null;
}

export type ListingKey = 'submitted_at' | 'updated_at';

/** Which points to return, and their order. */
export type Ranking =
  /** Nearest to a vector, best first. */
  | { kind: 'nearest'; vector: Float32Array }
  /** Nearest to a stored point, which is itself left out. */
  | { kind: 'similar'; to: string }
  /**
   * By the engine's BM25 over title, abstract and authors, best first; papers with none of the words are left out. Words
   * are compared by stem and without accents, stop words do not count, and nothing in `text` is an operator.
   */
  | { kind: 'keyword'; text: string }
  /** Ordered by a date; points without one come last or are left out. */
  | { kind: 'listing'; by: ListingKey; direction: 'asc' | 'desc' };

/** Parameters of one query for an approximate index. */
export interface SearchParams {
  /** Compares every vector. */
  exact?: boolean;
  /** Candidates to keep while searching the HNSW graph; never fewer than the window. */
  hnswEf?: number;
  /** Partitions of an IVF index to search; only for the embedded store with such an index. */
  probes?: number;
  quantization?: {
    /** Uses the original vectors although the index has compressed copies. */
    ignore?: boolean;
    /** Whether to recompute the scores of the candidates from the original vectors. */
    rescore?: boolean;
    /**
     * Number of candidates taken from the compressed copies before rescoring, as a multiple of the window; at least
     * 1.
     */
    oversampling?: number;
  };
}

export interface SearchRequest {
  ranking: Ranking;
  filter?: Filter;
  /** For `nearest` and `similar`. An unsupported parameter causes BAD_USER_INPUT that names it. */
  params?: SearchParams;
  /** Number of hits to skip. */
  offset: number;
  /** Maximum number of hits, at least 1. */
  limit: number;
  /**
   * Candidates that an approximate index considers, at least `offset + limit`. Slices of one window neither overlap
   * nor leave a gap; another window may rank differently.
   */
  window: number;
  /** Payload fields that hits need. */
  fields: readonly PayloadField[];
}

/** Payload fields whose values can be counted. */
export type FacetField = 'categories' | 'primary_category' | 'archives' | 'year' | 'author_names' | 'license';

/** The papers that a keyword ranking finds for these words, among those that the filter selects. */
export interface WordMatch {
  words: string;
  filter?: Filter;
}

export interface MatchCount {
  count: number;
  /** False if the store stopped counting, so that there may be more. */
  isExact: boolean;
}

export interface FacetRequest extends Partial<WordMatch> {
  field: FacetField;
  /** Maximum number of values, at least 1. */
  limit: number;
}

export interface FacetCount {
  value: string | number;
  /** Number of papers with the value. */
  count: number;
  /** Whether parts of the collection may have left out some of these papers. */
  isEstimate?: boolean;
}

export interface CollectionInfo {
  name: string;
  /** Exact number of points. */
  count: number;
  dimension: number;
  distance: string;
  /** The metadata passed to `create`; null for a collection that another program made. */
  metadata: CollectionMetadata | null;
  /** Payload fields of the layout without an index: filters on them would be wrong or slow. */
  missingIndexes: string[];
}

/** Layout options of a new collection on a Qdrant server; omitted ones have the defaults of the server. */
export interface CollectionOptions {
  shards?: number;
  replicas?: number;
  /** Reads vectors and payload from disk instead of memory. */
  onDisk?: boolean;
  quantization?: 'scalar' | 'product' | 'binary' | 'turbo4' | 'turbo2' | 'turbo1';
  /** Edges per node of the HNSW graph. */
  hnswM?: number;
  /** Neighbours to consider while building the HNSW graph. */
  hnswEfConstruct?: number;
}

/** Progress of the vector index. */
export interface IndexingState {
  /** Number of points in the vector index. */
  indexed: number;
  total: number;
  /**
   * `idle`: by the rules of the engine, nothing is left to do (small segments are never indexed). `paused`: a server
   * has restarted, and continues only after a write or `setVectorIndexing`.
   */
  state: 'idle' | 'building' | 'paused' | 'failed';
  /** What the engine is building at the moment, if it says so. */
  step?: string;
  /** Estimated share of the whole building that is done, 0 to 1, if the engine says what it builds. */
  share?: number;
  /** Error message of the engine. */
  problem?: string;
}

/** The current step of some work, and how much of all of it is done. */
export interface WorkStep {
  name: string;
  /** Out of `total`, in any unit. */
  done: number;
  total: number;
  /** Expected time until everything is done; absent if unknown. */
  remainingMs?: number | undefined;
}

export type OptimizeProgress = (step: WorkStep) => void;

/** A point stored by another program. */
export interface ForeignPoint {
  id: string | number;
  payload: Readonly<Record<string, unknown>>;
}

export interface AdoptedPaper {
  id: string | number;
  payload: PaperPayload;
}

/**
 * Converts a collection made by another program to the layout, in place. Each step can be repeated; dense vectors do
 * not change.
 */
export interface Adoption {
  /** Adds the `bm25` vector if the collection has none. */
  addKeywordVector(options?: CallOptions): Promise<void>;
  /**
   * Points without a content hash, starting at a place returned by an earlier call; `next` is null at the end.
   */
  list(
    from: string | number | null,
    limit: number,
    options?: CallOptions,
  ): Promise<{ points: ForeignPoint[]; next: string | number | null }>;
  /**
   * Replaces the payloads and adds the matching keyword vectors. Points that were deleted or got a content hash
   * since they were listed do not change.
   */
  adopt(papers: readonly AdoptedPaper[], options?: CallOptions): Promise<void>;
  setMetadata(metadata: CollectionMetadata, options?: CallOptions): Promise<void>;
}

export interface ScanOptions extends CallOptions {
  /** Wraps each request of an engine that reads page by page, so that the caller can repeat one that failed. */
  repeat?: <Result>(send: () => Promise<Result>) => Promise<Result>;
}

/**
 * The three parts of a store, so that each consumer can take the part it needs. Every method rejects with a
 * `PublicError` (STORE_UNAVAILABLE, RATE_LIMITED, TIMEOUT; BAD_USER_INPUT for a filter that the store cannot
 * express) whose `cause` is the error of the client, or with the reason of its signal.
 */
export interface PaperReader {
  readonly kind: 'lance' | 'qdrant';
  readonly collection: string;
  /** The collection's author names and titles. */
  readonly directory: DirectoryReader;
  /**
   * One outcome per request, in order: hits, best first, ties by point id; or the error of that request alone. All
   * requests are sent as one batch.
   */
  search(requests: readonly SearchRequest[], options?: CallOptions): Promise<(Hit[] | Error)[]>;
  /** The existing papers among `ids`, by id. */
  retrieve(
    ids: readonly string[],
    fields: readonly PayloadField[],
    options?: CallOptions,
  ): Promise<Map<string, StoredPaper>>;
  /**
   * All papers with these fields, in batches and in no order. Use it only if nothing else runs, such as at the end
   * of a load.
   */
  scan(fields: readonly PayloadField[], options?: ScanOptions): AsyncIterable<StoredPaper[]>;
  /** Vectors of stored points by id, scaled to length 1 unless all zeros; unknown ids are left out. */
  vectors(ids: readonly string[], options?: CallOptions): Promise<Map<string, Float32Array>>;
  /** Exact number of points that the filter selects. */
  count(filter?: Filter, options?: CallOptions): Promise<number>;
  /** The same for each filter, or the error of that one alone. All are sent together. */
  counts(filters: readonly Filter[], options?: CallOptions): Promise<(number | Error)[]>;
  /**
   * The number of papers that the keyword ranking of each match finds, however many; or the error of that match
   * alone. Facets of the same match count the same papers.
   */
  countMatches(matches: readonly WordMatch[], options?: CallOptions): Promise<(MatchCount | Error)[]>;
  /**
   * Exact counts of the most frequent values of each request, most frequent first, ties by value; or the error of
   * that request alone. All requests are sent together. A Qdrant server may count a paper twice among its authors
   * while that paper is updated.
   */
  facets(requests: readonly FacetRequest[], options?: CallOptions): Promise<(FacetCount[] | Error)[]>;
  /** Null if the collection does not exist. */
  describe(options?: CallOptions): Promise<CollectionInfo | null>;
  /** Progress of a vector index that the engine builds on its own. */
  indexing(options?: CallOptions): Promise<IndexingState>;
}

/**
 * Writes papers. When its signal is aborted, a call rejects immediately and starts nothing more; work that the
 * engine has already begun may still take effect.
 */
export interface PaperWriter {
  readonly directory: Directory;
  /**
   * URL of the module that exports `encodePoints` for this store. Any thread may import it, because it opens
   * nothing.
   */
  readonly encoder: string;
  /**
   * Inserts or replaces points. When the promise resolves, they can be found. If the store rejects a point
   * (BAD_USER_INPUT), the whole request fails; of a call split into several requests, earlier ones are kept.
   */
  upsert(points: readonly PaperPoint[], options?: UpsertOptions): Promise<void>;
  /** Like `upsert`, for points with distinct ids encoded by the `encoder` of this store. */
  upsertEncoded(points: EncodedPoints, options?: UpsertOptions): Promise<void>;
}

export interface UpsertOptions extends CallOptions {
  /**
   * The caller knows that none of the points is stored and that nobody else writes, so the store need not look for
   * them.
   */
  areNew?: boolean;
}

/** Creates, changes and deletes the collection. Signals work as in `PaperWriter`. */
export interface StoreAdmin {
  /**
   * Creates the collection with all indexes of the layout; fails if it exists.
   *
   * @throws BadUserInputError for a setting that the store does not support.
   */
  create(metadata: CollectionMetadata, settings?: CollectionOptions, options?: CallOptions): Promise<void>;
  /**
   * Whether the engine builds its vector index during writes. `off` is for loading: one build at the end is faster
   * than many in between. Call it with `on` after every load, including the first one, until which the engine may
   * use another configuration. Does nothing if `optimize` builds the index.
   */
  setVectorIndexing(mode: 'off' | 'on', options?: CallOptions): Promise<void>;
  /**
   * Builds or completes the indexes that are useful once there are points; does nothing if the engine does so
   * itself. A step in progress is finished even if the signal is aborted. The call can be repeated.
   */
  optimize(options?: OptimizeOptions): Promise<void>;
  /**
   * Upgrades a collection of an older layout (`OLDER_LAYOUTS`) in place, and finally updates its metadata. It can be
   * stopped and repeated.
   */
  renew(options?: OptimizeOptions): Promise<void>;
  /** Absent if only PaperQL makes collections of this store. */
  readonly adoption?: Adoption;
  /** Deletes the collection if it exists. */
  drop(options?: CallOptions): Promise<void>;
  /** Waits for writes in progress. */
  close(): Promise<void>;
}

export interface OptimizeOptions extends CallOptions {
  onProgress?: OptimizeProgress | undefined;
}

/** Papers kept in one collection: what every adapter implements. */
export interface PaperStore extends PaperReader, PaperWriter, StoreAdmin {
  readonly directory: Directory;
}
