import { parentPort } from 'node:worker_threads';
import {
  BadUserInputError,
  PublicError,
  StartupError,
  toError,
  type PublicCode,
  type PublicErrorOptions,
} from '../errors/errors.js';

/** The questions and answers of a thread; both sides use the same type. */
export interface Dialogue {
  question: unknown;
  answer: unknown;
}

export interface Asked<Question> {
  number: number;
  question: Question;
}

export type Answered<Answer> = { number: number } & ({ answer: Answer } | { failure: Failure });

/** An error in a form that can be sent to another thread, where an Error would lose its class. */
export type Failure =
  | ({ kind: 'public'; code: PublicCode; message: string } & Pick<PublicErrorOptions, 'lasting' | 'hint'>)
  | { kind: 'input' | 'startup' | 'unexpected'; message: string };

export function toFailure(thrown: unknown): Failure {
  const { message } = toError(thrown);
  if (thrown instanceof StartupError) return { kind: 'startup', message };
  if (thrown instanceof BadUserInputError) return { kind: 'input', message };
  if (!(thrown instanceof PublicError)) return { kind: 'unexpected', message };
  const { code, lasting, hint } = thrown;
  return { kind: 'public', code, message, lasting, hint };
}

/** Converts the failure back to the original error. */
export function toThrown(failure: Failure): Error {
  switch (failure.kind) {
    case 'startup':
      return new StartupError(failure.message);
    case 'input':
      return new BadUserInputError(failure.message);
    case 'public':
      return new PublicError(failure.code, failure.message, failure);
    case 'unexpected':
      return new Error(failure.message);
  }
}

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
