import { once } from 'node:events';
import { Worker, type ResourceLimits } from 'node:worker_threads';
import { toThrown, type Answered, type Asked, type Dialogue, type Failure } from './protocol.js';
import { toError } from '../errors/errors.js';

export interface PoolOptions {
  /** The work of the threads, for messages: `reading`. */
  name: string;
  /** Maximum number of threads; default 1. */
  size?: number;
  /** Number of questions that a thread has at a time, default 1; the others wait for a thread. */
  atOnce?: number;
  workerData?: unknown;
  resourceLimits?: ResourceLimits;
  /** How long `close` waits for threads that have questions before it ends them; by default it does not wait. */
  lastAnswerMs?: number;
  /** Creates the error for questions of a thread that ended unexpectedly. */
  toEndedError?: (cause: unknown) => Error;
  /** Creates the error for questions after `close`. */
  toClosedError?: () => Error;
}

export interface AskOptions {
  /** The call to which the question belongs. Calls take turns, question by question. */
  call?: object;
  /** Aborted when the caller has left; the question is then not given to a thread. */
  signal?: AbortSignal | undefined;
}

interface Job<Each extends Dialogue> {
  question: Each['question'];
  resolve: (answer: Each['answer']) => void;
  reject: (error: Error) => void;
}

/**
 * Threads that answer questions; each is started when it is needed. Idle threads do not keep the process alive.
 *
 * If a thread ends unexpectedly, its questions and all waiting ones are rejected rather than given to a new thread:
 * the cause (memory exhausted, a broken installation) would probably end that one, too, question by question. The
 * next question starts a new thread.
 */
export class ThreadPool<Each extends Dialogue> {
  /** The questions that each thread is working on. */
  readonly #threads = new Map<Worker, Map<number, Job<Each>>>();
  readonly #waiting = new FairQueue<Job<Each>>();
  #count = 0;
  #isClosed = false;

  /** @param script a module that calls `answerQuestions` of the same dialogue. */
  constructor(
    private readonly script: URL,
    private readonly options: PoolOptions,
  ) {}

