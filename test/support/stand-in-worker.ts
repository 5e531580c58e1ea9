import { parentPort } from 'node:worker_threads';
import type { WorkerAnswer } from '../../src/embedding/local/embedder.js';

/**
 * A worker for the pool's tests: embeds a text as its length and the thread's running number of texts, ends at "exit"
 * and "throw", and is of no use at "unusable". "slow" takes a while.
 */
let count = 0;

parentPort?.on('message', (text: string) => {
  if (text === 'exit') process.exit(3);
  if (text === 'throw') throw new Error('thrown in the worker');
  const answer = toAnswer(text);
  setTimeout(() => parentPort?.postMessage(answer), text === 'slow' ? 50 : 0);
});

function toAnswer(text: string): WorkerAnswer {
  if (text === 'unusable') return { kind: 'unusable', reason: 'Nothing works here', hint: 'Look at it' };
  if (text === 'fail') return { kind: 'failed', reason: 'Not this text' };
  return { kind: 'embedding', numbers: Float32Array.of(text.length, ++count).buffer, tokens: 1 };
}
