import { once, setMaxListeners } from 'node:events';
import { access } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { explainLoadFailure, loadRuntime, loadTokenizer } from './model.js';
import { toTokenIds } from './tokenise.js';
import { PublicError, StartupError, toError } from '../../errors/errors.js';
import { packagePath } from '../../package-root.js';
import { NO_PREFIXES, type Embedder } from '../embedder.js';

const MODEL = 'all-MiniLM-L6-v2';
const DIMENSION = 384;

/**
 * The model that comes with PaperQL, run in worker threads; the event loop stays free. Texts are cut at 128 tokens.
 * Each text is run alone: quantization takes its ranges from the whole input, so only then does an embedding depend on
 * its text alone, and batches are no faster.
 *
 * @param options.workers threads that embed at the same time, 1 when not given. Each holds the model, some 80 MB.
 * @throws StartupError when the model's files are not there. When its packages are not, `problem` says so.
 */
export async function createLocalEmbedder({ workers = 1 }: { workers?: number } = {}): Promise<Embedder> {
  const folder = packagePath('models', MODEL);
  await access(folder).catch((error: unknown) => {
    throw new StartupError(
      `The local embedding model is missing: expected it in ${folder}; or set OPENAI_API_KEY`,
      {
        cause: toError(error),
      },
    );
  });
  const pool = createWorkerPool(new URL('./worker.js', import.meta.url), workers, folder);

  const problem = await findProblem();
  let tokenizer: ReturnType<typeof loadTokenizer> | undefined;

  return {
    id: `local:${MODEL}`,
    dimension: DIMENSION,
    prefixes: NO_PREFIXES,
    ...(problem && { problem }),
    async embed(texts, { signal } = {}) {
      // Each text that waits for a worker listens to it.
      if (signal) setMaxListeners(0, signal);
      const outcomes: Promise<Float32Array | Error>[] = [];
      for (const [at, text] of longestFirst(texts)) {
        outcomes[at] = text.trim() === '' ? emptyText() : pool.run(text, { call: outcomes, signal });
      }
      return Promise.all(outcomes);
    },
    async countTokens(texts) {
      const loaded = await (tokenizer ??= loadTokenizer(folder));
      return texts.reduce((sum, text) => sum + toTokenIds(loaded, text).length, 0);
    },
    tokensUsed: () => pool.tokensUsed(),
    async check() {
      const outcome = await pool.run('check');
      if (outcome instanceof Error) throw outcome;
    },
    close: () => pool.close(),
  };
}

async function findProblem(): Promise<Error | undefined> {
  try {
    await Promise.all([loadRuntime(), import('@huggingface/tokenizers')]);
    return undefined;
  } catch (error) {
    const { reason, hint } = explainLoadFailure(error);
    return new PublicError('EMBEDDING_UNAVAILABLE', reason, { hint, lasting: true });
  }
}

/** At the end no worker is left with a long text while the others have nothing to do. */
function longestFirst(texts: readonly string[]): [number, string][] {
  return [...texts.entries()].sort(([, a], [, b]) => b.length - a.length);
}

function emptyText(): Promise<Error> {
  return Promise.resolve(new Error('An empty text has no embedding'));
}

/** How long a pool that is closed waits for the texts in its workers' hands; nobody else does. */
const LAST_ANSWER_MS = 5_000;

/** What a worker answers to a text. */
export type WorkerAnswer =
  /** Float32 numbers in the machine's byte order. */
  | { kind: 'embedding'; numbers: ArrayBuffer; tokens: number }
  /** This text failed; the worker goes on. */
  | { kind: 'failed'; reason: string }
  /** The worker can embed nothing; the hint says to the operator why, and what to do. */
  | { kind: 'unusable'; reason: string; hint: string };

interface RunOptions {
  /**
   * What the text came with. Calls take turns, text by text: one of a single text does not wait for one of hundreds.
   */
  call?: object;
  /** Aborted when nobody waits for the text: it is not given to a worker any more. */
  signal?: AbortSignal | undefined;
}

export interface WorkerPool {
  /**
   * Has a worker embed the text; resolves to an Error when this text failed. Rejects with EMBEDDING_UNAVAILABLE when
   * its worker ended or is of no use, or when the pool is closed; with the signal's reason when it is aborted.
   */
  run(text: string, options?: RunOptions): Promise<Float32Array | Error>;
  /** Tokens that the workers have read so far. */
  tokensUsed(): number;
  close(): Promise<void>;
}

interface Job {
  text: string;
  resolve(outcome: Float32Array | Error): void;
  reject(error: Error): void;
}

/**
 * Up to `size` worker threads, each with one text at a time, started when there is work. Idle workers do not keep the
 * process alive.
 *
 * When a worker ends unasked, its text and all that wait are rejected, rather than tried on a new worker: what ends
 * one worker (memory used up, a broken installation) would likely end the next, text by text. The next call starts new workers.
 */