  /**
   * @throws the error that the thread threw; the errors of `PoolOptions` for a thread that ended and for a closed
   * pool; the reason of the signal when it is aborted.
   */
  async ask(question: Each['question'], { call = {}, signal }: AskOptions = {}): Promise<Each['answer']> {
    signal?.throwIfAborted();
    if (this.#isClosed) throw this.#closedError();
    return new Promise<Each['answer']>((resolve, reject) => {
      // A question that a thread is working on stays there, because only ending the thread would stop it.
      const leave = () => {
        this.#waiting.drop(call, job);
        reject(toError(signal?.reason));
      };
      const stay = () => signal?.removeEventListener('abort', leave);
      const job: Job<Each> = {
        question,
        resolve(answer) {
          stay();
          resolve(answer);
        },
        reject(error) {
          stay();
          reject(error);
        },
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(call, job);
      this.#dispatch();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const threads = [...this.#threads];
    this.#threads.clear();
    const { lastAnswerMs } = this.options;
    const left = [...threads.flatMap(([, jobs]) => [...jobs.values()]), ...this.#waiting.takeAll()];
    for (const job of left) job.reject(this.#closedError());
    await Promise.all(
      threads.map(async ([thread, jobs]) => {
        if (jobs.size > 0 && lastAnswerMs !== undefined) await untilAnswered(thread, lastAnswerMs);
        await thread.terminate();
      }),
    );
  }

  #dispatch(): void {
    const { size = 1 } = this.options;
    while (!this.#waiting.isEmpty) {
      const thread = this.#findFree() ?? (this.#threads.size < size ? this.#start() : undefined);
      if (!thread) return;
      const job = this.#waiting.take();
      if (job) this.#assign(thread, job);
    }
  }

  #findFree(): Worker | undefined {
    const { atOnce = 1 } = this.options;
    for (const [thread, jobs] of this.#threads) {
      if (jobs.size < atOnce) return thread;
    }
    return undefined;
  }

  #assign(thread: Worker, job: Job<Each>): void {
    const asked: Asked<Each['question']> = { number: this.#count++, question: job.question };
    this.#threads.get(thread)?.set(asked.number, job);
    thread.ref();
    thread.postMessage(asked);
  }

  #start(): Worker {
    const { name, workerData, resourceLimits = {}, toEndedError } = this.options;
    const thread = new Worker(this.script, { name, workerData, resourceLimits });
    let cause: unknown;
    thread.on('message', (answered: Answered<Each['answer']>) => this.#takeAnswer(thread, answered));
    thread.on('error', (error) => {
      cause = error;
    });
    thread.on('exit', () => {
      const error = toEndedError?.(cause) ?? cause ?? `The ${name} thread ended before its work did`;
      this.#discard(thread, toError(error));
    });
    this.#threads.set(thread, new Map());
    return thread;
  }

  #takeAnswer(thread: Worker, answered: Answered<Each['answer']>): void {
    const jobs = this.#threads.get(thread);
    const job = jobs?.get(answered.number);
    if ('failure' in answered && isForGood(answered.failure)) {
      this.#discard(thread, toThrown(answered.failure));
      void thread.terminate();
      return;
    }
    jobs?.delete(answered.number);
    if (jobs?.size === 0) thread.unref();
    if ('failure' in answered) job?.reject(toThrown(answered.failure));
    else job?.resolve(answered.answer);
    this.#dispatch();
  }

  /** Called twice for a thread that cannot answer anything: when it reports that, and when it has ended. */
  #discard(thread: Worker, error: Error): void {
    const jobs = this.#threads.get(thread);
    this.#threads.delete(thread);
    // A new thread would get the waiting questions; other threads answer those that they have.
    if (!jobs || jobs.size === 0) return;
    for (const job of [...jobs.values(), ...this.#waiting.takeAll()]) job.reject(error);
  }

  #closedError(): Error {
    const { name, toClosedError } = this.options;
    return toClosedError?.() ?? new Error(`The ${name} thread has been closed`);
  }
}

/** Whether the thread would also fail with every other question. */
function isForGood(failure: Failure): boolean {
  return failure.kind === 'public' && failure.lasting === true && failure.code !== 'BAD_USER_INPUT';
}

/** Waits until the thread has answered once more or ended, or until this time has passed. */
async function untilAnswered(thread: Worker, mostMs: number): Promise<void> {
  const signal = AbortSignal.timeout(mostMs);
  const ends = ['message', 'exit'].map((event) => once(thread, event, { signal }));
  await Promise.race(ends).catch(() => undefined);
}

/**
 * Waiting items by their calls. Calls take turns, so a call with a single item does not wait for one with hundreds.
 */
class FairQueue<Item> {
  /** Items by call; the order of the calls is the order of their turns. */
  readonly #calls = new Map<object, Item[]>();

  get isEmpty(): boolean {
    return this.#calls.size === 0;
  }

  push(call: object, item: Item): void {
    const items = this.#calls.get(call) ?? [];
    items.push(item);
    this.#calls.set(call, items);
  }

  take(): Item | undefined {
    const [next] = this.#calls;
    if (!next) return undefined;
    const [call, items] = next;
    const item = items.shift();
    this.#calls.delete(call);
    if (items.length > 0) this.#calls.set(call, items);
    return item;
  }

  /** Removes the item if it is waiting. */
  drop(call: object, item: Item): void {
    const left = this.#calls.get(call)?.filter((each) => each !== item) ?? [];
    if (left.length > 0) this.#calls.set(call, left);
    else this.#calls.delete(call);
  }

  takeAll(): Item[] {
    const items = [...this.#calls.values()].flat();
    this.#calls.clear();
    return items;
  }
}
