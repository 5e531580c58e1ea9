import { setTimeout } from 'node:timers/promises';
import { PublicError } from '../errors/errors.js';
import type { IndexingState, OptimizeProgress, PaperReader, StoreAdmin } from '../store/store.js';

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
