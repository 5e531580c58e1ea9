import { LAYOUT_VERSION, type CollectionMetadata } from './layout.js';
import type { CollectionInfo } from './store.js';
import { EMBEDDED_TEXT_TEMPLATE, type Embedder } from '../embedding/embedder.js';
import { StartupError } from '../errors/errors.js';

/** How a collection filled with this embedder's vectors describes itself. */
export function toMetadata(embedder: Pick<Embedder, 'id' | 'dimension'>): CollectionMetadata {
  return {
    layout_version: LAYOUT_VERSION,
    embedder: embedder.id,
    dimension: embedder.dimension,
    embedded_text: EMBEDDED_TEXT_TEMPLATE,
  };
}

/**
 * Makes sure that the collection's vectors are of this embedder and that its filters mean what they say.
 *
 * @throws StartupError that names both sides and the way out.
 */
export function checkCollection(
  collection: CollectionInfo,
  embedder: Pick<Embedder, 'id' | 'dimension'>,
): void {
  checkVectors(collection, embedder);
  const { name, missingIndexes } = collection;
  if (missingIndexes.length > 0) {
    throw new StartupError(
      `Collection "${name}" lacks the payload indexes of ${missingIndexes.join(', ')}; filters would answer wrongly ` +
        'without them. Create them: paperql repair.',
    );
  }
}

/** @throws StartupError for a collection whose vectors are compared by anything else. */
export function requireCosine(name: string, distance: string): void {
  if (distance === 'Cosine') return;
  throw new StartupError(`"${name}" compares vectors by ${distance}; PaperQL needs Cosine.`);
}

/**
 * The same of the vectors alone. Equal dimensions prove nothing: text-embedding-ada-002 and text-embedding-3-small both
 * have 1536.
 *
 * @throws StartupError that names both sides and the way out.
 */
export function checkVectors(
  { name, metadata }: CollectionInfo,
  embedder: Pick<Embedder, 'id' | 'dimension'>,
): void {
  if (!metadata) {
    throw new StartupError(
      `Collection "${name}" does not say which embedding model it was made with, so it was not made by PaperQL. ` +
        'Name the model and bring it into shape, in place: paperql repair --embedding-model text-embedding-ada-002 (say). ' +
        'Or have the server search it by meaning alone, as it is: QDRANT_COLLECTION_MODEL=text-embedding-ada-002. ' +
        'Or set QDRANT_COLLECTION to another name.',
    );
  }
  if (metadata.embedder !== embedder.id || metadata.dimension !== embedder.dimension) {
    throw new StartupError(
      `Collection "${name}" holds embeddings of ${metadata.embedder} (${metadata.dimension} dimensions), but the ` +
        `configured embedder is ${embedder.id} (${embedder.dimension} dimensions); vectors of two models do not ` +
        'compare. Configure the embedder that the collection was made with (EMBEDDER, OPENAI_EMBEDDING_MODEL, ' +
        'EMBEDDING_DIMENSIONS), or set QDRANT_COLLECTION to another name and load the papers into it.',
    );
  }
  if (metadata.layout_version !== LAYOUT_VERSION || metadata.embedded_text !== EMBEDDED_TEXT_TEMPLATE) {
    throw new StartupError(
      `Collection "${name}" has layout ${metadata.layout_version} with "${metadata.embedded_text}" embedded; this ` +
        `version reads layout ${LAYOUT_VERSION} with "${EMBEDDED_TEXT_TEMPLATE}". Load the papers anew.`,
    );
  }
}
