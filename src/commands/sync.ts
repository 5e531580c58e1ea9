import { rm } from 'node:fs/promises';
import { setPriority } from 'node:os';
import path from 'node:path';
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
import { openEmbedder, openStore, storeInWords } from './open-parts.js';
import type { SyncCommandOptions } from './sync-options.js';
import { traceLoad, traceOaiServer, traceSync, withTracing } from './traced-load.js';
import type { Config } from '../config/config.js';
import type { Embedder } from '../embedding/embedder.js';
import { PublicError, StartupError, toError, toOperatorMessage } from '../errors/errors.js';
import type { BatchPlan } from '../ingest/batch.js';
import { addCounts, noCounts } from '../ingest/counts.js';
import { dryRun, formatDryRun, type DryRun } from '../ingest/dry-run.js';
import type { InputSource } from '../ingest/read/find-sources.js';
import { runLoad } from '../ingest/run-load.js';
import { takeLock } from '../ingest/run-lock.js';
import { estimateCost, formatSummary, type Row, type Summary } from '../ingest/summary.js';
import { packageVersion } from '../package-root.js';
import { checkVectors } from '../store/check-collection.js';
import type { PaperStore } from '../store/store.js';
import { SYSTEM_CLOCK } from '../sync/clock.js';
import { createKeptRejects } from '../sync/kept-rejects.js';
import { createOaiServer, type OaiServer } from '../sync/oai-server.js';
import { dueAt, nextSyncAt } from '../sync/schedule.js';
import { readState, toLastSync, toStatePaths, writeState } from '../sync/state.js';
import { sync as syncSets, type SyncFiles, type SyncOutcome, type SyncProgress } from '../sync/sync.js';
import { createTurns, toPauseMs } from '../sync/turns.js';
import type { Tracing } from '../telemetry/tracing.js';
import type { ImportedEmbeddings } from '../transfer/imported.js';

/** Pages that are received before they are loaded: some 100,000 records, 200 MB on the disk. */
const PAGES_PER_LOAD = 40;
/** Records of a batch, as `paperql ingest` has it. */
const BATCH_SIZE = 1_000;
/** A page takes this many times as long as the longest silence in it, at most. */
const SILENCES_PER_PAGE = 10;
/** As `nice` counts. */
const LOWER_PRIORITY = 10;

/** What a sync did, as `--json` prints it. */
interface SyncSummary extends Omit<Summary, 'files'> {
  /** None for all of arXiv. */
  sets: string[];
  requests: number;
  pages: number;
  /** Records of which arXiv keeps only the header; the papers stay as they are. */
  deleted: number;
  /** Everything that arXiv had announced until then is stored; null when it is not. */
  syncedAt: string | null;
}

/**
 * Syncs the collection with arXiv, once or again and again, and prints what came of it.
 *
 * @param signal aborted to stop: what is in flight is finished.
 * @returns the exit code; of a sync that the signal stopped, the caller knows its own.
 * @throws StartupError for input or configuration that cannot be used.
 */
export async function sync(
  config: Config,
  options: SyncCommandOptions,
  signal: AbortSignal,
): Promise<number> {
  if (options.whenDue) goWithServer();
  return options.every === undefined
    ? syncOnce(config, options, signal)
    : syncAgainAndAgain(config, options, options.every, signal);
}

/** What a server starts beside itself lets searches go first, and ends with it, however that ends. */
function goWithServer(): void {
  setPriority(LOWER_PRIORITY);
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}

