import { formatSummary, type Row, type Summary } from '../ingest/summary.js';

/** What a sync did, as `--json` prints it. */
export interface SyncSummary extends Omit<Summary, 'files'> {
  /** None for all of arXiv. */
  sets: readonly string[];
  requests: number;
  pages: number;
  /** Records of which arXiv keeps only the header; the papers stay as they are. */
  deleted: number;
  /** Everything that arXiv had announced until then is stored; null if the sync did not finish. */
  syncedAt: string | null;
}

/** The summary as a table for people. */
export function formatSyncSummary(summary: SyncSummary): string {
  const { sets, requests, pages, deleted, syncedAt } = summary;
  const rows: Row[] = [
    ['sets', sets.length === 0 ? 'all of arXiv' : sets.join(', ')],
    ['requests', requests],
    ['pages', pages],
    ...(deleted > 0 ? [['deleted at arXiv', deleted] satisfies Row] : []),
    ...(syncedAt === null ? [] : [['synced until', syncedAt] satisfies Row]),
  ];
  return formatSummary({ ...summary, files: [] }, rows);
}
