import { setTimeout } from 'node:timers/promises';
import type { Embedder } from '../embedding/embedder.js';
import { PublicError } from '../errors/errors.js';
import { checkCollection, checkVectors, isOlderLayout, toMetadata } from '../store/check-collection.js';
import { Pace } from '../store/pace.js';
import type {
  CollectionInfo,
  CollectionOptions,
  IndexingState,
  OptimizeProgress,
  PaperReader,
  StoreAdmin,
  WorkStep,
} from '../store/store.js';

/**
 * Creates the collection with all payload indexes if it does not exist. Otherwise checks it, completes one whose
 * creation was interrupted, and upgrades one of an older layout. May be repeated.
 *
 * @throws StartupError if its vectors are from another model, or it cannot be completed; BadUserInputError for an
 * option that the store does not support.
 */
export async function prepareCollection(
  store: PaperReader & StoreAdmin,
  embedder: Embedder,
  options: CollectionOptions,
): Promise<void> {
  const existing = (await store.describe()) ?? (await create(store, embedder, options));
  if (!existing) return;
  checkVectors(existing, embedder);
  if (isOlderLayout(existing.metadata)) await store.renew();
  if (existing.missingIndexes.length === 0) return;
  await store.optimize();
  const completed = await store.describe();
  if (completed) checkCollection(completed, embedder);
}

/** Null if it was created here; the collection if another load created it first. */
async function create(
  store: PaperReader & StoreAdmin,
  embedder: Embedder,
  options: CollectionOptions,
): Promise<CollectionInfo | null> {
  try {
    await store.create(toMetadata(embedder), options);
    return null;
  } catch (error) {
    const existing = await store.describe();
    if (!existing) throw error;
    return existing;
  }
}

const LOOK_EVERY_MS = 500;
/** A server may not have started yet with the requested work, so it is only done after it has reported that twice. */
const LOOKS = 2;

/**
 * Builds missing indexes, and waits until the engine has done its own part.
 *
 * @throws PublicError if the engine reports that indexing failed; the signal's reason if it is aborted.
 */
export async function completeIndexes(
  store: PaperReader & StoreAdmin,
  onProgress: OptimizeProgress,
  signal: AbortSignal,
): Promise<IndexingState> {
  await store.optimize({ onProgress, signal });
  await store.setVectorIndexing('on');
  let idleLooks = 0;
  const estimate = createEstimate();
  for (;;) {
    const state = await store.indexing();
    if (state.state === 'failed') {
      throw new PublicError('STORE_UNAVAILABLE', `Indexing failed: ${state.problem ?? 'no reason given'}`, {
        lasting: true,
      });
    }
    if (state.state === 'paused') await store.setVectorIndexing('on');
    idleLooks = state.state === 'idle' ? idleLooks + 1 : 0;
    if (idleLooks === LOOKS || store.kind === 'lance') return state;
    const step = state.step === undefined ? '' : ` (${state.step})`;
    onProgress({ name: `indexing vectors${step}`, ...estimate(state) });
    await setTimeout(LOOK_EVERY_MS, undefined, { signal });
  }
}

/** Estimates are rough, and so only a share that falls by more than this means more work than before. */
const MORE_WORK = 0.05;

/** Estimates from several states of an index how long the rest of building it takes. */
function createEstimate(): (state: IndexingState) => Omit<WorkStep, 'name'> {
  let pace = new Pace(1);
  let known: number | undefined;
  return ({ indexed, total, share }) => {
    if (share === undefined) return { done: indexed, total };
    if (known === undefined || share < known - MORE_WORK) {
      pace = new Pace(1 - share);
      known = share;
    } else if (share > known) {
      pace.advance(share - known);
      known = share;
    }
    return { done: Math.floor(100 * known), total: 100, remainingMs: pace.remainingMs };
  };
}
