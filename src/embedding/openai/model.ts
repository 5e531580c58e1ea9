import { StartupError } from '../../errors/errors.js';

/** Default dimensions of the embeddings, https://platform.openai.com/docs/guides/embeddings. */
const KNOWN_DIMENSIONS: Readonly<Record<string, number>> = {
  'text-embedding-3-small': 1536,
  'text-embedding-3-large': 3072,
  'text-embedding-ada-002': 1536,
};

/** Whether OpenAI's model can shorten its embeddings. */
const isShortenable = (name: string) => name.startsWith('text-embedding-3-');

export interface OpenAiModel {
  /** `Embedder.id`. A shortened embedding is a different one, so its dimension is part of the name. */
  id: string;
  name: string;
  dimension: number;
  /** The request's `dimensions`; undefined if that is the model's default. A server may reject it. */
  requestedDimensions: number | undefined;
}

/**
 * @param dimensions as configured; required for a model of another provider, because nothing else determines it.
 * @throws StartupError if the dimension is unknown or impossible for the model.
 */
export function toOpenAiModel(name: string, dimensions: number | undefined): OpenAiModel {
  const id = `openai:${name}`;
  const known = KNOWN_DIMENSIONS[name];
  if (known === undefined) {
    if (dimensions !== undefined) return { id, name, dimension: dimensions, requestedDimensions: dimensions };
    throw new StartupError(
      `EMBEDDING_DIMENSIONS: required, because PaperQL does not know the dimension of the model "${name}"`,
    );
  }
  if (dimensions === undefined || dimensions === known) {
    return { id, name, dimension: known, requestedDimensions: undefined };
  }
  if (!isShortenable(name) || dimensions > known) {
    const possible = isShortenable(name) ? `at most ${known}` : `always ${known}`;
    throw new StartupError(`EMBEDDING_DIMENSIONS: "${name}" has ${possible} dimensions, not ${dimensions}`);
  }
  return { id: `${id}@${dimensions}`, name, dimension: dimensions, requestedDimensions: dimensions };
}
