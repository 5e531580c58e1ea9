import type { Filter } from './filter.js';
import type { CollectionMetadata } from './layout.js';
import type { PaperPayload, PayloadField } from '../papers/payload.js';

/** A paper as it is written: `vector` has the collection's dimension. */
export interface PaperPoint {
  /** UUID, see `toPointId`. */
  id: string;
  vector: Float32Array | readonly number[];
  payload: PaperPayload;
}

/** A stored paper with at least the payload fields that were asked for (where it has them). */
export interface StoredPaper {
  id: string;
  payload: Partial<PaperPayload>;
}

export interface Hit extends StoredPaper {
  /** Cosine similarity, -1 to 1; null in a listing. */
  score: number | null;
}

export type ListingKey = 'submitted_at' | 'updated_at';

/** Which points, in which order. */
export type Ranking =
  /** Nearest to a vector, best first. */
  | { kind: 'nearest'; vector: Float32Array }
  /** Nearest to a stored point, which is itself left out. */
  | { kind: 'similar'; to: string }
  /** Ordered by a date; points without one come last or are left out. */
  | { kind: 'listing'; by: ListingKey; direction: 'asc' | 'desc' };

export interface SearchRequest {
  ranking: Ranking;
  filter?: Filter;
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

/**
 * Papers kept in one collection. Every method rejects with a `PublicError` (STORE_UNAVAILABLE, RATE_LIMITED, TIMEOUT;
 * BAD_USER_INPUT for a filter that the store cannot express), with the client's error as `cause`.
 */
export interface PaperStore {
  readonly kind: 'lance' | 'qdrant';
  readonly collection: string;
  /**
   * One outcome for each request, in order: hits best first, equal scores by point id; or the error of that request
   * alone. All requests go out as one batch.
   */
  search(requests: readonly SearchRequest[]): Promise<(Hit[] | Error)[]>;
  /** The papers that exist among `ids`, by id. */
  retrieve(ids: readonly string[], fields: readonly PayloadField[]): Promise<Map<string, StoredPaper>>;
  /** Exact number of points that the filter selects. */
  count(filter?: Filter): Promise<number>;
  /** Inserts or replaces; when the promise resolves, the points are found. All or nothing for one call. */
  upsert(points: readonly PaperPoint[]): Promise<void>;
  /** Null when the collection does not exist. */
  describe(): Promise<CollectionInfo | null>;
  /** Makes the collection with all indexes of the layout; an existing one is an error. */
  create(metadata: CollectionMetadata): Promise<void>;
  /** Builds or completes the indexes that pay once points are there; does nothing where the engine does so itself. */
  optimize(): Promise<void>;
  /** Deletes the collection if it exists. */
  drop(): Promise<void>;
  close(): Promise<void>;
}
