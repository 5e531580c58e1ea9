import type { Embedder } from '../embedding/embedder.js';
import { checkCollection, toMetadata } from '../store/check-collection.js';
import type { CollectionOptions, PaperStore } from '../store/store.js';

/**
 * Makes the collection, all payload indexes included, when it is not there; checks it when it is.
 *
 * @returns whether it was made.
 * @throws StartupError when its vectors are of another model; BadUserInputError for an option the store does not have.
 */
export async function prepareCollection(
  store: PaperStore,
  embedder: Embedder,
  options: CollectionOptions,
): Promise<boolean> {
  const existing = await store.describe();
  if (!existing) {
    await store.create(toMetadata(embedder), options);
    return true;
  }
  checkCollection(existing, embedder);
  return false;
}
