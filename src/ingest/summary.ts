import { type Counts, tellUnreadable, totalRecords, totalRejected } from './counts.js';
import { durationInWords } from '../duration.js';
import { alignColumns } from '../text-table.js';

/** What a load did, as `--json` prints it. */
export interface Summary {
  /** `finished`; `interrupted` by a signal; `stopped` after retries failed. */
  status: 'finished' | 'interrupted' | 'stopped';
  /** What stopped it. */
  problem?: string;
  files: string[];
  counts: Counts;
  /** Dollars for the tokens; null if the model's price is unknown. */
  costUsd: number | null;
  seconds: number;
  collection: {
    name: string;
    store: string;
    embedder: string;
    /** Papers in it now; null if the store did not answer. */
    papers: number | null;
    /** Papers in the vector index; null if the store did not answer. */
    indexed: number | null;
  };
  /** The file of rejected lines; null if there are none. */
  rejects: string | null;
}

/**
 * The summary as a table for people.
 *
 * @param first rows before its own.
 */
export function formatSummary({ counts, ...summary }: Summary, first: readonly Row[] = []): string {
  const { collection } = summary;
  const reasons = Object.entries(counts.rejected).map(([reason, count]): Row => [`  ${reason}`, count]);
  const rows: Row[] = [
    ...first,
    ['read', counts.read],
    ['new', counts.new],
    ['updated', counts.updated],
    ['unchanged', counts.unchanged],
    ...optional('not selected', counts.filtered),
    ...optional('without embedding', counts.withoutEmbedding),
    ['rejected', totalRejected(counts)],
    ...reasons,
    ...optional('imported embeddings', counts.imported),
    ['embedded', counts.embedded],
    ['tokens', counts.tokens],
    ['cost', formatCost(summary.costUsd)],
    ['time', durationInWords(summary.seconds * 1_000)],
    ['collection', `${collection.name}: ${formatSize(collection)}`],
    ['store', collection.store],
    ['embedder', collection.embedder],
    ...(summary.rejects === null ? [] : [['rejects', summary.rejects] satisfies Row]),
  ];
  return [formatTable(rows), ...tellUnreadable(counts.unreadable, totalRecords(counts))].join('\n');
}

export type Row = [name: string, value: string | number];

export function formatTable(rows: readonly Row[]): string {
  const cells = rows.map(([name, value]) => [
    name,
    typeof value === 'number' ? value.toLocaleString('en-US') : value,
  ]);
  return alignColumns(cells, { align: 'left', gap: 2 })
    .map((line) => `  ${line}`)
    .join('\n');
}

export function formatCost(costUsd: number | null): string {
  if (costUsd === null) return 'not known for this model';
  return costUsd === 0 ? 'none' : `about $${costUsd.toFixed(costUsd < 1 ? 4 : 2)}`;
}

function formatSize({ papers, indexed }: Summary['collection']): string {
  if (papers === null) return 'unknown, because the store did not respond';
  // The engines build no index for a few thousand papers, because comparing with all of them is faster.
  const state = indexed
    ? `${indexed.toLocaleString('en-US')} of them in the vector index`
    : 'no vector index';
  return `${papers.toLocaleString('en-US')} papers, ${state}`;
}

export function optional(name: string, count: number): Row[] {
  return count === 0 ? [] : [[name, count]];
}

/** Dollars per million tokens, as of November 2026 (https://platform.openai.com/docs/pricing#embeddings). */
const DOLLARS_PER_MILLION: Readonly<Record<string, number>> = {
  'text-embedding-3-small': 0.02,
  'text-embedding-3-large': 0.13,
  'text-embedding-ada-002': 0.1,
};

/** The price of embedding this many tokens, in dollars; null if the model's price is not known. */
export function estimateCost(embedderId: string, tokens: number): number | null {
  if (embedderId.startsWith('local:')) return 0;
  const model = embedderId.replace(/^openai:/, '').replace(/@\d+$/, '');
  const price = DOLLARS_PER_MILLION[model];
  return price === undefined ? null : (tokens / 1_000_000) * price;
}
