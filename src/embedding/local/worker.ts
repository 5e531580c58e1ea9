import { parentPort, workerData } from 'node:worker_threads';
import { explainLoadFailure, loadModel, type Model } from './model.js';
import type { WorkerAnswer } from './embedder.js';

/**
 * A thread that embeds one text after another: each message is a text, each answer a `WorkerAnswer`. The model runs
 * here because inference holds its thread for milliseconds, in which a server would answer nobody.
 *
 * `workerData` is the folder of the model.
 */
const port = parentPort;
if (!port) throw new Error('worker.js runs as a worker thread only');

const loading = loadModel(String(workerData));
// A failure is the answer to each request for an embedding.
loading.catch(() => undefined);

port.on('message', (text: string) => {
  void answer(text).then((message) => {
    port.postMessage(message, message.kind === 'embedding' ? [message.numbers] : []);
  });
});

async function answer(text: string): Promise<WorkerAnswer> {
  let model: Model;
  try {
    model = await loading;
  } catch (error) {
    return { kind: 'unusable', ...explainLoadFailure(error) };
  }
  try {
    const { embedding, tokens } = await model(text);
    return { kind: 'embedding', numbers: toBuffer(embedding), tokens };
  } catch (error) {
    return { kind: 'failed', reason: String(error) };
  }
}

/** The memory of the embedding itself, to be handed over; copied only when it is part of a larger one. */
function toBuffer(embedding: Float32Array): ArrayBuffer {
  const { buffer, byteLength } = embedding;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
    ? buffer
    : embedding.slice().buffer;
}
