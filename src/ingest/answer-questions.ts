import { parentPort } from 'node:worker_threads';
import type { Answered, Asked, Dialogue, Failure } from './thread.js';
import { BadUserInputError, PublicError, StartupError, toError } from '../errors/errors.js';

/**
 * What a thread of `startThread` does.
 *
 * @param memoryOf memory of an answer that is handed over instead of copied.
 */
export function answerQuestions<Each extends Dialogue>(
  work: (question: Each['question']) => Promise<Each['answer']>,
  memoryOf: (answer: Each['answer']) => ArrayBuffer[] = () => [],
): void {
  const port = parentPort;
  if (!port) throw new Error('This module runs as a worker thread only');
  const answer = async ({ number, question }: Asked<Each['question']>) => {
    try {
      const result = await work(question);
      port.postMessage({ number, answer: result } satisfies Answered<Each['answer']>, memoryOf(result));
    } catch (error) {
      port.postMessage({ number, failure: toFailure(error) } satisfies Answered<Each['answer']>);
    }
  };
  port.on('message', (asked: Asked<Each['question']>) => void answer(asked));
}

function toFailure(thrown: unknown): Failure {
  return { family: familyOf(thrown), message: toError(thrown).message };
}

function familyOf(thrown: unknown): Failure['family'] {
  if (thrown instanceof StartupError) return 'startup';
  if (thrown instanceof BadUserInputError) return 'input';
  return thrown instanceof PublicError ? 'public' : 'unexpected';
}