export function createWorkerPool(script: URL, size: number, workerData: unknown): WorkerPool {
  /** The job in each worker's hands. */
  const workers = new Map<Worker, Job | undefined>();
  /** Jobs by their calls, whose turn it is in this order. */
  const waiting = new Map<object, Job[]>();
  let closed = false;
  let tokensUsed = 0;

  function dispatch(): void {
    while (waiting.size > 0) {
      const worker = idleWorker() ?? (workers.size < size ? startWorker() : undefined);
      if (!worker) return;
      const job = takeNext();
      if (job) assign(worker, job);
    }
  }

  function takeNext(): Job | undefined {
    const [next] = waiting;
    if (!next) return undefined;
    const [call, jobs] = next;
    const job = jobs.shift();
    waiting.delete(call);
    if (jobs.length > 0) waiting.set(call, jobs);
    return job;
  }

  /** A text in a worker's hands is left there: only the end of the thread would stop it. */
  function drop(call: object, job: Job): void {
    const left = waiting.get(call)?.filter((each) => each !== job) ?? [];
    if (left.length > 0) waiting.set(call, left);
    else waiting.delete(call);
  }

  function takeAll(): Job[] {
    const jobs = [...waiting.values()].flat();
    waiting.clear();
    return jobs;
  }

  function idleWorker(): Worker | undefined {
    for (const [worker, job] of workers) {
      if (!job) return worker;
    }
    return undefined;
  }

  function assign(worker: Worker, job: Job): void {
    workers.set(worker, job);
    worker.ref();
    worker.postMessage(job.text);
  }

  function startWorker(): Worker {
    const worker = new Worker(script, { workerData });
    let cause: unknown;
    worker.on('message', (answer: WorkerAnswer) => takeAnswer(worker, answer));
    worker.on('error', (error) => {
      cause = error;
    });
    worker.on('exit', () => {
      const reason = 'The worker thread of the local embedding model ended';
      discard(worker, new PublicError('EMBEDDING_UNAVAILABLE', reason, { cause }));
    });
    workers.set(worker, undefined);
    return worker;
  }

  function takeAnswer(worker: Worker, answer: WorkerAnswer): void {
    if (answer.kind === 'unusable') {
      const { reason, hint } = answer;
      discard(worker, new PublicError('EMBEDDING_UNAVAILABLE', reason, { hint, lasting: true }));
      void worker.terminate();
      return;
    }
    const job = workers.get(worker);
    workers.set(worker, undefined);
    worker.unref();
    if (answer.kind === 'embedding') tokensUsed += answer.tokens;
    job?.resolve(answer.kind === 'embedding' ? new Float32Array(answer.numbers) : new Error(answer.reason));
    dispatch();
  }

  function discard(worker: Worker, error: PublicError): void {
    // An unusable worker comes here twice: when it says so and when it has ended.
    if (!workers.has(worker)) return;
    const job = workers.get(worker);
    workers.delete(worker);
    rejectJobs(job ? [job, ...takeAll()] : [], error);
  }

  return {
    async run(text, { call = {}, signal } = {}) {
      signal?.throwIfAborted();
      if (closed) throw closedError();
      return new Promise((resolve, reject) => {
        const abandon = () => {
          drop(call, job);
          reject(toError(signal?.reason));
        };
        const settle = () => signal?.removeEventListener('abort', abandon);
        const job: Job = {
          text,
          resolve(outcome) {
            settle();
            resolve(outcome);
          },
          reject(error) {
            settle();
            reject(error);
          },
        };
        signal?.addEventListener('abort', abandon, { once: true });
        const jobs = waiting.get(call) ?? [];
        jobs.push(job);
        waiting.set(call, jobs);
        dispatch();
      });
    },
    tokensUsed: () => tokensUsed,
    async close() {
      closed = true;
      const running = [...workers];
      workers.clear();
      const inHand = running.flatMap(([, job]) => job ?? []);
      rejectJobs([...inHand, ...takeAll()], closedError());
      await Promise.all(
        running.map(async ([worker, job]) => {
          if (job) await untilAnswered(worker);
          await worker.terminate();
        }),
      );
    },
  };
}

/** The ONNX runtime aborts the whole process when its thread ends while it loads the model or embeds a text. */
async function untilAnswered(worker: Worker): Promise<void> {
  const signal = AbortSignal.timeout(LAST_ANSWER_MS);
  const ends = ['message', 'exit'].map((event) => once(worker, event, { signal }));
  await Promise.race(ends).catch(() => undefined);
}

function rejectJobs(jobs: readonly Job[], error: Error): void {
  for (const job of jobs) job.reject(error);
}

function closedError(): PublicError {
  return new PublicError('EMBEDDING_UNAVAILABLE', 'The local embedding model has been closed');
}
