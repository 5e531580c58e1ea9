import { parentPort } from 'node:worker_threads';
import { toFailure, type Answered, type Asked, type Dialogue } from './protocol.js';

/**
 * What a thread of a `ThreadPool` does.
 *
 * @param work throws a lasting `PublicError` where the thread is of no use at all: the pool then ends it.
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
