import { setPriority } from 'node:os';
import path from 'node:path';
import {
  displayOf,
  EXIT_CODES,
  finishedCode,
  maxToEmbed,
  openExisting,
  openImportedFor,
  toLoadTarget,
} from './loading.js';
import { openEmbedder, openStore, storeInWords } from './open-parts.js';
import type { SyncCommandOptions } from './sync-options.js';
import { traceLoad, traceOaiServer, traceSync, withTracing } from './traced-load.js';
import type { Config } from '../config/config.js';
import type { Embedder } from '../embedding/embedder.js';
import { formatDryRun } from '../ingest/dry-run.js';
import { runLoad } from '../ingest/run-load.js';
import { takeLock } from '../ingest/run-lock.js';
import { packageVersion } from '../package-root.js';
import { checkVectors } from '../store/check-collection.js';
import { SYSTEM_CLOCK } from '../sync/clock.js';
import { createOaiServer, type OaiServer } from '../sync/oai-server.js';
import { repeatSync } from '../sync/repeat.js';
import { formatSyncSummary, runDrySync, runSync, type SyncRequest, toEnd } from '../sync/run-sync.js';
import { toStatePaths } from '../sync/state.js';
import type { SyncProgress } from '../sync/sync.js';
import { createTurns, toPauseMs } from '../sync/turns.js';
import type { Tracing } from '../telemetry/tracing.js';
import type { ImportedEmbeddings } from '../transfer/imported.js';

/** Maximum time for a page, as a multiple of the longest silence allowed in it. */
const SILENCES_PER_PAGE = 10;
/** `nice` value of a sync that a server started. */
const LOWER_PRIORITY = 10;

/**
 * Syncs the collection with arXiv, once or repeatedly, and prints the outcome.
 *
 * @param signal aborted to stop; work in flight is finished.
 * @returns the exit code. The caller knows the code of a sync that the signal stopped.
 * @throws StartupError for input or configuration that cannot be used.
 */
export async function sync(
  config: Config,
  options: SyncCommandOptions,
  signal: AbortSignal,
): Promise<number> {
  if (options.whenDue) goWithServer();
  if (options.every === undefined) return syncOnce(config, options, signal);
  const { collection } = config;
  return repeatSync({
    file: toStatePaths(config.dataDir, collection).file,
    collection,
    everyMs: options.every,
    whenDue: options.whenDue,
    sync: () => syncOnce(config, options, signal),
    clock: SYSTEM_CLOCK,
    note: say,
    signal,
  });
}

/** A sync that a server started has a lower priority than searches, and ends with the server, however that ends. */
function goWithServer(): void {
  setPriority(LOWER_PRIORITY);
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}

async function syncOnce(config: Config, options: SyncCommandOptions, signal: AbortSignal): Promise<number> {
  const { lock } = toStatePaths(config.dataDir, config.collection);
  const embedder = await openEmbedder(config, 'loading');
  try {
    const release = await takeLock(lock, {
      signal,
      onWait: (pid) => say(`Waiting for another sync of "${config.collection}" to end (process ${pid}).`),
    });
    try {
      // Opened for each sync, because a file may have been imported since the last one.
      const imported = await openImportedFor(config, embedder);
      try {
        const parts = { config, options, embedder, imported, signal };
        if (options.dryRun) return await syncDry(parts);
        return await withTracing(config, (tracing) =>
          traceSync(tracing, config.collection, () => syncWhole(parts, tracing)),
        );
      } finally {
        await imported.close();
      }
    } finally {
      await release();
    }
  } finally {
    await embedder.close();
  }
}

interface SyncParts {
  config: Config;
  options: SyncCommandOptions;
  embedder: Embedder;
  imported: ImportedEmbeddings;
  signal: AbortSignal;
}

