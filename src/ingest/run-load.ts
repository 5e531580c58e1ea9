import { createHash } from 'node:crypto';
import path from 'node:path';
import type { BatchPlan } from './batch.js';
import {
  type Checkpoint,
  createDirectoryMark,
  type LoadFiles,
  readCheckpoint,
  removeCheckpoint,
  writeCheckpoint,
} from './checkpoint.js';
import { noCounts, totalRejected, totalSelected } from './counts.js';
import { completeIndexes, prepareCollection } from './collection.js';
import { load, type LoadState, type ObserveBatch } from './load.js';
import { estimateCost, type Summary } from './summary.js';
import { INDEXING_NOTE, type Progress, type ProgressOptions } from './progress.js';
import { createRejects, type RejectsFile } from './rejects.js';
import { retryEmbedder, retryStore, withRetries, type RetryOptions } from './retry.js';
import { takeLock } from './run-lock.js';
import { completeDirectory } from '../directory/complete-directory.js';
import type { ChangedPapers } from '../directory/revise-directory.js';
import type { Embedder } from '../embedding/embedder.js';
import { durationInWords } from '../duration.js';
import { BadUserInputError, PublicError, toOperatorMessage } from '../errors/errors.js';
import { checkVectors } from '../store/check-collection.js';
import type { CollectionOptions, PaperReader, PaperStore, StoredPaper } from '../store/store.js';
import type { ImportedEmbeddings } from '../transfer/imported.js';

export interface LoadTarget {
  store: PaperStore;
  embedder: Embedder;
  /** Used for their texts, which are then not embedded. */
  imported: ImportedEmbeddings;
  /** The store, in words. */
  storeName: string;
  files: LoadFiles;
  maxInFlight: number;
  /** Absent if batches are not observed. */
  observeBatch?: ObserveBatch | undefined;
}

export interface LoadSettings {
  /** File for rejected lines. */
  rejects: string;
  /** Settings of a collection that the load creates. */
  collection: CollectionOptions;
  /** Whether the engine builds its vector index at the end of the load or during it. */
  index: 'defer' | 'live';
  /** Maximum waiting time for one failing operation. */
  maxWaitMs: number;
}

/** How a load is shown while it runs. */
export interface LoadDisplay {
  /** Another load, with this process id, has to end first. */
  waitingFor(pid: number): void;
  begin(start: Omit<ProgressOptions, 'stream'>): Progress;
}

/** One load from its input to its summary. */
export interface LoadRun {
  target: LoadTarget;
  plan: BatchPlan;
  settings: LoadSettings;
  display: LoadDisplay;
  /** Aborted to stop; work in flight is finished. */
  signal: AbortSignal;
}

/**
 * Loads the input, from the checkpoint of an interrupted run if there is one, and builds the indexes. Only one load
 * into a collection runs at a time.
 */
export async function runLoad(run: LoadRun): Promise<Summary> {
  const { target, display, signal } = run;
  const release = await takeLock(target.files.lock, {
    signal,
    onWait: (pid) => display.waitingFor(pid),
  });
  try {
    return await runLocked(run);
  } finally {
    await release();
  }
}

async function runLocked(run: LoadRun): Promise<Summary> {
  const { target, plan, settings, signal } = run;
  const { store, embedder } = target;
  const checkpoints = createCheckpoints(run);
  const existing = await store.describe();
  if (existing) checkVectors(existing, embedder);
  const resume = existing ? await checkpoints.read() : null;
  const progress = beginProgress(run, existing !== null, resume);

  const startedAt = performance.now();
  const elapsedMs = () => (resume?.elapsedMs ?? 0) + performance.now() - startedAt;
  const rejects = createRejects(path.resolve(settings.rejects), resume?.rejectsBytes ?? 0);
  let state: LoadState = {
    position: resume?.position ?? plan.start,
    counts: resume?.counts ?? noCounts(),
    bytesRead: resume?.bytesRead ?? 0,
  };
  const loading: Loading = {
    run,
    resume,
    rejects,
    progress,
    retries: toRetries(settings, progress, signal),
    rest: toRest(plan, state),
    save: (reached) => checkpoints.write({ ...reached, rejectsBytes: rejects.bytes, elapsedMs: elapsedMs() }),
    onProgress: (reached) => {
      state = reached;
      progress.loading(reached);
    },
  };
  const outcome = await stopGracefully(signal, async () => {
    if (await loadAndIndex(loading)) await checkpoints.remove();
  }).finally(async () => {
    progress.stop();
    await rejects.close();
  });
  // Not retried: the next load reports a store that is unavailable.
  if (outcome.status !== 'finished') await store.setVectorIndexing('on').catch(() => undefined);

  return {
    ...outcome,
    files: plan.sources.map(({ name }) => name),
    counts: state.counts,
    costUsd: estimateCost(embedder.id, state.counts.tokens),
    seconds: elapsedMs() / 1_000,
    collection: { ...(await countIndexed(store)), store: target.storeName, embedder: embedder.id },
    rejects: totalRejected(state.counts) > 0 ? settings.rejects : null,
  };
}

interface Loading {
  run: LoadRun;
  resume: Checkpoint | null;
  rejects: RejectsFile;
  progress: Progress;
  retries: RetryOptions;
  /** The rest of the input. */
  rest: BatchPlan;
  save: (state: LoadState) => Promise<void>;
  onProgress: (state: LoadState) => void;
}

/**
 * Only this level retries calls to store, embedder and disk.
 *
 * @returns whether the whole input was loaded; false if it was told to stop.
 */
