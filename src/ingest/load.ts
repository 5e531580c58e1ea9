import type { Batch, BatchPlan, InputPosition, ReadBatch } from './batch.js';
import type { Checkpoint } from './checkpoint.js';
import { countRead, countRejected, noCounts, type Counts } from './counts.js';
import { openEncoder, openReader } from './load-threads.js';
import type { RejectsFile } from './rejects.js';
import type { ChangedPapers } from '../directory/revise-directory.js';
import { storeBatch, type BatchOutcome, type Destination } from './store-batch.js';

/**
 * Minimum time between two checkpoints. After a crash, input since the last one is read again, and found to be
 * stored.
 */
const CHECKPOINT_EVERY_MS = 1_000;

/** Progress of a load. */
export interface LoadState {
  position: InputPosition;
  counts: Counts;
  /** Bytes of the files on disk read so far, over all sources. */
  bytesRead: number;
}

/** Stores a batch and observes it. Returns the batch's own outcome. */
export type ObserveBatch = (batch: ReadBatch, store: () => Promise<BatchOutcome>) => Promise<BatchOutcome>;

export interface LoadOptions {
  plan: BatchPlan;
  destination: Omit<Destination, 'encoder'>;
  rejects: Pick<RejectsFile, 'begin' | 'append'>;
  /** Where an earlier run stopped; null to start from the beginning. */
  resume: Checkpoint | null;
  /** Number of batches that are embedded and stored concurrently. */
  maxInFlight: number;
  /** Absent if batches are not observed. */
  observeBatch?: ObserveBatch | undefined;
  /** Aborted to stop the load: work in flight is finished, the rest is left. */
  signal: AbortSignal;
  /** Called once, when the first batch has been read and the input is known to be valid. */
  prepare: () => Promise<void>;
  save: (state: LoadState) => Promise<void>;
  /** Called with what each batch changed, in the input's order. */
  onChanged: (changed: ChangedPapers) => void;
  onProgress: (state: LoadState) => void;
}

interface Running {
  batch: Batch;
  ids: ReadonlySet<string>;
  outcome: Promise<BatchOutcome>;
}

/**
 * Loads the input batch by batch. Several batches are in progress at once. Their outcomes are processed in the
 * input's order, so that a checkpoint covers everything before it. Two batches with a common paper never overlap, so
 * its later line wins.
 *
 * @returns whether the whole input was loaded; false if it was told to stop.
 * @throws what stopped it; everything up to the last call of `save` is kept.
 */
export async function load(options: LoadOptions): Promise<boolean> {
  const { plan, maxInFlight, signal } = options;
  const run = createRun(options);
  const running: Running[] = [];
  const reader = openReader(plan);
  const encoder = openEncoder(options.destination.store, plan);
  const takeFirst = async () => {
    const first = running.shift();
    if (!first) return;
    await run.commit(first.batch, await first.outcome);
    reader.release(first.batch);
  };
  let isPrepared = false;
  try {
    for await (const batch of reader.batches()) {
      if (signal.aborted) break;
      if (!isPrepared) {
        await options.prepare();
        await options.rejects.begin();
      }
      isPrepared = true;
      const ids = new Set(batch.records.map(({ id }) => id));
      while (running.length >= maxInFlight || running.some((other) => isOverlapping(other.ids, ids))) {
        await takeFirst();
      }
      running.push(start(batch, ids, { ...options.destination, encoder }, options.observeBatch));
    }
    while (running.length > 0) await takeFirst();
  } finally {
    await Promise.allSettled(running.map(({ outcome }) => outcome));
    await Promise.all([reader.close(), encoder.close()]);
    if (isPrepared) await run.save();
  }
  return !signal.aborted;
}

function start(
  batch: ReadBatch,
  ids: ReadonlySet<string>,
  destination: Destination,
  observe: ObserveBatch = (_batch, store) => store(),
): Running {
  const outcome = observe(batch, () => storeBatch(batch, destination));
  // The caller who awaits the outcome gets its failure; until then it must not count as unhandled.
  outcome.catch(() => undefined);
  return { batch, ids, outcome };
}

function isOverlapping(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const id of b) if (a.has(id)) return true;
  return false;
}

/** What has been loaded so far, and when it was last saved. */
function createRun({ plan, destination, rejects, resume, save, onChanged, onProgress }: LoadOptions) {
  const { embedder } = destination;
  const tokensBefore = (resume?.counts.tokens ?? 0) - embedder.tokensUsed();
  const state: LoadState = {
    position: plan.start,
    counts: structuredClone(resume?.counts ?? noCounts()),
    bytesRead: resume?.bytesRead ?? 0,
  };
  let savedAt = performance.now();
  const saveNow = async () => {
    await save(state);
    savedAt = performance.now();
  };
  return {
    save: saveNow,
    async commit(batch: Batch, outcome: BatchOutcome): Promise<void> {
      const lines = [...batch.rejected, ...outcome.rejected].sort((a, b) => a.line - b.line);
      await rejects.append(lines);
      countRead(state.counts, batch);
      for (const { reason } of lines) countRejected(state.counts, reason);
      for (const key of ['new', 'updated', 'unchanged', 'imported', 'embedded'] as const) {
        state.counts[key] += outcome[key];
      }
      state.counts.tokens = tokensBefore + embedder.tokensUsed();
      state.position = batch.end;
      state.bytesRead = batch.bytesRead;
      onChanged(outcome.changed);
      onProgress(state);
      if (performance.now() - savedAt >= CHECKPOINT_EVERY_MS) await saveNow();
    },
  };
}
