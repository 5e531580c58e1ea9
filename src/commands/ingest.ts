import path from 'node:path';
import type { IngestOptions } from './ingest-options.js';
import {
  displayOf,
  EXIT_CODES,
  finishedCode,
  maxToEmbed,
  openExisting,
  openImportedFor,
  parseSelection,
  toLoadTarget,
} from './loading.js';
import { requireSameModel } from './model-name.js';
import { openEmbedder, openStore } from './open-parts.js';
import { traceLoad, withTracing } from './traced-load.js';
import type { Config } from '../config/config.js';
import type { Embedder } from '../embedding/embedder.js';
import { StartupError } from '../errors/errors.js';
import type { BatchPlan } from '../ingest/batch.js';
import { dryRun, formatDryRun } from '../ingest/dry-run.js';
import { findSources, type InputSource } from '../ingest/read/find-sources.js';
import { runLoad } from '../ingest/run-load.js';
import { formatSummary, type Summary } from '../ingest/summary.js';
import type { ImportedEmbeddings } from '../transfer/imported.js';

/**
 * Loads the files into the configured collection and prints the outcome.
 *
 * @param signal aborted to stop; work in flight is finished.
 * @returns the exit code. The caller knows the code of a load that the signal stopped.
 * @throws StartupError for input or configuration that cannot be used.
 */
export async function ingest(config: Config, options: IngestOptions, signal: AbortSignal): Promise<number> {
  const selection = parseSelection(options.category, options.since);
  const sources = await findSources(options.files);
  requireOtherFile(options.rejects, sources);
  const embedder = await openEmbedder(config, 'loading');
  let imported: ImportedEmbeddings | undefined;
  try {
    imported = await openImportedFor(config, embedder);
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
      maxToEmbed: Math.min(options.batchSize, maxToEmbed(config)),
    };
    return await (options.dryRun ? runDry : runWhole)({ config, options, embedder, imported, plan, signal });
  } finally {
    await imported?.close();
    await embedder.close();
  }
}

interface Ingestion {
  config: Config;
  options: IngestOptions;
  embedder: Embedder;
  imported: ImportedEmbeddings;
  plan: BatchPlan;
  signal: AbortSignal;
}

async function runDry({ config, options, embedder, imported, plan, signal }: Ingestion): Promise<number> {
  const store = await openExisting(config, embedder);
  try {
    const result = await dryRun({ plan, embedder, imported, store, signal });
    console.log(options.json ? JSON.stringify(result) : formatDryRun(result));
    return finishedCode(result.counts, options);
  } finally {
    await store?.close();
  }
}

async function runWhole({ config, options, embedder, imported, plan, signal }: Ingestion): Promise<number> {
  const store = await openStore(config, config.collection, 'loading');
  try {
    const target = toLoadTarget(config, store, embedder, imported);
    const { rejects, collection, index, maxWait } = options;
    const settings = { rejects, collection, index, maxWaitMs: maxWait * 1_000 };
    const display = displayOf(target);
    const summary = await withTracing(config, (tracing) =>
      traceLoad(tracing, target, (traced) => runLoad({ target: traced, plan, settings, display, signal })),
    );
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

function toExitCode({ status, counts }: Summary, options: IngestOptions): number {
  return status === 'finished' ? finishedCode(counts, options) : EXIT_CODES.stopped;
}

function requireOtherFile(rejects: string, sources: readonly InputSource[]): void {
  const file = path.resolve(rejects);
  if (!sources.some((source) => source.path !== null && path.resolve(source.path) === file)) return;
  throw new StartupError(
    `--rejects: ${rejects} is one of the files to load, and would be replaced; name another file.`,
  );
}
