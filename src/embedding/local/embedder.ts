import { setMaxListeners } from 'node:events';
import { access } from 'node:fs/promises';
import { explainLoadFailure, loadRuntime, loadTokenizer } from './model.js';
import { toTokenIds } from './tokenise.js';
import { createWorkerPool } from './worker-pool.js';
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
