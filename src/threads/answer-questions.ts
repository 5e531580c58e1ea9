import { parentPort } from 'node:worker_threads';
import { toFailure, type Answered, type Asked, type Dialogue } from './protocol.js';

/**
 * Runs the answering side of a `ThreadPool` in a thread.
 *
 * @param work throws a lasting `PublicError` if the thread cannot answer anything; the pool then ends the thread.
 * @param memoryOf memory of an answer that is transferred instead of copied.
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