/** One process for a collection at a time; another one takes over when this one ends. */
async function syncAgainAndAgain(
  config: Config,
  options: SyncCommandOptions,
  everyMs: number,
  signal: AbortSignal,
): Promise<number> {
  const { file } = toStatePaths(config.dataDir, config.collection);
  const release = await takeLock(`${file}.every.lock`, {
    signal,
    onWait: (pid) => say(`Process ${pid} syncs "${config.collection}" already; waiting for it to end.`),
  });
  try {
    let isFirst = true;
    if (options.whenDue) {
      const { syncedAt } = toLastSync(await readState(file));
      await waitUntil(dueAt(syncedAt, everyMs, Math.random), signal);
    }
    for (;;) {
      const startedAt = Date.now();
      await syncOnce(config, options, signal).catch((thrown: unknown) => {
        const error = toError(thrown);
        const isExpected = error instanceof StartupError || error instanceof PublicError;
        if (signal.aborted || isFirst || !isExpected) throw error;
        say(toOperatorMessage(error));
      });
      isFirst = false;
      signal.throwIfAborted();
      const next = nextSyncAt(startedAt, everyMs, Math.random);
      say(`The next sync begins at ${new Date(next).toISOString()}.`);
      await waitUntil(next, signal);
    }
  } finally {
    await release();
  }
}

/** A timer holds 24 days at most. */
const LONGEST_TIMER_MS = 24 * 3_600_000;

async function waitUntil(time: number, signal: AbortSignal): Promise<void> {
  for (let left = time - Date.now(); left > 0; left = time - Date.now()) {
    await SYSTEM_CLOCK.sleep(Math.min(left, LONGEST_TIMER_MS), signal);
  }
}

