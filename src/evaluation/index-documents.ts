import type { TestDocument } from './dataset.js';
import { toEmbeddedText, type Embedder } from '../embedding/embedder.js';
import type { PaperPayload } from '../papers/payload.js';
import { toPointId } from '../papers/point-id.js';
import type { PaperWriter } from '../store/store.js';

const BATCH_SIZE = 256;

/**
 * Stores the documents as papers with only a title and an abstract, embedded as a load embeds them.
 *
 * @throws the error of a document that cannot be embedded: figures for part of the collection would be meaningless.
 */
export async function indexDocuments(
  store: PaperWriter,
  embedder: Embedder,
  documents: readonly TestDocument[],
  onProgress: (done: number) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let from = 0; from < documents.length; from += BATCH_SIZE) {
    const batch = documents.slice(from, from + BATCH_SIZE);
    const embeddings = await embedder.embed(batch.map(toText), { signal });
    const points = batch.map((document, at) => {
      const vector = embeddings[at];
      if (vector === undefined || vector instanceof Error) {
        throw new Error(`Document ${document.id} could not be embedded`, { cause: vector });
      }
      return { id: toPointId(document.id), vector, payload: toPayload(document) };
    });
    await store.upsert(points, { areNew: true });
    onProgress(from + batch.length);
  }
}

function toText({ title, text }: TestDocument): string {
  return title === '' ? text : toEmbeddedText({ title, abstract: text });
}

function toPayload({ id, title, text }: TestDocument): PaperPayload {
  return {
    id,
    title,
    abstract: text,
    authors: [],
    categories: [],
    author_keys: [],
    author_names: [],
    archives: [],
    version_count: 0,
  };
}
