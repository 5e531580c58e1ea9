import { createHash } from 'node:crypto';
import path from 'node:path';
import type { IngestOptions } from './ingest-options.js';
import { completeDirectory } from '../directory/complete-directory.js';
import type { Embedder } from '../embedding/embedder.js';
import { BadUserInputError, PublicError, toOperatorMessage } from '../errors/errors.js';
import type { BatchPlan } from '../ingest/batch.js';
import { readCheckpoint, removeCheckpoint, writeCheckpoint, type Checkpoint } from '../ingest/checkpoint.js';
import { noCounts, totalRejected, totalSelected } from '../ingest/counts.js';
import { createDirectoryMark } from '../ingest/directory-mark.js';
import { completeIndexes } from '../ingest/indexing.js';
import { load, type LoadState } from '../ingest/load.js';
import { prepareCollection } from '../ingest/prepare-collection.js';
import { estimateCost } from '../ingest/prices.js';
import { createProgress, INDEXING_NOTE, toDuration, type Progress } from '../ingest/progress.js';
import { createRejects } from '../ingest/rejects.js';
import { withRetries, type RetryOptions } from '../ingest/retry.js';
import { takeLock } from '../ingest/run-lock.js';
import type { Summary } from '../ingest/summary.js';
import { checkVectors } from '../store/check-collection.js';
import type { PaperStore } from '../store/store.js';

export interface LoadTarget {
  store: PaperStore;
  embedder: Embedder;
  /** Where the papers are kept, for people. */
  storeName: string;
  /** Folder of checkpoints and locks. */
  stateFolder: string;
  maxInFlight: number;
}

/** Loads the input, from the checkpoint of a run that was stopped if there is one, and builds the indexes. */
export async function loadInto(
  target: LoadTarget,
  plan: BatchPlan,
  options: IngestOptions,
  signal: AbortSignal,
): Promise<Summary> {
  const { collection } = target.store;
  const giveBack = await takeLock(path.join(target.stateFolder, `${collection}.lock`), {
    signal,
    onWait: (pid) => console.error(`Waiting for another load into "${collection}" to end (process ${pid}).`),
  });
  try {
    return await runLocked(target, plan, options, signal);
  } finally {
    await giveBack();
  }
}

async function runLocked(
  target: LoadTarget,
  plan: BatchPlan,
  options: IngestOptions,
  signal: AbortSignal,
): Promise<Summary> {
  const { store, embedder } = target;
  const checkpoints = createCheckpoints(target, plan, options);
  const existing = await store.describe();
  if (existing) checkVectors(existing, embedder);
  const mark = createDirectoryMark(path.join(target.stateFolder, `${store.collection}.changed`));
  const isBehind = await mark.isSet();
  const resume = existing ? await checkpoints.read() : null;
  const progress = openProgress(plan, resume);
  tellStart(progress, options, existing !== null, resume);

  const startedAt = performance.now();
  const elapsedMs = () => (resume?.elapsedMs ?? 0) + performance.now() - startedAt;
  const rejects = createRejects(path.resolve(options.rejects), resume?.rejectsBytes ?? 0);
  const retries = toRetries(options, progress, signal);
  let state: LoadState = {
    position: resume?.position ?? plan.start,
    counts: resume?.counts ?? noCounts(),
    bytesRead: resume?.bytesRead ?? 0,
  };
  const outcome = await stopGracefully(signal, async () => {
    const isWhole = await load({
      plan: toRest(plan, state),
      destination: { store, embedder, retries },
      rejects,
      resume,
      maxInFlight: target.maxInFlight,
      signal,
      prepare: async () => {
        await withRetries(() => prepareCollection(store, embedder, options.collection), retries);
        if (options.index === 'defer') await withRetries(() => store.setVectorIndexing('off'), retries);
        await withRetries(() => mark.set(), retries);
      },
      save: (reached) =>
        checkpoints.write({ ...reached, rejectsBytes: rejects.bytes, elapsedMs: elapsedMs() }),
      onProgress: (reached) => {
        state = reached;
        progress.loading(reached);
      },
    });
    if (!isWhole) return;
    progress.note(INDEXING_NOTE);
    await completeIndexes(store, progress.step, retries, signal);
    const isChanged = isBehind || state.counts.new + state.counts.updated > 0;
    await withRetries(
      () => completeDirectory(store, { isChanged, onProgress: progress.step, signal }),
      retries,
    );
    await mark.clear();
    await checkpoints.remove();
  }).finally(async () => {
    progress.stop();
    await rejects.close();
  });
  if (outcome.status !== 'finished') await store.setVectorIndexing('on').catch(() => undefined);

  return {
    ...outcome,
    files: plan.sources.map(({ name }) => name),
    counts: state.counts,
    costUsd: estimateCost(embedder.id, state.counts.tokens),
    seconds: elapsedMs() / 1_000,
    collection: { ...(await describe(store)), store: target.storeName, embedder: embedder.id },
    rejects: totalRejected(state.counts) > 0 ? options.rejects : null,
  };
}

/** What is left of the input. */
function toRest(plan: BatchPlan, { position, counts }: LoadState): BatchPlan {
  const limit = plan.limit === null ? null : Math.max(0, plan.limit - totalSelected(counts));
  return { ...plan, start: position, limit };
}

/** Failures of store, embedder and disk end the load gracefully; anything else is thrown on. */
async function stopGracefully(
  signal: AbortSignal,
  run: () => Promise<void>,
): Promise<Pick<Summary, 'status' | 'problem'>> {
  try {
    await run();
    return { status: signal.aborted ? 'interrupted' : 'finished' };
  } catch (error) {
    if (signal.aborted) return { status: 'interrupted' };
    // What the store refuses of the command itself is no failure that the same command could get past.
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

function toRetries({ maxWait }: IngestOptions, progress: Progress, signal: AbortSignal): RetryOptions {
  return {
    signal,
    maxWaitMs: maxWait * 1_000,
    onWait: (error, waitMs) =>
      progress.note(`${toOperatorMessage(error)}; trying again in ${toDuration(waitMs)}`),
  };
}

function openProgress({ sources }: BatchPlan, resume: Checkpoint | null): Progress {
  const sizes = sources.map(({ bytes }) => bytes);
  return createProgress({
    stream: process.stderr,
    bytesTotal: sizes.includes(null) ? null : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0),
    bytesBefore: resume?.bytesRead ?? 0,
    readBefore: resume?.counts.read ?? 0,
  });
}

function tellStart(
  progress: Progress,
  options: IngestOptions,
  isThere: boolean,
  resume: Checkpoint | null,
): void {
  if (resume) progress.note(`Resuming after ${resume.counts.read} records.`);
  if (isThere && !resume && Object.keys(options.collection).length > 0) {
    progress.note('The collection exists already: options of new collections are left aside.');
  }
}

/** Reads and writes the checkpoint of this very load. Standard input cannot be read again, so it has none. */
function createCheckpoints(
  { store, embedder, ...target }: LoadTarget,
  plan: BatchPlan,
  options: IngestOptions,
) {
  const file = path.join(target.stateFolder, `${store.collection}.checkpoint.json`);
  const isRepeatable = plan.sources.every((source) => source.path !== null);
  const { sources, selection, embeddings, limit } = plan;
  const identity = [target.storeName, store.collection, embedder.id, options.rejects];
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

async function describe(
  store: PaperStore,
): Promise<{ name: string; papers: number | null; indexed: number | null }> {
  const { collection: name } = store;
  try {
    const { indexed, total } = await store.indexing();
    return { name, papers: total, indexed };
  } catch {
    return { name, papers: null, indexed: null };
  }
}