async function loadAndIndex({ run, retries, rejects, progress, ...loading }: Loading): Promise<boolean> {
  const { target, settings, signal } = run;
  const store = retryStore(target.store, retries);
  const embedder = retryEmbedder(target.embedder, retries);
  const mark = createDirectoryMark(target.files.mark);
  // A load from another machine sets no mark here.
  let isChanged = (await mark.isSet()) || (await store.directory.describe())?.isOutdated === true;
  // What an earlier, interrupted run changed is not known any more.
  const changed = isChanged ? null : createChanges();
  const isWhole = await load({
    plan: loading.rest,
    destination: { store, embedder, imported: target.imported },
    rejects: {
      begin: () => rejects.begin(),
      append: (lines) => withRetries(() => rejects.append(lines), retries),
    },
    resume: loading.resume,
    maxInFlight: target.maxInFlight,
    observeBatch: target.observeBatch,
    signal,
    prepare: async () => {
      await prepareCollection(store, embedder, settings.collection);
      if (settings.index === 'defer') await store.setVectorIndexing('off');
      await withRetries(() => mark.set(), retries);
      await store.directory.setCurrent?.(false);
    },
    save: (state) => withRetries(() => loading.save(state), retries),
    onChanged: (papers) => changed?.add(papers),
    onProgress: (state) => {
      isChanged ||= state.counts.new + state.counts.updated > 0;
      loading.onProgress(state);
    },
  });
  if (!isWhole) return false;
  progress.note(INDEXING_NOTE);
  await completeDirectory(store, {
    isChanged,
    changed: changed?.papers(),
    indexPapers: () => completeIndexes(store, progress.step, signal),
    onProgress: progress.step,
    signal,
  });
  await mark.clear();
  return true;
}

/** Maximum number of changes, some kilobytes each; with more, the directory is rebuilt. */
const MOST_CHANGED = 10_000;

/** The papers that a load changes, as they were before; null if they are too many to keep. */
function createChanges() {
  let papers: Map<string, StoredPaper['payload'] | null> | null = new Map();
  return {
    papers: () => papers,
    add(changed: ChangedPapers): void {
      // If a paper occurs twice, its first state is the one before the load.
      for (const [id, before] of changed) if (papers && !papers.has(id)) papers.set(id, before);
      if (papers && papers.size > MOST_CHANGED) papers = null;
    },
  };
}

/** The rest of the input. */
function toRest(plan: BatchPlan, { position, counts }: LoadState): BatchPlan {
  const limit = plan.limit === null ? null : Math.max(0, plan.limit - totalSelected(counts));
  return { ...plan, start: position, limit };
}

/** Failures of store, embedder and disk end the load gracefully; anything else is rethrown. */
async function stopGracefully(
  signal: AbortSignal,
  run: () => Promise<void>,
): Promise<Pick<Summary, 'status' | 'problem'>> {
  try {
    await run();
    return { status: signal.aborted ? 'interrupted' : 'finished' };
  } catch (error) {
    if (signal.aborted) return { status: 'interrupted' };
    // If the store rejects the command's own options, running the same command again cannot help, so this is not such
    // a failure.
    const isFailure = error instanceof PublicError && !(error instanceof BadUserInputError);
    if (isFailure || isSystemError(error)) {
      return { status: 'stopped', problem: toOperatorMessage(error) };
    }
    throw error;
  }
}

/** Whether Node reported the error, such as a full disk. */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error;
}

function toRetries({ maxWaitMs }: LoadSettings, progress: Progress, signal: AbortSignal): RetryOptions {
  return {
    signal,
    maxWaitMs,
    onWait: (error, waitMs) =>
      progress.note(`${toOperatorMessage(error)}; retrying in ${durationInWords(waitMs)}`),
  };
}

function beginProgress(
  { plan, settings, display }: LoadRun,
  isThere: boolean,
  resume: Checkpoint | null,
): Progress {
  const sizes = plan.sources.map(({ bytes }) => bytes);
  const progress = display.begin({
    bytesTotal: sizes.includes(null) ? null : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0),
    bytesBefore: resume?.bytesRead ?? 0,
    readBefore: resume?.counts.read ?? 0,
  });
  if (resume) progress.note(`Resuming after ${resume.counts.read} records.`);
  if (isThere && !resume && Object.keys(settings.collection).length > 0) {
    progress.note('The collection already exists: options for new collections are ignored.');
  }
  return progress;
}

/** Reads and writes the checkpoint of this load. Standard input cannot be read again, so it has none. */
function createCheckpoints({ target, plan, settings }: LoadRun) {
  const { store, embedder } = target;
  const file = target.files.checkpoint;
  const isRepeatable = plan.sources.every((source) => source.path !== null);
  const { sources, selection, embeddings, limit } = plan;
  const identity = [target.storeName, store.collection, embedder.id, settings.rejects];
  const run = createHash('sha256')
    .update(JSON.stringify([identity, sources, selection, embeddings, limit]))
    .digest('base64url');
  return {
    async read(): Promise<Checkpoint | null> {
      const checkpoint = isRepeatable ? await readCheckpoint(file) : null;
      return checkpoint?.run === run ? checkpoint : null;
    },
    async write(checkpoint: Omit<Checkpoint, 'run'>): Promise<void> {
      if (isRepeatable) await writeCheckpoint(file, { ...checkpoint, run });
    },
    remove: () => removeCheckpoint(file),
  };
}

async function countIndexed(
  store: PaperReader,
): Promise<{ name: string; papers: number | null; indexed: number | null }> {
  const { collection: name } = store;
  try {
    const { indexed, total } = await store.indexing();
    return { name, papers: total, indexed };
  } catch {
    return { name, papers: null, indexed: null };
  }
}
