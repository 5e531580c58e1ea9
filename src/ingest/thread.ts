import { Worker } from 'node:worker_threads';
import { BadUserInputError, PublicError, StartupError } from '../errors/errors.js';

/** What a thread is asked, and answers: both sides of it name the same. */
export interface Dialogue {
  question: unknown;
  answer: unknown;
}

/** A thread that answers questions, several at a time if it likes. */
export interface Thread<Each extends Dialogue> {
  /** @throws what the thread threw, as the `StartupError` or `PublicError` that it was; or that it ended. */
  ask(question: Each['question']): Promise<Each['answer']>;
  end(): Promise<void>;
}

export interface Asked<Question> {
  number: number;
  question: Question;
}

export type Answered<Answer> = { number: number } & ({ answer: Answer } | { failure: Failure });

/** Errors lose their class on the way to another thread. */
export interface Failure {
  family: 'startup' | 'input' | 'public' | 'unexpected';
  message: string;
}

/**
 * Where objects are made, 48 MB by default. What a thread makes for a batch is garbage before the next one: with 32 loading
 * is as quick and takes less memory, with 8 it takes a sixth longer.
 */
const YOUNG_GENERATION_MB = 32;

/**
 * @param name what it does, for messages: `reading`.
 * @param script a module that calls `answerQuestions` of the same dialogue.
 */
export function startThread<Each extends Dialogue>(
  name: string,
  script: URL,
  workerData: unknown,
): Thread<Each> {
  type Answer = Each['answer'];
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB };
  const worker = new Worker(script, { name, workerData, resourceLimits });
  const waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  let count = 0;
  let ended: Error | null = null;
  const fail = (error: Error) => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error(`The ${name} thread ended before its work did`)));
  worker.on('message', (message: Answered<Answer>) => {
    const question = waiting.get(message.number);
    waiting.delete(message.number);
    if ('failure' in message) question?.reject(toThrown(message.failure));
    else question?.resolve(message.answer);
  });
  return {
    ask(question) {
      const answer = new Promise<Answer>((resolve, reject) => {
        if (ended) {
          reject(ended);
          return;
        }
        const asked: Asked<Each['question']> = { number: count++, question };
        waiting.set(asked.number, { resolve, reject });
        worker.postMessage(asked);
      });
      // The caller who awaits it sees the failure; a request made ahead may never be awaited.
      answer.catch(() => undefined);
      return answer;
    },
    async end() {
      worker.removeAllListeners();
      await worker.terminate();
    },
  };
}

function toThrown({ family, message }: Failure): Error {
  switch (family) {
    case 'startup':
      return new StartupError(message);
    case 'input':
      return new BadUserInputError(message);
    case 'public':
      return new PublicError('BAD_USER_INPUT', message);
    case 'unexpected':
      return new Error(message);
  }
}
