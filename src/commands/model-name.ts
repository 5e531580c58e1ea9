import { StartupError } from '../errors/errors.js';

/** The id of the embedder with this model: `text-embedding-ada-002` → `openai:text-embedding-ada-002`. */
export function toEmbedderId(modelName: string): string {
  if (/^(local|openai):./.test(modelName)) return modelName;
  return modelName === 'all-MiniLM-L6-v2' ? `local:${modelName}` : `openai:${modelName}`;
}

/**
 * Ensures that supplied embeddings come from the same model as those of the collection: an equal number of dimensions
 * is no proof.
 *
 * @throws StartupError that names both models and what to do.
 */
export function requireSameModel(modelName: string, embedderId: string): void {
  if (toEmbedderId(modelName) === embedderId) return;
  throw new StartupError(
    `--embedding-model: the records have embeddings of "${modelName}", but the configured embedder is ${embedderId}; ` +
      'vectors of two models are not comparable. Configure that model (EMBEDDER, OPENAI_EMBEDDING_MODEL, ' +
      'EMBEDDING_DIMENSIONS), or embed the texts again: --embeddings ignore.',
  );
}
