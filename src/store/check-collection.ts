import { LAYOUT_VERSION, OLDER_LAYOUTS, type CollectionMetadata } from './layout.js';
import type { CollectionInfo } from './store.js';
import { EMBEDDED_TEXT_TEMPLATE, type Embedder, type Prefixes } from '../embedding/embedder.js';
import { StartupError } from '../errors/errors.js';

/** What the vectors of a collection depend on. */
export type EmbedderIdentity = Pick<Embedder, 'id' | 'dimension' | 'prefixes'>;

/** The metadata of a collection filled with vectors of this embedder. */
export function toMetadata({ id, dimension, prefixes }: EmbedderIdentity): CollectionMetadata {
  return {
    layout_version: LAYOUT_VERSION,
    embedder: id,
    dimension,
    embedded_text: EMBEDDED_TEXT_TEMPLATE,
    ...(prefixes.passage !== '' && { document_prefix: prefixes.passage }),
    ...(prefixes.query !== '' && { query_prefix: prefixes.query }),
  };
}

/** The prefixes that its embedder puts before texts. */
export function toPrefixes({
  document_prefix: passage = '',
  query_prefix: query = '',
}: CollectionMetadata): Prefixes {
  return { passage, query };
}

/**
 * Checks that the vectors of the collection come from this embedder, and that its filters work.
 *
 * @throws StartupError that names both embedders and a solution.
 */
export function checkCollection(collection: CollectionInfo, embedder: EmbedderIdentity): void {
  checkVectors(collection, embedder);
  const { name, metadata, missingIndexes } = collection;
  if (isOlderLayout(metadata)) {
    throw new StartupError(
      `Collection "${name}" has layout ${metadata?.layout_version}, which stores words differently from this version ` +
        `(layout ${LAYOUT_VERSION}). Update it in place: paperql repair, or load into it.`,
    );
  }
  if (missingIndexes.length > 0) {
    throw new StartupError(
      `Collection "${name}" lacks the payload indexes of ${missingIndexes.join(', ')}; filters would return wrong results ` +
        'without them. Create them: paperql repair.',
    );
  }
}

/** @throws StartupError for a collection with another distance function. */
export function requireCosine(name: string, distance: string): void {
  if (distance === 'Cosine') return;
  throw new StartupError(`"${name}" compares vectors by ${distance}; expected Cosine.`);
}

/**
 * Checks only the vectors; an older layout passes, because loading upgrades it. Equal dimensions prove nothing:
 * text-embedding-ada-002 and text-embedding-3-small both have 1536.
 *
 * @throws StartupError that names both embedders and a solution.
 */
export function checkVectors({ name, metadata }: CollectionInfo, embedder: EmbedderIdentity): void {
  if (!metadata) {
    throw new StartupError(
      `Collection "${name}" does not record its embedding model, so PaperQL did not make it. ` +
        'Name the model and repair the collection in place: paperql repair --embedding-model text-embedding-ada-002 (for example). ' +
        'Or search it only by meaning, unchanged: QDRANT_COLLECTION_MODEL=text-embedding-ada-002. ' +
        'Or set QDRANT_COLLECTION to another name.',
    );
  }
  if (metadata.embedder !== embedder.id || metadata.dimension !== embedder.dimension) {
    throw new StartupError(
      `Collection "${name}" contains embeddings of ${metadata.embedder} (${metadata.dimension} dimensions), but the ` +
        `configured embedder is ${embedder.id} (${embedder.dimension} dimensions); vectors of two models are not ` +
        'comparable. Configure the embedder that the collection was made with (EMBEDDER, OPENAI_EMBEDDING_MODEL, ' +
        'EMBEDDING_DIMENSIONS), or set QDRANT_COLLECTION to another name and load the papers into it.',
    );
  }
  const [kept, configured] = [toPrefixes(metadata), embedder.prefixes];
  if (kept.passage !== configured.passage || kept.query !== configured.query) {
    throw new StartupError(
      `Collection "${name}" has embeddings made with ${prefixesInWords(kept)}, but the configured embedder has ` +
        `${prefixesInWords(configured)}; their vectors are not comparable. Set EMBEDDING_DOCUMENT_PREFIX and ` +
        'EMBEDDING_QUERY_PREFIX to what the collection was made with (unset for none), or set QDRANT_COLLECTION to ' +
        'another name and load the papers into it.',
    );
  }
  if (metadata.embedded_text !== EMBEDDED_TEXT_TEMPLATE || !isKnownLayout(metadata)) {
    throw new StartupError(
      `Collection "${name}" has layout ${metadata.layout_version} with "${metadata.embedded_text}" embedded; this ` +
        `version reads layout ${LAYOUT_VERSION} with "${EMBEDDED_TEXT_TEMPLATE}". Load the papers again.`,
    );
  }
}

/** Whether `PaperStore.renew` can upgrade the collection. */
export function isOlderLayout(metadata: CollectionMetadata | null): boolean {
  return metadata !== null && OLDER_LAYOUTS.includes(metadata.layout_version);
}

function isKnownLayout(metadata: CollectionMetadata): boolean {
  return metadata.layout_version === LAYOUT_VERSION || isOlderLayout(metadata);
}

function prefixesInWords({ passage, query }: Prefixes): string {
  return `${prefixInWords(passage)} before documents and ${prefixInWords(query)} before queries`;
}

function prefixInWords(prefix: string): string {
  return prefix === '' ? 'nothing' : JSON.stringify(prefix);
}
