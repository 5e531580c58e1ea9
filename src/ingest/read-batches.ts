import { Worker } from 'node:worker_threads';
import type { Batch } from './batch.js';
import type { ReaderAnswer, ReaderData, ReaderRequest } from './batch-worker.js';
import { BadUserInputError, PublicError, StartupError } from '../errors/errors.js';

/** Batches that may wait here for whoever takes them, so that reading and storing go on side by side. */
const READ_AHEAD = 1;

/** The input, read in a thread of its own. */
export interface Reader {
  /**
   * The batches of `prepareBatches`, read one ahead.
   *
   * @throws what reading threw, as `StartupError` or `PublicError` where it was one.
   */
  batches(): AsyncGenerator<Batch>;
  /** Ends the thread; nothing can be asked of a batch any more. */
  close(): Promise<void>;
}

export function openReader(data: ReaderData): Reader {
  const worker = new Worker(new URL('./batch-worker.js', import.meta.url), { workerData: data });
  const ask = createAsker(worker);

  const toBatch = ({ batch, stretch }: Extract<ReaderAnswer, { kind: 'batch' }>): Batch => ({
    ...stretch,
    async encode(records) {
      const answer = await ask({ kind: 'encode', batch, records });
      if (answer.kind !== 'encoded') throw unexpected(answer);
      return answer.points;
    },
    async readLine(at) {
      const answer = await ask({ kind: 'line', batch, at });
      if (answer.kind !== 'line') throw unexpected(answer);
      return answer.line;
    },
    release: () => worker.postMessage({ kind: 'release', batch } satisfies ReaderRequest),
  });

  return {
    async *batches() {
      const ahead = Array.from({ length: READ_AHEAD }, () => ask({ kind: 'next' }));
      for (let next = ahead.shift(); next; next = ahead.shift()) {
        const answer = await next;
        if (answer.kind === 'end') return;
        if (answer.kind !== 'batch') throw unexpected(answer);
        ahead.push(ask({ kind: 'next' }));
        yield toBatch(answer);
      }
    },
    async close() {
      worker.removeAllListeners();
      await worker.terminate();
    },
  };
}

type Question = ReaderRequest extends infer Each
  ? Each extends { request: number }
    ? Omit<Each, 'request'>
    : never
  : never;

/** Pairs answers with questions, and fails them all when the thread ends. */
function createAsker(worker: Worker): (question: Question) => Promise<ReaderAnswer> {
  const waiting = new Map<
    number,
    { resolve: (answer: ReaderAnswer) => void; reject: (error: Error) => void }
  >();
  let asked = 0;
  let ended: Error | null = null;
  const end = (error: Error) => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.on('error', end);
  worker.on('exit', () => end(new Error('The reading thread ended before the input did')));
  worker.on('message', (answer: ReaderAnswer) => {
    const question = waiting.get(answer.request);
    waiting.delete(answer.request);
    if (answer.kind === 'failed') question?.reject(toThrown(answer));
    else question?.resolve(answer);
  });
  return (question) => {
    const answer = new Promise<ReaderAnswer>((resolve, reject) => {
      if (ended) {
        reject(ended);
        return;
      }
      const request = asked++;
      waiting.set(request, { resolve, reject });
      worker.postMessage({ request, ...question });
    });
    // Whoever awaits it sees the failure; what is read ahead may never be taken.
    answer.catch(() => undefined);
    return answer;
  };
}

function toThrown({ family, message }: Extract<ReaderAnswer, { kind: 'failed' }>): Error {
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

function unexpected({ kind }: ReaderAnswer): Error {
  return new Error(`The reading thread gave an answer of another kind: ${kind}`);
}
