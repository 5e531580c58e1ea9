import { once } from 'node:events';
import { Worker, type ResourceLimits } from 'node:worker_threads';
import { toThrown, type Answered, type Asked, type Dialogue, type Failure } from './protocol.js';
import { toError } from '../errors/errors.js';

export interface PoolOptions {
  /** What the threads do, for messages: `reading`. */
  name: string;
  /** Most threads, 1 when not given. */
  size?: number;
  /** Questions that a thread has in its hands, 1 when not given; the others wait for a thread. */
  atOnce?: number;
  workerData?: unknown;
  resourceLimits?: ResourceLimits;
  /** How long `close` waits for threads that have questions in their hands before it ends them; it does not when not given. */
  lastAnswerMs?: number;
  /** What the questions are rejected with that a thread leaves unanswered which ended unasked. */
  toEndedError?: (cause: unknown) => Error;
  /** What questions are rejected with from `close` on. */
  toClosedError?: () => Error;
}

export interface AskOptions {
  /** What the question came with. Calls take turns, question by question. */
  call?: object;
  /** Aborted when nobody waits for the answer: the question is not given to a thread any more. */
  signal?: AbortSignal | undefined;
}

interface Job<Each extends Dialogue> {
  question: Each['question'];
  resolve: (answer: Each['answer']) => void;
  reject: (error: Error) => void;
}

/**
 * Threads that answer questions, started when there are some. Idle threads do not keep the process alive.
 *
 * When a thread ends unasked, its questions and all that wait are rejected, rather than put to a new thread: what ends one
 * thread (memory used up, a broken installation) would likely end the next, question by question. The next question starts
 * a new thread.
 */
export class ThreadPool<Each extends Dialogue> {
  /** The questions in each thread's hands. */
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
   * @throws what the thread threw; what `PoolOptions` says of a thread that ended, and of a closed pool; the reason of the
   * signal when it is aborted.
   */
  async ask(question: Each['question'], { call = {}, signal }: AskOptions = {}): Promise<Each['answer']> {
    signal?.throwIfAborted();
    if (this.#isClosed) throw this.#closedError();
    return new Promise<Each['answer']>((resolve, reject) => {
      // A question in a thread's hands is left there: only the end of the thread would stop it.
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

  /** A thread of no use comes here twice: when it says so and when it has ended. */
  #discard(thread: Worker, error: Error): void {
    const jobs = this.#threads.get(thread);
    this.#threads.delete(thread);
    // What waits would be put to a new thread; what others have in their hands is answered.
    if (!jobs || jobs.size === 0) return;
    for (const job of [...jobs.values(), ...this.#waiting.takeAll()]) job.reject(error);
  }

  #closedError(): Error {
    const { name, toClosedError } = this.options;
    return toClosedError?.() ?? new Error(`The ${name} thread has been closed`);
  }
}

/** Whether the thread would fail at every other question too. */
function isForGood(failure: Failure): boolean {
  return failure.kind === 'public' && failure.lasting === true && failure.code !== 'BAD_USER_INPUT';
}

/** Until the thread has answered once more or ended, or this time has passed. */
async function untilAnswered(thread: Worker, mostMs: number): Promise<void> {
  const signal = AbortSignal.timeout(mostMs);
  const ends = ['message', 'exit'].map((event) => once(thread, event, { signal }));
  await Promise.race(ends).catch(() => undefined);
}

/** What waits, by the call that it came with. Calls take turns: one of a single item does not wait for one of hundreds. */
class FairQueue<Item> {
  /** Items by their calls, whose turn it is in this order. */
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

  /** Leaves out the item if it waits. */
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
