import { setTimeout } from 'node:timers/promises';
import type { Embedder } from '../embedding/embedder.js';
import { PublicError } from '../errors/errors.js';
import { checkCollection, checkVectors, isOlderLayout, toMetadata } from '../store/check-collection.js';
import type {
  CollectionInfo,
  CollectionOptions,
  IndexingState,
  OptimizeProgress,
  PaperReader,
  StoreAdmin,
} from '../store/store.js';

/**
 * Makes the collection, all payload indexes included, when it is not there; checks it when it is, completes one whose maker
 * was stopped on the way, and brings one of an older layout up to date. May be repeated.
 *
 * @throws StartupError when its vectors are of another model, or it cannot be completed; BadUserInputError for an option
 * the store does not have.
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

/** Null when it was made here; the collection when another load was quicker. */
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
/** A server that has just been told may not have begun yet: it is done when it says so twice. */
const LOOKS = 2;

/**
 * Builds what is left to build, and waits until the engine has done its own part.
 *
 * @throws PublicError when the engine says that indexing failed; the signal's reason when it is aborted.
 */
export async function completeIndexes(
  store: PaperReader & StoreAdmin,
  onProgress: OptimizeProgress,
  signal: AbortSignal,
): Promise<IndexingState> {
  await store.optimize({ onProgress });
  await store.setVectorIndexing('on');
  let idleLooks = 0;
  for (;;) {
    const state = await store.indexing();
    if (state.state === 'failed') {
      throw new PublicError('STORE_UNAVAILABLE', `Indexing failed: ${state.problem ?? 'no reason given'}`, {
        lasting: true,
      });
    }
    idleLooks = state.state === 'idle' ? idleLooks + 1 : 0;
    if (idleLooks === LOOKS || store.kind === 'lance') return state;
    onProgress({ name: 'indexing vectors', done: state.indexed, total: state.total });
    await setTimeout(LOOK_EVERY_MS, undefined, { signal });
  }
}
