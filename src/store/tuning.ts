import type { Filter } from './filter.js';
import type { IndexingState } from './store.js';

/**
 * What measurements need from a store in addition to searching: single queries with their times, other index
 * settings, the memory of the index, and scratch copies. Separate from `PaperStore`, which serves.
 */

/** Parameters of a query for an approximate index. Omitted ones have the values of PaperQL's own searches. */
export interface QueryParams {
  /** Compares with every vector. */
  exact?: boolean;
  /** Candidates to keep while searching an HNSW graph. */
  ef?: number;
  /** Partitions of an IVF index to search (LanceDB). */
  probes?: number;
  /** Whether to rank the best results of compressed vectors again by the original vectors. */
  rescore?: boolean;
  /** Factor of candidates to rescore. */
  oversampling?: number;
}

export interface VectorQuery {
  vector: Float32Array;
  limit: number;
  params: QueryParams;
  filter?: Filter;
}

export interface SampledPaper {
  /** Point id. */
  id: string;
  vector: Float32Array;
}

export interface TimedAnswer {
  hits: { id: string; score: number }[];
  /** From sending the request to the parsed answer. */
  clientMs: number;
  /** The time reported by the server; null for an embedded engine. */
  serverMs: number | null;
}

export const QUANTIZATIONS = ['none', 'scalar', 'product', 'binary', 'turbo4', 'turbo2', 'turbo1'] as const;
export type Quantization = (typeof QUANTIZATIONS)[number];

export const LANCE_INDEX_KINDS = ['none', 'ivf_hnsw_sq', 'ivf_hnsw_pq', 'ivf_pq', 'ivf_rq'] as const;
export type LanceIndexKind = (typeof LANCE_INDEX_KINDS)[number];

/** How vectors are indexed. */
export type VectorIndex =
  | { engine: 'qdrant'; m: number; efConstruct: number; quantization: Quantization | 'other' }
  | { engine: 'lance'; kind: LanceIndexKind | 'other'; m: number | null; efConstruct: number | null };

export interface TuningTarget {
  engine: string;
  version: string;
  points: number;
  dimension: number;
  distance: string;
  index: VectorIndex;
  /** Candidates that PaperQL's searches for a first page keep in a graph by default. */
  defaultEf: number;
  /** Number of partitions of an index over these papers; null if the engine has no such index. */
  partitions: number | null;
  indexing: IndexingState;
}

export interface MemoryFigures {
  parts: { name: 'vectors' | 'graph' | 'compressed vectors' | 'index files'; bytes: number }[];
  /** Who measured the parts and what they mean, or how they were computed. */
  partsFrom: string;
  /** Resident memory of the process that searches, including everything else in it; null if unknown. */
  processBytes: number | null;
}

export interface Step {
  name: string;
  done: number;
  /** Absent if unknown. */
  total?: number;
}

export interface LongWork {
  signal: AbortSignal;
  onProgress: (step: Step) => void;
}

export interface BuildOptions extends LongWork {
  /** Time limit for the engine. */
  limitMs: number;
}

export interface ReindexOptions extends BuildOptions {
  /** Permanently: the previous settings are forgotten. */
  keep?: boolean;
}

/** One collection under measurement. Every method rejects with a `PublicError`. */
export interface TuningStore {
  readonly kind: 'lance' | 'qdrant';
  readonly collection: string;
  describe(): Promise<TuningTarget>;
  query(query: VectorQuery): Promise<TimedAnswer>;
  /**
   * At most `count` different stored papers with their vectors, none of them zeros. The result is the same for the
   * same random numbers, as long as the papers do not change.
   *
   * @param random numbers from 0 to 1.
   */
  sample(count: number, random: () => number): Promise<SampledPaper[]>;
  count(filter?: Filter): Promise<number>;
  /** Why this version of the engine cannot build the index with its current papers; null if it can. */
  refuses(index: VectorIndex): string | null;
  /**
   * Builds an index with these settings over all vectors and waits for it. Records the previous settings for
   * `restore`.
   *
   * @returns how long the engine took, in milliseconds; null if nothing had to be changed.
   * @throws PublicError if it fails or exceeds its time limit; the reason of the signal if that is aborted.
   */
  reindex(index: VectorIndex, options: ReindexOptions): Promise<number | null>;
  /**
   * Restores the settings from before the first `reindex`, or from before that of an earlier process that was
   * killed, and completes an index whose building has paused.
   *
   * @returns whether there was anything to restore.
   */
  restore(options: BuildOptions): Promise<boolean>;
  memory(): Promise<MemoryFigures>;
  /** Names of the existing scratch copies of the collection, from current or killed runs. */
  copies(): Promise<string[]>;
  dropCopy(name: string): Promise<void>;
  /**
   * Copies ids and vectors to a collection with another name, which the caller must drop. A failed copy leaves
   * nothing.
   */
  copy(work: LongWork): Promise<ScratchCopy>;
  close(): Promise<void>;
}

export interface ScratchCopy extends TuningStore {
  drop(): Promise<void>;
}

/** Names of scratch copies of the collection begin with this. */
export function copyPrefix(collection: string): string {
  return `${collection}_tune_`;
}
