import { parentPort, workerData } from 'node:worker_threads';
import type { Batch, BatchPlan } from './batch.js';
import { packBatch, type PackedBatch } from './packed-batch.js';
import { prepareBatches } from './prepare-batches.js';
import { PublicError, StartupError, toError } from '../errors/errors.js';

/** What the thread answers to each message of the reader, which asks for one batch. */
export type ReaderAnswer =
  | { kind: 'batch'; batch: PackedBatch }
  | { kind: 'end' }
  | { kind: 'failed'; family: 'startup' | 'public' | 'unexpected'; message: string };

/**
 * The thread that reads, parses and cleans, so that the main thread is left to the store. `workerData` is the
 * `BatchPlan`.
 */
const port = parentPort;
if (!port) throw new Error('batch-worker.js runs as a worker thread only');

// Given by `readBatches`, which has this type.
const batches = prepareBatches(workerData as BatchPlan);
let turn: Promise<void> = Promise.resolve();

port.on('message', () => {
  turn = turn.then(answer);
});

async function answer(): Promise<void> {
  try {
    const next = await batches.next();
    if (next.done) port?.postMessage({ kind: 'end' } satisfies ReaderAnswer);
    else send(next.value);
  } catch (thrown) {
    const { message } = toError(thrown);
    port?.postMessage({ kind: 'failed', family: familyOf(thrown), message } satisfies ReaderAnswer);
  }
}

function send(batch: Batch): void {
  const packed = packBatch(batch);
  const answer: ReaderAnswer = { kind: 'batch', batch: packed };
  port?.postMessage(answer, [packed.raw.buffer, packed.vectors.buffer]);
}

/** Errors lose their class on the way to another thread. */
function familyOf(thrown: unknown): 'startup' | 'public' | 'unexpected' {
  if (thrown instanceof StartupError) return 'startup';
  return thrown instanceof PublicError ? 'public' : 'unexpected';
}