async function syncWhole(parts: SyncParts, tracing: Tracing | undefined): Promise<number> {
  const { config, options, embedder, imported, signal } = parts;
  const store = await openStore(config, config.collection, 'loading');
  try {
    const existing = await store.describe();
    if (existing) checkVectors(existing, embedder);
    const target = toLoadTarget(config, store, embedder, imported);
    const summary = await runSync({
      request: toRequest(parts, traceOaiServer(openServer(parts), tracing)),
      target,
      isCollectionThere: existing !== null,
      rejects: options.rejects,
      maxWaitMs: options.maxWait * 1_000,
      display: displayOf(target),
      runLoad: (run) => traceLoad(tracing, run.target, (traced) => runLoad({ ...run, target: traced })),
    });
    console.log(options.json ? JSON.stringify(summary) : formatSyncSummary(summary));
    if (summary.status !== 'finished') {
      const why = summary.problem === undefined ? 'Stopped.' : `Stopped: ${summary.problem}`;
      say(`${why}\nRun the same command again to resume; everything that was received is kept.`);
      return EXIT_CODES.stopped;
    }
    signal.throwIfAborted();
    return finishedCode(summary.counts, options);
  } finally {
    await store.close();
  }
}

async function syncDry(parts: SyncParts): Promise<number> {
  const { config, options, embedder, imported } = parts;
  const store = await openExisting(config, embedder);
  try {
    const request = toRequest(parts, openServer(parts));
    const { found, outcome } = await runDrySync(request, { embedder, imported, store });
    const isFinished = outcome.status === 'finished';
    if (options.json) {
      const { pages, deleted } = outcome;
      const end = isFinished ? {} : toEnd(outcome);
      console.log(JSON.stringify({ ...found, ...end, sets: request.sets, pages, deleted }));
    } else if (isFinished) {
      console.log(formatDryRun(found));
    }
    if (!isFinished) {
      say(`Stopped${outcome.problem === undefined ? '' : `: ${outcome.problem}`}`);
      return EXIT_CODES.stopped;
    }
    return finishedCode(found.counts, options);
  } finally {
    await store?.close();
  }
}

function toRequest({ config, options, signal }: SyncParts, server: OaiServer): SyncRequest {
  const [target = '', ...aliases] = toSyncTargets(config);
  return {
    source: config.sync.url,
    target,
    targetAliases: aliases,
    sets: options.set.length > 0 ? options.set : config.sync.sets,
    from: options.from ?? null,
    dataDir: config.dataDir,
    collection: config.collection,
    maxToEmbed: maxToEmbed(config),
    server,
    clock: SYSTEM_CLOCK,
    signal,
    onPage: sayPage,
  };
}

/** The collection, once for each of its addresses. */
export function toSyncTargets({ store, collection }: Config): string[] {
  if (store.kind === 'lance') return [`lance ${collection}`];
  return store.url.split(',').map((url) => `${storeInWords({ ...store, url })} ${collection}`);
}

function openServer({ config, signal }: SyncParts): OaiServer {
  const { url, pauseMs, contact } = config.sync;
  const kept = toPauseMs(new URL(url).hostname, pauseMs);
  if (kept > pauseMs) say(`SYNC_PAUSE_MS=${pauseMs} is less than arXiv asks for; pausing ${kept} ms.`);
  return createOaiServer({
    url,
    userAgent: `PaperQL/${packageVersion()}${contact === undefined ? '' : ` (${contact})`}`,
    idleMs: config.loadTimeoutMs,
    totalMs: SILENCES_PER_PAGE * config.loadTimeoutMs,
    turns: createTurns(path.resolve(config.dataDir, 'sync'), pauseMs, SYSTEM_CLOCK),
    clock: SYSTEM_CLOCK,
    signal,
    note: say,
  });
}

function sayPage({ set, pages, records, reached }: SyncProgress): void {
  const until = reached === null ? 'nothing new' : `changes until ${reached}`;
  say(`${set || 'all of arXiv'}: ${pages} pages, ${records} records, ${until}`);
}

function say(message: string): void {
  console.error(message);
}
