import type { Batch } from './batch.js';
import type { RejectReason } from './reject.js';

/** What became of the input so far. */
export interface Counts {
  /** Lines that held something. */
  read: number;
  /** Not wanted by `--category` and `--since`. */
  filtered: number;
  /** Without embedding, under `--embeddings require`. */
  withoutEmbedding: number;
  new: number;
  updated: number;
  unchanged: number;
  /** Texts embedded here. */
  embedded: number;
  /** Tokens that the embedding model read. */
  tokens: number;
  rejected: Partial<Record<RejectReason, number>>;
}

export function noCounts(): Counts {
  return {
    read: 0,
    filtered: 0,
    withoutEmbedding: 0,
    new: 0,
    updated: 0,
    unchanged: 0,
    embedded: 0,
    tokens: 0,
    rejected: {},
  };
}

export function countRead(counts: Counts, batch: Batch): void {
  counts.read += batch.read;
  counts.filtered += batch.filtered;
  counts.withoutEmbedding += batch.withoutEmbedding;
}

export function countRejected(counts: Counts, reason: RejectReason): void {
  counts.rejected[reason] = (counts.rejected[reason] ?? 0) + 1;
}

export function totalRejected({ rejected }: Counts): number {
  return Object.values(rejected).reduce((sum, count) => sum + count, 0);
}

/** Records that were selected: stored now or before, or refused by embedder or store. */
export function totalSelected({ rejected, ...counts }: Counts): number {
  const refused = (rejected.embedding_refused ?? 0) + (rejected.store_refused ?? 0);
  return counts.new + counts.updated + counts.unchanged + refused;
}
