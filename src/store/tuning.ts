import type { Filter } from './filter.js';
import type { IndexingState } from './store.js';

/**
 * What measuring needs of a store beyond searching it: one query at a time with its times, other index settings, what the
 * index takes, and copies to try things on. Apart from `PaperStore`, which serves.
 */

/** What a query tells an approximate index. What is not given is as PaperQL's own searches ask for it. */
export interface QueryParams {
  /** Compares with every vector itself. */
  exact?: boolean;
  /** Candidates kept while an HNSW graph is searched. */
  ef?: number;
  /** Partitions of an IVF index that are looked into (LanceDB). */
  probes?: number;
  /** Whether the best by the compressed vectors are ranked again by the vectors themselves. */
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
  /** From the request to the parsed answer. */
  clientMs: number;
  /** What the server itself says it took; null for an embedded engine, which has no other side. */
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
  /** Candidates that PaperQL's searches for a first page keep in a graph when nothing is set. */
  defaultEf: number;
  /** Number of partitions of an index over these papers; null if the engine has no such index. */
  partitions: number | null;
  indexing: IndexingState;
}

export interface MemoryFigures {
  parts: { name: 'vectors' | 'graph' | 'compressed vectors' | 'index files'; bytes: number }[];
  /** Who measured the parts and what they mean, or how they were computed. */
  partsFrom: string;
  /** Resident memory of the process that searches, whatever else it holds; null where nobody says it. */
  processBytes: number | null;
}

export interface Step {
  name: string;
  done: number;
  /** Absent where nobody knows. */
  total?: number;
}

export interface LongWork {
  signal: AbortSignal;
  onProgress: (step: Step) => void;
}

export interface BuildOptions extends LongWork {
  /** How long the engine may take. */
  limitMs: number;
}

export interface ReindexOptions extends BuildOptions {
  /** For good: what was there before is forgotten. */
  keep?: boolean;
}

/** One collection under measurement. Every method rejects with a `PublicError`. */
export interface TuningStore {
  readonly kind: 'lance' | 'qdrant';
  readonly collection: string;
  describe(): Promise<TuningTarget>;
  query(query: VectorQuery): Promise<TimedAnswer>;
  /**
   * Different stored papers with their vectors (none of zeros), at most `count`: the same for the same random numbers, as
   * long as the papers are the same.
   *
   * @param random numbers from 0 to 1.
   */
  sample(count: number, random: () => number): Promise<SampledPaper[]>;
  count(filter?: Filter): Promise<number>;
  /** Why this engine, in its version, cannot have the index with its present papers; null when it can. */
  refuses(index: VectorIndex): string | null;
  /**
   * Indexes all vectors so and waits until it is done. Remembers what was there before, for `restore`.
   *
   * @returns how long the engine took, in milliseconds; null when they were indexed so already.
   * @throws PublicError when it fails or takes longer than it may; the signal's reason when that is aborted.
   */
  reindex(index: VectorIndex, options: ReindexOptions): Promise<number | null>;
  /**
   * Puts the settings back that were there before the first `reindex`, or before that of an earlier process that was
   * killed.
   *
   * @returns whether there was anything to put back.
   */
  restore(options: BuildOptions): Promise<boolean>;
  memory(): Promise<MemoryFigures>;
  /** Names of the collection's scratch copies that are there: of runs under way, or of such as were killed. */
  copies(): Promise<string[]>;
  dropCopy(name: string): Promise<void>;
  /** A copy of ids and vectors under another name, to be dropped by the caller; what fails half-way leaves nothing. */
  copy(work: LongWork): Promise<ScratchCopy>;
  close(): Promise<void>;
}

export interface ScratchCopy extends TuningStore {
  drop(): Promise<void>;
}
