import { setTimeout } from 'node:timers/promises';
import type { Embedding } from '../../src/embedding/local/embedder.js';
import { PublicError } from '../../src/errors/errors.js';
import { answerQuestions } from '../../src/threads/protocol.js';

/**
 * A worker for the pool's tests. It embeds a text as its length and the number of texts that this thread has embedded. It ends at
 * "exit" and "throw", and reports itself unusable at "unusable". "slow" takes a while.
 */
let count = 0;

answerQuestions<Embedding>(async (text) => {
  if (text === 'exit') process.exit(3);
  // Thrown outside the promise, like an error in a callback.
  if (text === 'throw') process.nextTick(() => fail('thrown in the worker'));
  if (text === 'unusable') {
    throw new PublicError('EMBEDDING_UNAVAILABLE', 'Nothing works here', {
      hint: 'Look at it',
      lasting: true,
    });
  }
  const answer = text === 'fail' ? { reason: 'Not this text' } : toEmbedding(text);
  await setTimeout(text === 'slow' ? 50 : 1);
  return answer;
});

function toEmbedding(text: string): Embedding['answer'] {
  return { numbers: Float32Array.of(text.length, ++count).buffer, tokens: 1 };
}

function fail(message: string): never {
  throw new Error(message);
}
