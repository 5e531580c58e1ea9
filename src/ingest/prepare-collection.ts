import type { Embedder } from '../embedding/embedder.js';
import { checkCollection, checkVectors, isOlderLayout, toMetadata } from '../store/check-collection.js';
import type { CollectionInfo, CollectionOptions, PaperReader, StoreAdmin } from '../store/store.js';

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
