import { workerData } from 'node:worker_threads';
import type { Embedding } from './embedder.js';
import type { ModelSetup } from './model-folder.js';
import { explainLoadFailure, loadModel } from './model.js';
import { PublicError, toError } from '../../errors/errors.js';
import { answerQuestions } from '../../threads/protocol.js';

/**
 * A thread that embeds one text after another. The model runs here because inference blocks its thread for
 * milliseconds, during which a server could not answer requests.
 *
 * `workerData` is the model's `ModelSetup`.
 */
const loading = loadModel(workerData as ModelSetup).catch((error: unknown) => toUseless(error));

answerQuestions<Embedding>(
  async (text) => {
    const model = await loading;
    if (model instanceof Error) throw model;
    try {
      const { embedding, tokens } = await model(text);
      return { numbers: toBuffer(embedding), tokens };
    } catch (error) {
      return { reason: toError(error).message };
    }
  },
  (answer) => ('numbers' in answer ? [answer.numbers] : []),
);

/** This failure is then the answer to every request for an embedding. */
function toUseless(error: unknown): PublicError {
  const { reason, hint } = explainLoadFailure(error);
  return new PublicError('EMBEDDING_UNAVAILABLE', reason, { hint, lasting: true });
}

/** The memory of the embedding, to be transferred; copied only if it is part of a larger buffer. */
function toBuffer(embedding: Float32Array): ArrayBuffer {
  const { buffer, byteLength } = embedding;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
    ? buffer
    : embedding.slice().buffer;
}
