import type { Directory, DirectoryReader } from './directory.js';
import type { Filter } from './filter.js';
import type { CollectionMetadata } from './layout.js';
import type { CallOptions } from './shared-call.js';
import type { PaperPayload, PayloadField } from '../papers/payload.js';

/** A paper as it is written: `vector` has the collection's dimension. */
export interface PaperPoint {
  /** UUID, see `toPointId`. */
  id: string;
  vector: Float32Array | readonly number[];
  payload: PaperPayload;
  /** The payload as JSON, from a caller that has made it anyway. */
  payloadJson?: string;
}

/**
 * Points in the form in which one store's engine takes them. Making it is much of the work of loading; it is apart from
 * writing so that it can be done in another thread, to which the memory of the parts may be handed over.
 */
export interface EncodedPoints {
  count: number;
  parts: Uint8Array<ArrayBuffer>[];
}

/**
 * Pure. Of several points with one id, each would be stored.
 *
 * @throws BadUserInputError for a point that the store cannot take.
 */
export type EncodePoints = (points: Iterable<PaperPoint>) => EncodedPoints;

/** A stored paper with at least the payload fields that were asked for (where it has them). */
export interface StoredPaper {
  id: string;
  payload: Partial<PaperPayload>;
}

export interface Hit extends StoredPaper {
  /** Cosine similarity, -1 to 1; by keywords the engine's own, above 0; null in a listing. */
  score: number | null;
}

export type ListingKey = 'submitted_at' | 'updated_at';

/** Which points, in which order. */
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

/** What an approximate index is told for one query. */
export interface SearchParams {
  /** Compares every vector. */
  exact?: boolean;
  /** Candidates that the search in the HNSW graph keeps; never fewer than the window. */
  hnswEf?: number;
  /** Partitions of an IVF index that are looked into; the embedded store's, and only where such an index was chosen. */
  probes?: number;
  quantization?: {
    /** Searches by the vectors themselves although the index has smaller copies. */
    ignore?: boolean;
    /** Whether the candidates' scores are computed again from the vectors themselves. */
    rescore?: boolean;
    /** How many times the window's candidates are taken from the copies before scores are computed again, at least 1. */
    oversampling?: number;
  };
}

export interface SearchRequest {
  ranking: Ranking;
  filter?: Filter;
  /** For `nearest` and `similar`; what the store lacks is BAD_USER_INPUT that names it. */
  params?: SearchParams;
  /** Hits passed over. */
  offset: number;
  /** Most hits returned, at least 1. */
  limit: number;
  /**
   * Candidates an approximate index looks at, at least `offset + limit`. Slices of one window neither overlap nor
   * leave a gap; another window may rank differently.
   */
  window: number;
  /** Payload fields that hits must carry. */
  fields: readonly PayloadField[];
}

/** Payload fields whose values can be counted. */
export type FacetField = 'categories' | 'primary_category' | 'archives' | 'year' | 'author_names' | 'license';

/** The papers, among those that the filter selects, that a keyword ranking by these words finds. */
export interface WordMatch {
  words: string;
  filter?: Filter;
}

export interface MatchCount {
  count: number;
  /** False when the store has stopped counting, so that there may be more. */
  isExact: boolean;
}

export interface FacetRequest extends Partial<WordMatch> {
  field: FacetField;
  /** Most values returned, at least 1. */
  limit: number;
}

export interface FacetCount {
  value: string | number;
  /** Papers that have the value. */
  count: number;
}

export interface CollectionInfo {
  name: string;
  /** Exact number of points. */
  count: number;
  dimension: number;
  distance: string;
  /** What `create` was given; null for a collection that PaperQL did not make. */
  metadata: CollectionMetadata | null;
  /** Payload fields of the layout that lack their index: filters on them would be wrong or slow. */
  missingIndexes: string[];
}

/** How a new collection is laid out on a Qdrant server; what is not given is the server's default. */
export interface CollectionOptions {
  shards?: number;
  replicas?: number;
  /** Vectors and payload are read from disk instead of memory. */
  onDisk?: boolean;
  quantization?: 'scalar' | 'product' | 'binary' | 'turbo4' | 'turbo2' | 'turbo1';
  /** Edges for each node of the HNSW graph. */
  hnswM?: number;
  /** Neighbours looked at while the HNSW graph is built. */
  hnswEfConstruct?: number;
}

/** How far the engine is with its vector index. */
export interface IndexingState {
  /** Points that the vector index holds. */
  indexed: number;
  total: number;
  /** `idle`: nothing more to do by the engine's own rules (small segments are never indexed). */
  state: 'idle' | 'building' | 'failed';
  /** Why it failed, in the engine's words. */
  problem?: string;
}

/** Called as `optimize` goes on: what is being done, as far as it can be told. */
export type OptimizeProgress = (step: { name: string; done: number; total: number }) => void;

/** A point as somebody else stored it. */
export interface ForeignPoint {
  id: string | number;
  payload: Readonly<Record<string, unknown>>;
}

export interface AdoptedPaper {
  id: string | number;
  payload: PaperPayload;
}

/**
 * What it takes to bring a collection that others made into the layout, in place. Each step may be repeated; dense
 * vectors are left as they are.
 */
export interface Adoption {
  /** Adds the `bm25` vector where the collection has none. */
  addKeywordVector(options?: CallOptions): Promise<void>;
  /** Points without a content hash, from a place on that an earlier call returned; `next` is null at the end. */
  list(
    from: string | number | null,
    limit: number,
    options?: CallOptions,
  ): Promise<{ points: ForeignPoint[]; next: string | number | null }>;
  /**
   * Replaces the payloads, and adds the keyword vectors that follow from them. Points that were deleted, or given a
   * content hash, since they were listed stay so.
   */
  adopt(papers: readonly AdoptedPaper[], options?: CallOptions): Promise<void>;
  setMetadata(metadata: CollectionMetadata, options?: CallOptions): Promise<void>;
}

