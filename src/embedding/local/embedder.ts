import { setMaxListeners } from 'node:events';
import { access } from 'node:fs/promises';
import { explainLoadFailure, loadRuntime, loadTokenizer } from './model.js';
import { bundledModel, readModelFolder, type LocalModel, type ModelSetup } from './model-folder.js';
import { createTokenise, type Tokenise } from './tokenise.js';
import { PublicError, StartupError, toError } from '../../errors/errors.js';
import { ThreadPool, type AskOptions } from '../../threads/thread-pool.js';
import type { Embedder, EmbeddingOutcome, Prefixes } from '../embedder.js';

export interface LocalEmbedderOptions {
  /**
   * Number of threads that embed at the same time; default 1. Each holds a copy of the model: some 80 MB for the
   * bundled one.
   */
  workers?: number;
  /** The operator's own model, in a sentence-transformers folder; non-empty prefixes replace its prompts. */
  model?: { folder: string; prefixes: Prefixes } | undefined;
}

/**
 * Runs the bundled model, or the operator's own, in worker threads, so that the event loop stays free. Each text is
 * run alone: quantization takes its ranges from the whole input, so in a batch an embedding would depend on the other
 * texts, and batches are no faster.
 *
 * @throws StartupError if the model's files are missing or the model cannot be used. If packages are missing,
 * `problem` says so.
 */
export async function createLocalEmbedder({
  workers = 1,
  model,
}: LocalEmbedderOptions = {}): Promise<Embedder> {
  const { id, prefixes, setup } = model
    ? await readModelFolder(model.folder, model.prefixes)
    : await openBundled();
  const pool = createWorkerPool(new URL('./worker.js', import.meta.url), workers, setup);

  const problem = await findProblem();
  if (model && !problem) await tryModel(pool, model.folder);
  let tokenising: Promise<Tokenise> | undefined;

  return {
    id,
    dimension: setup.dimension,
    prefixes,
    ...(problem && { problem }),
    async embed(texts, { signal, kind = 'passage' } = {}) {
      // Each text that waits for a worker adds a listener.
      if (signal) setMaxListeners(0, signal);
      const outcomes: Promise<EmbeddingOutcome>[] = [];
      for (const [at, text] of longestFirst(texts)) {
        outcomes[at] =
          text.trim() === ''
            ? Promise.resolve(new Error('An empty text has no embedding'))
            : pool.run(prefixes[kind] + text, { call: outcomes, signal });
      }
      return Promise.all(outcomes);
    },
    async countTokens(texts) {
      const tokenise = await (tokenising ??= loadTokenise(setup));
      return texts.reduce((sum, text) => sum + tokenise(prefixes.passage + text).length, 0);
    },
    tokensUsed: () => pool.tokensUsed(),
    async check() {
      const outcome = await pool.run('check');
      if (outcome instanceof Error) throw outcome;
    },
    close: () => pool.close(),
  };
}

async function openBundled(): Promise<LocalModel> {
  const bundled = bundledModel();
  await access(bundled.setup.folder).catch((error: unknown) => {
    throw new StartupError(
      `The local embedding model is missing: expected it in ${bundled.setup.folder}; or set OPENAI_API_KEY`,
      {
        cause: toError(error),
      },
    );
  });
  return bundled;
}

/** Tries a model that was never used with PaperQL, so that a failure shows at startup. */
async function tryModel(pool: WorkerPool, folder: string): Promise<void> {
  const outcome = await pool.run('check').catch(toError);
  if (!(outcome instanceof Error)) return;
  await pool.close();
  const reason = outcome instanceof PublicError ? (outcome.hint ?? outcome.message) : outcome.message;
  throw new StartupError(`LOCAL_MODEL_DIR: the model in ${folder} cannot be run: ${reason}`, {
    cause: outcome,
  });
}

async function loadTokenise(setup: ModelSetup): Promise<Tokenise> {
  return createTokenise(await loadTokenizer(setup.folder), setup);
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

/** Long texts come first, so that at the end no worker is busy with a long text while the others are idle. */
function longestFirst(texts: readonly string[]): [number, string][] {
  return [...texts.entries()].sort(([, a], [, b]) => b.length - a.length);
}

/** Ending a thread while it loads the model or embeds a text makes the ONNX runtime abort the whole process. */
const LAST_ANSWER_MS = 5_000;

/** A worker's answer to a text: its embedding, or why this text failed. */
export interface Embedding {
  question: string;
  /** The numbers of a `Float32Array`, transferred without a copy. */
  answer: { numbers: ArrayBuffer; tokens: number } | { reason: string };
}

export interface WorkerPool {
  /**
   * Embeds the text in a worker. Resolves to an Error if this text failed. Rejects with EMBEDDING_UNAVAILABLE if the
   * worker ended or cannot embed anything, or if the pool is closed; rejects with the signal's reason if it is
   * aborted.
   */
  run(text: string, options?: AskOptions): Promise<EmbeddingOutcome>;
  /** Number of tokens that the workers have read so far. */
  tokensUsed(): number;
  close(): Promise<void>;
}

/** Up to `size` worker threads. Each handles one text at a time. */
export function createWorkerPool(script: URL, size: number, workerData: unknown): WorkerPool {
  const pool = new ThreadPool<Embedding>(script, {
    name: 'embedding',
    size,
    workerData,
    lastAnswerMs: LAST_ANSWER_MS,
    toEndedError: (cause) =>
      new PublicError('EMBEDDING_UNAVAILABLE', 'The worker thread of the local embedding model ended', {
        cause,
      }),
    toClosedError: () =>
      new PublicError('EMBEDDING_UNAVAILABLE', 'The local embedding model has been closed'),
  });
  let tokensUsed = 0;
  return {
    async run(text, options) {
      const answer = await pool.ask(text, options);
      if ('reason' in answer) return new Error(answer.reason);
      tokensUsed += answer.tokens;
      return new Float32Array(answer.numbers);
    },
    tokensUsed: () => tokensUsed,
    close: () => pool.close(),
  };
}