async function syncOnce(config: Config, options: SyncCommandOptions, signal: AbortSignal): Promise<number> {
  const { file } = toStatePaths(config.dataDir, config.collection);
  const embedder = await openEmbedder(config, 'loading');
  try {
    const release = await takeLock(`${file}.lock`, {
      signal,
      onWait: (pid) => say(`Waiting for another sync of "${config.collection}" to end (process ${pid}).`),
    });
    try {
      // Each time: a file may have been imported since the last one.
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
  const { config, options, embedder, signal } = parts;
  const store = await openStore(config, config.collection, 'loading');
  try {
    const existing = await store.describe();
    if (existing) checkVectors(existing, embedder);
    const startedAt = performance.now();
    const server = traceOaiServer(openServer(parts), tracing);
    const loads = createLoads(parts, store, tracing);
    const outcome = await syncSets({
      ...toSyncOptions(parts, server),
      files: toStatePaths(config.dataDir, config.collection),
      isCollectionThere: existing !== null,
      pagesPerLoad: PAGES_PER_LOAD,
      load: loads.load,
    });
    const summary: SyncSummary = {
      ...toEnd(outcome),
      sets: toSets(parts),
      requests: server.requests(),
      pages: outcome.pages,
      deleted: outcome.deleted,
      syncedAt: outcome.status === 'finished' ? toLastSync(outcome.state).syncedAt : null,
      counts: loads.counts(),
      costUsd: estimateCost(embedder.id, loads.counts().tokens),
      seconds: (performance.now() - startedAt) / 1_000,
      collection: await readTotals(store, storeInWords(config.store), embedder),
      rejects: await loads.writeRejects(outcome),
    };
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

/** With a state and pages of its own, which are forgotten: the next sync receives the pages again. */
async function syncDry(parts: SyncParts): Promise<number> {
  const { config, options, embedder, imported, signal } = parts;
  const paths = toStatePaths(config.dataDir, config.collection);
  const files: SyncFiles = { file: `${paths.file}.dry-run`, pages: `${paths.pages}.dry-run` };
  const forget = () =>
    Promise.all(Object.values(files).map((each: string) => rm(each, { recursive: true, force: true })));
  await forget();
  const store = await openExisting(config, embedder);
  try {
    const state = await readState(paths.file);
    if (state) await writeState(files.file, { ...state, runs: {} });
    const found: DryRun = {
      status: 'dry-run',
      files: [],
      counts: noCounts(),
      costUsd: estimateCost(embedder.id, 0),
      seconds: 0,
    };
    const outcome = await syncSets({
      ...toSyncOptions(parts, openServer(parts)),
      files,
      isCollectionThere: store !== null,
      pagesPerLoad: Infinity,
      async load(sources) {
        Object.assign(
          found,
          await dryRun({ plan: toPlan(parts, sources), embedder, imported, store, signal }),
        );
        return { status: 'finished' };
      },
    });
    const isFinished = outcome.status === 'finished';
    if (options.json) {
      const { pages, deleted } = outcome;
      const end = isFinished ? {} : toEnd(outcome);
      console.log(JSON.stringify({ ...found, ...end, sets: toSets(parts), pages, deleted }));
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
    await forget();
  }
}

function toSyncOptions({ config, options, signal }: SyncParts, server: OaiServer) {
  const [target = '', ...aliases] = toTargets(config);
  return {
    source: config.sync.url,
    target,
    targetAliases: aliases,
    sets: toSets({ config, options }),
    from: options.from ?? null,
    server,
    clock: SYSTEM_CLOCK,
    signal,
    onPage: sayPage,
  };
}

/** Where papers go, by each address that it has. */
function toTargets({ store, collection }: Config): string[] {
  if (store.kind === 'lance') return [`lance ${collection}`];
  return store.url.split(',').map((url) => `${storeInWords({ ...store, url })} ${collection}`);
}

function toSets({ config, options }: Pick<SyncParts, 'config' | 'options'>): string[] {
  return options.set.length > 0 ? options.set : config.sync.sets;
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

/** The loads of one sync: their counts together, and their rejects in one file. */
function createLoads(parts: SyncParts, store: PaperStore, tracing: Tracing | undefined) {
  const { config, options, embedder, imported, signal } = parts;
  const target = toLoadTarget(config, store, embedder, imported);
  const rejects = createKeptRejects(path.resolve(config.dataDir, 'sync'), config.collection);
  let counts = noCounts();
  let hasLoaded = false;
  return {
    counts: () => counts,
    /** The file that was asked for, if there is anything in it. */
    async writeRejects({ status }: Pick<SyncOutcome, 'status'>): Promise<string | null> {
      const isAsked = hasLoaded || (await rejects.areKept());
      const areThere = isAsked && (await rejects.publish(options.rejects));
      if (status === 'finished') await rejects.forget();
      return areThere ? options.rejects : null;
    },
    load: async (sources: InputSource[]) => {
      const settings = {
        rejects: rejects.ofLoad,
        collection: {},
        index: 'defer',
        maxWaitMs: options.maxWait * 1_000,
      } as const;
      const plan = toPlan(parts, sources);
      const display = displayOf(target);
      const summary = await traceLoad(tracing, target, (traced) =>
        runLoad({ target: traced, plan, settings, display, signal }),
      );
      counts = addCounts(counts, summary.counts);
      hasLoaded = true;
      if (summary.status === 'finished') await rejects.keep();
      return toEnd(summary);
    },
  };
}

function toEnd({ status, problem }: Pick<SyncOutcome, 'status' | 'problem'>) {
  return { status, ...(problem !== undefined && { problem }) };
}

function toPlan({ config, embedder }: SyncParts, sources: InputSource[]): BatchPlan {
  return {
    sources,
    start: { source: 0, offset: 0, line: 0 },
    selection: parseSelection([], undefined),
    embeddings: 'use',
    // A page of a few records without authors is no file of another layout.
    isForced: true,
    isModelNamed: false,
    dimension: embedder.dimension,
    limit: null,
    maxRecords: BATCH_SIZE,
    maxToEmbed: Math.min(BATCH_SIZE, maxToEmbed(config)),
  };
}

async function readTotals(
  store: PaperStore,
  storeName: string,
  { id }: Embedder,
): Promise<Summary['collection']> {
  const known = { name: store.collection, store: storeName, embedder: id };
  try {
    if ((await store.describe()) === null) return { ...known, papers: 0, indexed: 0 };
    const { indexed, total } = await store.indexing();
    return { ...known, papers: total, indexed };
  } catch {
    return { ...known, papers: null, indexed: null };
  }
}

function formatSyncSummary(summary: SyncSummary): string {
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

function sayPage({ set, pages, records, reached }: SyncProgress): void {
  const until = reached === null ? 'nothing new' : `changes until ${reached}`;
  say(`${set || 'all of arXiv'}: ${pages} pages, ${records} records, ${until}`);
}

function say(message: string): void {
  console.error(message);
}
