import { rm } from 'node:fs/promises';
import path from 'node:path';
import { createKeptRejects } from './kept-rejects.js';
import { readState, toLastSync, toStatePaths, writeState } from './state.js';
import { syncRecords, type LoadEnd, type SyncFiles, type SyncOptions, type SyncOutcome } from './sync.js';
import type { BatchPlan } from '../ingest/batch.js';
import { addCounts, noCounts } from '../ingest/counts.js';
import { dryRun, type DryRun, type DryRunOptions } from '../ingest/dry-run.js';
import type { InputSource } from '../ingest/read/find-sources.js';
import type { LoadDisplay, LoadRun, LoadTarget } from '../ingest/run-load.js';
import { estimateCost, formatSummary, type Row, type Summary } from '../ingest/summary.js';

/** Pages that are received before they are loaded: some 100,000 records, 200 MB on disk. */
const PAGES_PER_LOAD = 40;
/** Records of a batch, as in `paperql ingest`. */
const BATCH_SIZE = 1_000;

/** What to sync, from where, and for which collection. */
export interface SyncRequest extends Omit<
  SyncOptions,
  'files' | 'isCollectionThere' | 'pagesPerLoad' | 'load'
> {
  dataDir: string;
  collection: string;
  /** Maximum records of a batch that are embedded before any of it is stored. */
  maxToEmbed: number;
}

/** A sync that loads what it receives. */
export interface LoadingSync {
  request: SyncRequest;
  target: LoadTarget;
  isCollectionThere: boolean;
  /** File for rejected lines. */
  rejects: string;
  /** Maximum waiting time for one failing operation. */
  maxWaitMs: number;
  display: LoadDisplay;
  runLoad: (run: LoadRun) => Promise<Summary>;
}

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

/** Receives what changed at arXiv, and loads it. */
export async function runSync(run: LoadingSync): Promise<SyncSummary> {
  const { request, target, isCollectionThere } = run;
  const { dataDir, collection, server, sets } = request;
  const startedAt = performance.now();
  const loads = createLoads(run);
  const outcome = await syncRecords({
    ...request,
    files: toStatePaths(dataDir, collection),
    isCollectionThere,
    pagesPerLoad: PAGES_PER_LOAD,
    load: loads.load,
  });
  const counts = loads.counts();
  return {
    ...toEnd(outcome),
    sets,
    requests: server.requests(),
    pages: outcome.pages,
    deleted: outcome.deleted,
    syncedAt: outcome.status === 'finished' ? toLastSync(outcome.state).syncedAt : null,
    counts,
    costUsd: estimateCost(target.embedder.id, counts.tokens),
    seconds: (performance.now() - startedAt) / 1_000,
    collection: await readTotals(target),
    rejects: await loads.writeRejects(outcome),
  };
}

/** The loads of one sync: their counts added up, and their rejects in one file. */
function createLoads({ request, target, rejects: file, maxWaitMs, display, runLoad }: LoadingSync) {
  const { dataDir, collection, signal } = request;
  const rejects = createKeptRejects(path.resolve(dataDir, 'sync'), collection);
  let counts = noCounts();
  let hasLoaded = false;
  return {
    counts: () => counts,
    /** The requested file, if there is anything in it. */
    async writeRejects({ status }: Pick<SyncOutcome, 'status'>): Promise<string | null> {
      const mayExist = hasLoaded || (await rejects.areKept());
      const areThere = mayExist && (await rejects.publish(file));
      if (status === 'finished') await rejects.forget();
      return areThere ? file : null;
    },
    load: async (sources: InputSource[]): Promise<LoadEnd> => {
      const summary = await runLoad({
        target,
        plan: toPlan(request, target, sources),
        settings: { rejects: rejects.ofLoad, collection: {}, index: 'defer', maxWaitMs },
        display,
        signal,
      });
      counts = addCounts(counts, summary.counts);
      hasLoaded = true;
      if (summary.status === 'finished') await rejects.keep();
      return toEnd(summary);
    },
  };
}

/** What a dry run of a sync found. */
export interface DrySync {
  found: DryRun;
  outcome: SyncOutcome;
}

/**
 * Receives what changed at arXiv, and counts what loading it would do. It has its own state and pages, which are deleted
 * at the end: the next sync receives the pages again.
 */
export async function runDrySync(
  request: SyncRequest,
  corpus: Pick<DryRunOptions, 'embedder' | 'imported' | 'store'>,
): Promise<DrySync> {
  const paths = toStatePaths(request.dataDir, request.collection);
  const files: SyncFiles = { file: `${paths.file}.dry-run`, pages: `${paths.pages}.dry-run` };
  const forget = () =>
    Promise.all(Object.values(files).map((each: string) => rm(each, { recursive: true, force: true })));
  await forget();
  try {
    const state = await readState(paths.file);
    if (state) await writeState(files.file, { ...state, runs: {} });
    let found: DryRun = {
      status: 'dry-run',
      files: [],
      counts: noCounts(),
      costUsd: estimateCost(corpus.embedder.id, 0),
      seconds: 0,
    };
    const outcome = await syncRecords({
      ...request,
      files,
      isCollectionThere: corpus.store !== null,
      pagesPerLoad: Infinity,
      async load(sources) {
        const plan = toPlan(request, corpus, sources);
        found = await dryRun({ ...corpus, plan, signal: request.signal });
        return { status: 'finished' };
      },
    });
    return { found, outcome };
  } finally {
    await forget();
  }
}

function toPlan(
  { maxToEmbed }: SyncRequest,
  { embedder }: Pick<LoadTarget, 'embedder'>,
  sources: InputSource[],
): BatchPlan {
  return {
    sources,
    start: { source: 0, offset: 0, line: 0 },
    selection: { categories: [], since: null },
    embeddings: 'use',
    // A page with a few records without authors does not have another layout.
    isForced: true,
    isModelNamed: false,
    dimension: embedder.dimension,
    limit: null,
    maxRecords: BATCH_SIZE,
    maxToEmbed: Math.min(BATCH_SIZE, maxToEmbed),
  };
}

async function readTotals({ store, storeName, embedder }: LoadTarget): Promise<Summary['collection']> {
  const known = { name: store.collection, store: storeName, embedder: embedder.id };
  try {
    if ((await store.describe()) === null) return { ...known, papers: 0, indexed: 0 };
    const { indexed, total } = await store.indexing();
    return { ...known, papers: total, indexed };
  } catch {
    return { ...known, papers: null, indexed: null };
  }
}

/** How it ended, without the rest. */
export function toEnd({ status, problem }: LoadEnd): LoadEnd {
  return { status, ...(problem !== undefined && { problem }) };
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
