import type { BatchPlan, BatchRecord } from './batch.js';
import {
  countRead,
  countRejected,
  noCounts,
  tellUnreadable,
  totalRecords,
  totalRejected,
  type Counts,
} from './counts.js';
import { findChanged } from './find-changed.js';
import { estimateCost, formatCost, formatTable, optional } from './summary.js';
import { durationInWords } from '../duration.js';
import { openReader } from './load-threads.js';
import type { Embedder } from '../embedding/embedder.js';
import type { PaperReader } from '../store/store.js';
import type { ImportedEmbeddings } from '../transfer/imported.js';

/** Number of texts that are embedded to estimate the time of all of them, if that costs nothing. */
const TRIAL_TEXTS = 16;
/**
 * Tokens per minute that OpenAI allows a paying account of the lowest tier
 * (https://platform.openai.com/docs/guides/rate-limits).
 */
const OPENAI_TOKENS_PER_MINUTE = 1_000_000;
/** Records per second that a store accepts, as measured by `npm run bench -- ingest` on two cores. */
const STORED_PER_SECOND = 5_000;

/** What a load would do, as `--json` prints it. */
export interface DryRun {
  status: 'dry-run';
  files: string[];
  /**
   * `new`, `updated` and `unchanged` as a load would count them; `embedded` and `tokens` as it would need them.
   */
  counts: Counts;
  costUsd: number | null;
  /** Estimated time of the load. */
  seconds: number;
}

export interface DryRunOptions {
  plan: BatchPlan;
  embedder: Embedder;
  imported: Pick<ImportedEmbeddings, 'find'>;
  /** Null if the collection does not exist. */
  store: PaperReader | null;
  signal: AbortSignal;
}

/**
 * Reads and checks the whole input, and compares it with what is stored. Writes nothing, and uses no paid service.
 */
export async function dryRun({ plan, embedder, imported, store, signal }: DryRunOptions): Promise<DryRun> {
  const counts = noCounts();
  const trial: string[] = [];
  const startedAt = performance.now();
  const reader = openReader(plan);
  try {
    for await (const batch of reader.batches()) {
      signal.throwIfAborted();
      reader.release(batch);
      countRead(counts, batch);
      for (const { reason } of batch.rejected) countRejected(counts, reason);
      const lacking = await countRecords(counts, batch.records, store);
      const known = await imported.find(lacking);
      const texts = lacking.filter((text) => !known.has(text));
      counts.imported += lacking.length - texts.length;
      counts.embedded += texts.length;
      counts.tokens += await embedder.countTokens(texts);
      trial.push(...texts.slice(0, TRIAL_TEXTS - trial.length));
    }
  } finally {
    await reader.close();
  }
  const readingSeconds = (performance.now() - startedAt) / 1_000;
  const storingSeconds = (counts.new + counts.updated) / STORED_PER_SECOND;
  const embeddingSeconds = await estimateEmbedding(embedder, counts, trial);
  return {
    status: 'dry-run',
    files: plan.sources.map(({ name }) => name),
    counts,
    costUsd: estimateCost(embedder.id, counts.tokens),
    // Reading and embedding run concurrently.
    seconds: Math.max(readingSeconds, storingSeconds, embeddingSeconds),
  };
}

/** @returns the texts that would need an embedding. */
async function countRecords(
  counts: Counts,
  records: readonly BatchRecord[],
  store: PaperReader | null,
): Promise<string[]> {
  const changed = await findChanged(store ?? NOTHING_STORED, records);
  counts.unchanged += records.length - changed.length;
  for (const { isNew } of changed) counts[isNew ? 'new' : 'updated']++;
  return changed.flatMap(({ record: { text }, sameText }) =>
    text === null || sameText !== null ? [] : [text],
  );
}

const NOTHING_STORED: Pick<PaperReader, 'retrieve'> = { retrieve: () => Promise.resolve(new Map()) };

async function estimateEmbedding(
  embedder: Embedder,
  counts: Counts,
  trial: readonly string[],
): Promise<number> {
  if (counts.embedded === 0) return 0;
  if (!embedder.id.startsWith('local:')) return (counts.tokens / OPENAI_TOKENS_PER_MINUTE) * 60;
  await embedder.check();
  const startedAt = performance.now();
  await embedder.embed(trial);
  return ((performance.now() - startedAt) / 1_000 / trial.length) * counts.embedded;
}

/** The dry run as a table for people. */
export function formatDryRun({ counts, costUsd, seconds }: DryRun): string {
  const table = formatTable([
    ['read', counts.read],
    ['new', counts.new],
    ['to update', counts.updated],
    ['unchanged', counts.unchanged],
    ['not selected', counts.filtered],
    ['without embedding', counts.withoutEmbedding],
    ['rejected', totalRejected(counts)],
    ...Object.entries(counts.rejected).map(([reason, count]): [string, number] => [`  ${reason}`, count]),
    ...optional('imported embeddings', counts.imported),
    ['to embed', counts.embedded],
    ['tokens', counts.tokens],
    ['estimated cost', formatCost(costUsd)],
    ['estimated time', `${durationInWords(seconds * 1_000)}, without indexing`],
  ]);
  return [table, ...tellUnreadable(counts.unreadable, totalRecords(counts))].join('\n');
}
