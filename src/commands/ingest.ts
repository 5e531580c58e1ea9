import { existsSync } from 'node:fs';
import path from 'node:path';
import type { IngestOptions } from './ingest-options.js';
import { describeStore, openEmbedder, openStore } from './open-parts.js';
import type { Config } from '../config/config.js';
import type { Embedder } from '../embedding/embedder.js';
import { StartupError } from '../errors/errors.js';
import type { BatchPlan } from '../ingest/batch.js';
import { totalRejected } from '../ingest/counts.js';
import { dryRun, formatDryRun } from '../ingest/dry-run.js';
import { requireSameModel } from '../ingest/model-name.js';
import { createProgress } from '../ingest/progress.js';
import { findSources, type Source } from '../ingest/read/find-sources.js';
import { runLoad, type LoadDisplay, type LoadTarget } from '../ingest/run-load.js';
import { parseSelection } from '../ingest/selection.js';
import { formatSummary, type Summary } from '../ingest/summary.js';
import { checkVectors } from '../store/check-collection.js';
import type { PaperReader, StoreAdmin } from '../store/store.js';

/** Texts of a batch that are embedded before anything of it is stored. */
const MAX_TO_EMBED = { local: 512, openai: 2_048 };
/** Batches under way at once: with the API several requests are; the local model needs but one more in reserve. */
const MAX_IN_FLIGHT = { local: 2, openai: 6 };

const EXIT_CODES = { finished: 0, rejected: 1, stopped: 3 } as const;

/**
 * Loads the files into the configured collection and prints what became of them.
 *
 * @param signal aborted to stop: what is in flight is finished.
 * @returns the exit code; of a load that the signal stopped, the caller knows its own.
 * @throws StartupError for input or configuration that cannot be used.
 */
export async function ingest(config: Config, options: IngestOptions, signal: AbortSignal): Promise<number> {
  const selection = parseSelection(options.category, options.since);
  const sources = await findSources(options.files);
  requireOtherFile(options.rejects, sources);
  const embedder = await openEmbedder(config, 'loading');
  try {
    if (options.embeddingModel !== undefined) requireSameModel(options.embeddingModel, embedder.id);
    const plan: BatchPlan = {
      sources,
      start: { source: 0, offset: 0, line: 0 },
      selection,
      embeddings: options.embeddings,
      isForced: options.force,
      isModelNamed: options.embeddingModel !== undefined,
      dimension: embedder.dimension,
      limit: options.limit ?? null,
      maxRecords: options.batchSize,
      maxToEmbed: Math.min(options.batchSize, MAX_TO_EMBED[config.embedder.kind]),
    };
    return await (options.dryRun ? runDry : runWhole)({ config, options, embedder, plan, signal });
  } finally {
    await embedder.close();
  }
}

interface Parts {
  config: Config;
  options: IngestOptions;
  embedder: Embedder;
  plan: BatchPlan;
  signal: AbortSignal;
}

async function runDry({ config, options, embedder, plan, signal }: Parts): Promise<number> {
  const store = await openExisting(config, embedder);
  try {
    const result = await dryRun({ plan, embedder, store, signal });
    console.log(options.json ? JSON.stringify(result) : formatDryRun(result));
    return options.strict && totalRejected(result.counts) > 0 ? EXIT_CODES.rejected : EXIT_CODES.finished;
  } finally {
    await store?.close();
  }
}

/** The collection to compare with; null, and nothing is made on the way, while there is none. */
async function openExisting(config: Config, embedder: Embedder): Promise<(PaperReader & StoreAdmin) | null> {
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

async function runWhole({ config, options, embedder, plan, signal }: Parts): Promise<number> {
  const store = await openStore(config, config.collection, 'loading');
  try {
    const target: LoadTarget = {
      store,
      embedder,
      storeName: describeStore(config.store),
      stateFolder: path.resolve(config.dataDir, 'ingest'),
      maxInFlight: MAX_IN_FLIGHT[config.embedder.kind],
    };
    const { rejects, collection, index, maxWait } = options;
    const settings = { rejects, collection, index, maxWaitMs: maxWait * 1_000 };
    const display: LoadDisplay = {
      waitingFor: (pid) =>
        console.error(`Waiting for another load into "${store.collection}" to end (process ${pid}).`),
      begin: (start) => createProgress({ stream: process.stderr, ...start }),
    };
    const summary = await runLoad({ target, plan, settings, display, signal });
    report(summary, options);
    return toExitCode(summary, options);
  } finally {
    await store.close();
  }
}

function report(summary: Summary, { json }: IngestOptions): void {
  console.log(json ? JSON.stringify(summary) : formatSummary(summary));
  if (summary.status === 'finished') return;
  const why = summary.problem === undefined ? 'Stopped.' : `Stopped: ${summary.problem}`;
  console.error(`${why}\nRun the same command again to resume; everything that was stored is kept.`);
}

function toExitCode({ status, counts }: Summary, { strict }: IngestOptions): number {
  if (status !== 'finished') return EXIT_CODES.stopped;
  return strict && totalRejected(counts) > 0 ? EXIT_CODES.rejected : EXIT_CODES.finished;
}

function requireOtherFile(rejects: string, sources: readonly Source[]): void {
  const file = path.resolve(rejects);
  if (!sources.some((source) => source.path !== null && path.resolve(source.path) === file)) return;
  throw new StartupError(
    `--rejects: ${rejects} is one of the files to load, and would be replaced; name another file.`,
  );
}
