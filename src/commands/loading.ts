import { existsSync } from 'node:fs';
import { openStore, storeInWords } from './open-parts.js';
import type { Config } from '../config/config.js';
import { isDay } from '../day.js';
import { durationInWords } from '../duration.js';
import type { Embedder } from '../embedding/embedder.js';
import { StartupError, toOperatorMessage } from '../errors/errors.js';
import type { RecordSelection } from '../ingest/batch.js';
import { toLoadFiles } from '../ingest/checkpoint.js';
import { totalRejected, type Counts } from '../ingest/counts.js';
import { createProgress } from '../ingest/progress.js';
import type { RetryOptions } from '../ingest/retry.js';
import type { LoadDisplay, LoadTarget } from '../ingest/run-load.js';
import { ARCHIVES, toArchive } from '../papers/taxonomy.js';
import { checkVectors, toMetadata } from '../store/check-collection.js';
import type { CollectionMetadata } from '../store/layout.js';
import type { PaperReader, PaperStore, StoreAdmin } from '../store/store.js';
import type { Identity } from '../transfer/format.js';
import { openImported, toImportsFolder, type ImportedEmbeddings } from '../transfer/imported.js';

/** Shared by the commands that load papers. */

/** Number of texts in a batch that are embedded before any of them is stored. */
const MAX_TO_EMBED = { local: 512, openai: 2_048 };
/**
 * Number of concurrent batches. The API takes several requests at a time; the local model needs only one batch in
 * reserve.
 */
const MAX_IN_FLIGHT = { local: 2, openai: 6 };

/** The caller knows the exit code of a load that a signal stopped. */
export const EXIT_CODES = { finished: 0, rejected: 1, stopped: 3 } as const;

/** Exit code of a finished load: with `--strict`, rejected records count as a failure. */
export function finishedCode(counts: Counts, { strict }: { strict: boolean }): number {
  return strict && totalRejected(counts) > 0 ? EXIT_CODES.rejected : EXIT_CODES.finished;
}

export function maxToEmbed({ embedder }: Pick<Config, 'embedder'>): number {
  return MAX_TO_EMBED[embedder.kind];
}

export function toLoadTarget(
  config: Config,
  store: PaperStore,
  embedder: Embedder,
  imported: ImportedEmbeddings,
): LoadTarget {
  return {
    store,
    embedder,
    imported,
    storeName: storeInWords(config.store),
    files: toLoadFiles(config.dataDir, store.collection),
    maxInFlight: MAX_IN_FLIGHT[config.embedder.kind],
  };
}

/** Imported embeddings that loads with this embedder can use. */
export function openImportedFor({ dataDir }: Config, embedder: Embedder): Promise<ImportedEmbeddings> {
  return openImported(toImportsFolder(dataDir), toIdentity(toMetadata(embedder)));
}

/** The part of a collection's metadata that determines its embeddings. */
export function toIdentity({
  embedder,
  dimension,
  embedded_text,
  document_prefix = '',
  query_prefix = '',
}: CollectionMetadata): Identity {
  return { embedder, dimension, embedded_text, document_prefix, query_prefix };
}

/** Shows the progress of a load on standard error. */
export function displayOf({ store }: LoadTarget): LoadDisplay {
  return {
    waitingFor: (pid) =>
      console.error(`Waiting for another load into "${store.collection}" to end (process ${pid}).`),
    begin: (start) => createProgress({ stream: process.stderr, ...start }),
  };
}

/** Retries that are reported on standard error. */
export function createRetries(maxWaitMs: number, signal: AbortSignal): RetryOptions {
  return {
    signal,
    maxWaitMs,
    onWait: (error, waitMs) =>
      console.error(`${toOperatorMessage(error)}; retrying in ${durationInWords(waitMs)}`),
  };
}

/** The collection to compare with; null if there is none, in which case nothing is created. */
export async function openExisting(
  config: Config,
  embedder: Embedder,
): Promise<(PaperReader & StoreAdmin) | null> {
  if (config.store.kind === 'lance' && !existsSync(config.store.dataDir)) return null;
  const store = await openStore(config, config.collection, 'loading');
  const existing = await store.describe();
  if (!existing) {
    await store.close();
    return null;
  }
  checkVectors(existing, embedder);
  return store;
}

/** @throws StartupError that names the option and the values that it accepts. */
export function parseSelection(categories: readonly string[], since: string | undefined): RecordSelection {
  for (const code of categories) {
    if (!ARCHIVES.has(toArchive(code))) {
      throw new StartupError(
        `--category: "${code}" does not belong to any arXiv archive; expected a code such as cs.LG or an archive such as "cs.*"`,
      );
    }
  }
  if (since !== undefined && !isDay(since)) {
    throw new StartupError(`--since: expected a day such as 2020-01-01, not "${since}"`);
  }
  return { categories, since: since ?? null };
}