/**
 * The three parts of a store, so that each consumer can take the part it needs. Every method rejects with a `PublicError`
 * (STORE_UNAVAILABLE, RATE_LIMITED, TIMEOUT; BAD_USER_INPUT for a filter that the store cannot express), with the client's
 * error as `cause`; or with the reason of its signal.
 */
export interface PaperReader {
  readonly kind: 'lance' | 'qdrant';
  readonly collection: string;
  /** The collection's author names and titles. */
  readonly directory: DirectoryReader;
  /**
   * One outcome for each request, in order: hits best first, equal scores by point id; or the error of that request
   * alone. All requests go out as one batch.
   */
  search(requests: readonly SearchRequest[], options?: CallOptions): Promise<(Hit[] | Error)[]>;
  /** The papers that exist among `ids`, by id. */
  retrieve(
    ids: readonly string[],
    fields: readonly PayloadField[],
    options?: CallOptions,
  ): Promise<Map<string, StoredPaper>>;
  /**
   * All papers with these fields, in batches and no order; meant for what runs beside nothing else, such as the end of
   * a load.
   */
  scan(fields: readonly PayloadField[], options?: CallOptions): AsyncIterable<StoredPaper[]>;
  /** Vectors of stored points, scaled to length 1 unless all zeros, by id; unknown ids are left out. */
  vectors(ids: readonly string[], options?: CallOptions): Promise<Map<string, Float32Array>>;
  /** Exact number of points that the filter selects. */
  count(filter?: Filter, options?: CallOptions): Promise<number>;
  /** The same for each filter, or the error of that one alone. All go out together. */
  counts(filters: readonly Filter[], options?: CallOptions): Promise<(number | Error)[]>;
  /**
   * How many papers the keyword ranking of each match finds, however long it is; or the error of that match alone. Facets
   * of the same match count the same papers.
   */
  countMatches(matches: readonly WordMatch[], options?: CallOptions): Promise<(MatchCount | Error)[]>;
  /**
   * Exact counts of each request's most frequent values, most frequent first, equal counts by value; or the error of that
   * request alone. All requests go out together. A Qdrant server may count a paper twice among its authors while that
   * paper is updated.
   */
  facets(requests: readonly FacetRequest[], options?: CallOptions): Promise<(FacetCount[] | Error)[]>;
  /** Null when the collection does not exist. */
  describe(options?: CallOptions): Promise<CollectionInfo | null>;
  /** Progress of a vector index that the engine builds by itself. */
  indexing(options?: CallOptions): Promise<IndexingState>;
}

/**
 * Writes papers. When its signal is aborted, a call rejects at once and begins nothing more; what the engine already has in
 * hand may still take effect.
 */
export interface PaperWriter {
  readonly directory: Directory;
  /** URL of the module that exports `encodePoints` for this store. It opens nothing, so any thread may import it. */
  readonly encoder: string;
  /**
   * Inserts or replaces; when the promise resolves, the points are found. A point that the store refuses
   * (BAD_USER_INPUT) costs those that go with it; of a call too large for one request, earlier parts are kept.
   */
  upsert(points: readonly PaperPoint[], options?: UpsertOptions): Promise<void>;
  /** As `upsert`, for points with distinct ids that this store's `encoder` encoded. */
  upsertEncoded(points: EncodedPoints, options?: UpsertOptions): Promise<void>;
}

export interface UpsertOptions extends CallOptions {
  /** The caller has looked, and nobody else writes: none of the points is stored, which saves the search for them. */
  areNew?: boolean;
}

/** Makes, changes and removes the collection. Signals are as those of `PaperWriter`. */
export interface StoreAdmin {
  /**
   * Makes the collection with all indexes of the layout; an existing one is an error.
   *
   * @throws BadUserInputError for a setting that the store does not have.
   */
  create(metadata: CollectionMetadata, settings?: CollectionOptions, options?: CallOptions): Promise<void>;
  /**
   * Whether the engine builds its vector index while points come in. `off` is for loading: one build at the end is
   * quicker than many in between. `on` follows every load, a new collection's first one too, which the engine may be laid
   * out for until then. Does nothing where the index is built by `optimize`.
   */
  setVectorIndexing(mode: 'off' | 'on', options?: CallOptions): Promise<void>;
  /**
   * Builds or completes the indexes that pay once points are there; does nothing where the engine does so itself. A step
   * under way is finished, also when the signal is aborted; it may be repeated.
   */
  optimize(options?: OptimizeOptions): Promise<void>;
  /**
   * Brings a collection of an older layout (`OLDER_LAYOUTS`) to the present one, in place; at the end its metadata say so.
   * It may be stopped and repeated.
   */
  renew(options?: OptimizeOptions): Promise<void>;
  /** Absent where no collection is made but by PaperQL. */
  readonly adoption?: Adoption;
  /** Deletes the collection if it exists. */
  drop(options?: CallOptions): Promise<void>;
  /** Waits for writes under way. */
  close(): Promise<void>;
}

export interface OptimizeOptions extends CallOptions {
  onProgress?: OptimizeProgress | undefined;
}

/** Papers kept in one collection: what every adapter implements. */
export interface PaperStore extends PaperReader, PaperWriter, StoreAdmin {
  readonly directory: Directory;
}
