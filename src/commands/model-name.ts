import { StartupError } from '../errors/errors.js';

/** The embedder whose model has this name: `text-embedding-ada-002` → `openai:text-embedding-ada-002`. */
export function toEmbedderId(modelName: string): string {
  if (/^(local|openai):./.test(modelName)) return modelName;
  return modelName === 'all-MiniLM-L6-v2' ? `local:${modelName}` : `openai:${modelName}`;
}

/**
 * Makes sure that supplied embeddings are of the model that the collection's are of: equal size proves nothing.
 *
 * @throws StartupError that names both and the way out.
 */
export function requireSameModel(modelName: string, embedderId: string): void {
  if (toEmbedderId(modelName) === embedderId) return;
  throw new StartupError(
    `--embedding-model: the records have embeddings of "${modelName}", but the configured embedder is ${embedderId}; ` +
      'vectors of two models are not comparable. Configure that model (EMBEDDER, OPENAI_EMBEDDING_MODEL, ' +
      'EMBEDDING_DIMENSIONS), or embed the texts again: --embeddings ignore.',
  );
}
