import { Worker } from 'node:worker_threads';
import type { Batch, BatchPlan } from './batch.js';
import type { ReaderAnswer } from './batch-worker.js';
import { unpackBatch } from './packed-batch.js';
import { PublicError, StartupError } from '../errors/errors.js';

/** Batches that may wait here for whoever takes them, so that reading and storing go on side by side. */
const READ_AHEAD = 1;

/**
 * The batches of `prepareBatches`, read in a thread of their own, one ahead. Leaving the loop ends the thread.
 *
 * @throws what reading threw, as `StartupError` or `PublicError` where it was one.
 */
export async function* readBatches(plan: BatchPlan): AsyncGenerator<Batch> {
  const worker = new Worker(new URL('./batch-worker.js', import.meta.url), { workerData: plan });
  const answers: ReaderAnswer[] = [];
  let wake: () => void = () => undefined;
  const take = (answer: ReaderAnswer) => {
    answers.push(answer);
    wake();
  };
  worker.on('message', take);
  worker.on('error', (error: Error) =>
    take({ kind: 'failed', family: 'unexpected', message: error.message }),
  );
  worker.on('exit', () =>
    take({ kind: 'failed', family: 'unexpected', message: 'The reading thread ended before the input did' }),
  );
  try {
    for (let asked = 0; asked < READ_AHEAD; asked++) worker.postMessage('next');
    for (;;) {
      const answer = answers.shift();
      if (!answer) {
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      if (answer.kind === 'end') return;
      if (answer.kind === 'failed') throw toThrown(answer);
      worker.postMessage('next');
      yield unpackBatch(answer.batch);
    }
  } finally {
    worker.removeAllListeners();
    await worker.terminate();
  }
}

function toThrown({ family, message }: Extract<ReaderAnswer, { kind: 'failed' }>): Error {
  switch (family) {
    case 'startup':
      return new StartupError(message);
    case 'public':
      return new PublicError('BAD_USER_INPUT', message);
    case 'unexpected':
      return new Error(message);
  }
}
