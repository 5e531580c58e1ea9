import type { Batch, UnreadableCounts } from './batch.js';
import type { RejectReason } from './rejects.js';

/** What has become of the input so far. */
export interface Counts {
  /** Number of non-empty lines. */
  read: number;
  /** Excluded by `--category` and `--since`. */
  filtered: number;
  /** Without embedding, under `--embeddings require`. */
  withoutEmbedding: number;
  new: number;
  updated: number;
  unchanged: number;
  /** Texts whose embedding was imported (`paperql embeddings import`). */
  imported: number;
  /** Texts embedded here. */
  embedded: number;
  /** Tokens that the embedding model read. */
  tokens: number;
  rejected: Partial<Record<RejectReason, number>>;
  /** Records that lost a field because its value was unreadable, by field. */
  unreadable: UnreadableCounts;
}

export function noCounts(): Counts {
  return {
    read: 0,
    filtered: 0,
    withoutEmbedding: 0,
    new: 0,
    updated: 0,
    unchanged: 0,
    imported: 0,
    embedded: 0,
    tokens: 0,
    rejected: {},
    unreadable: {},
  };
}

/** The sum of both. */
export function addCounts(a: Counts, b: Counts): Counts {
  const rejected = { ...a.rejected };
  // The keys of its type.
  for (const reason of Object.keys(b.rejected) as (keyof Counts['rejected'])[]) {
    rejected[reason] = (rejected[reason] ?? 0) + (b.rejected[reason] ?? 0);
  }
  const unreadable = { ...a.unreadable };
  addUnreadable(unreadable, b.unreadable);
  return {
    read: a.read + b.read,
    filtered: a.filtered + b.filtered,
    withoutEmbedding: a.withoutEmbedding + b.withoutEmbedding,
    new: a.new + b.new,
    updated: a.updated + b.updated,
    unchanged: a.unchanged + b.unchanged,
    imported: a.imported + b.imported,
    embedded: a.embedded + b.embedded,
    tokens: a.tokens + b.tokens,
    rejected,
    unreadable,
  };
}

export function countRead(counts: Counts, batch: Batch): void {
  counts.read += batch.read;
  counts.filtered += batch.filtered;
  counts.withoutEmbedding += batch.withoutEmbedding;
  addUnreadable(counts.unreadable, batch.unreadable);
}

export function countRejected(counts: Counts, reason: RejectReason): void {
  counts.rejected[reason] = (counts.rejected[reason] ?? 0) + 1;
}

export function totalRejected({ rejected }: Counts): number {
  return Object.values(rejected).reduce((sum, count) => sum + count, 0);
}

/** Records that were selected: stored now or earlier, or rejected by embedder or store. */
export function totalSelected({ rejected, ...counts }: Counts): number {
  const refused = (rejected.embedding_refused ?? 0) + (rejected.store_refused ?? 0);
  return counts.new + counts.updated + counts.unchanged + refused;
}

function addUnreadable(counts: UnreadableCounts, more: UnreadableCounts): void {
  // The keys of its type.
  for (const field of Object.keys(more) as (keyof UnreadableCounts)[]) {
    counts[field] = (counts[field] ?? 0) + (more[field] ?? 0);
  }
}

/** "authors unreadable in 6 of 6 records": a sentence for each field. */
export function tellUnreadable(unreadable: UnreadableCounts, records: number): string[] {
  const written = (count: number) => count.toLocaleString('en-US');
  return Object.entries(unreadable).map(
    ([field, count]) =>
      `${field} unreadable in ${written(count)} of ${written(records)} ${records === 1 ? 'record' : 'records'}`,
  );
}

/** Lines that were records, wanted or not. */
export function totalRecords(counts: Counts): number {
  return totalSelected(counts) + counts.filtered + counts.withoutEmbedding;
}
