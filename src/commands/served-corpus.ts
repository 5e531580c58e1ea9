import type { BaseLogger } from 'pino';
import { findCorpus, type Corpus } from './open-corpus.js';
import { openStore } from './open-parts.js';
import type { Config } from '../config/config.js';
import type { ServingEmbedder } from '../embedding/embedder.js';
import { toError, toOperatorMessage } from '../errors/errors.js';
import type { PaperStore } from '../store/store.js';

/** Each check costs one system call, or one request to Qdrant. */
const LOOK_EVERY_MS = 2_000;

/** The papers that are currently served. */
export interface ServedCorpus {
  /** Read it once per request: between two requests, the loaded papers may replace the sample. */
  readonly store: PaperStore;
  /** Serves the configured collection instead of the sample as soon as it is completely loaded. */
  watch(listener: CorpusListener): void;
  close(): Promise<void>;
}

export interface CorpusListener {
  onLoaded: (corpus: Corpus) => void;
  /** Called once for each reason why a loaded collection cannot be served. */
  onProblem: (message: string) => void;
}

export function createServedCorpus(config: Config, embedder: ServingEmbedder, first: Corpus): ServedCorpus {
  let current = first;
  let awaited: Promise<PaperStore> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let lastProblem: string | undefined;

  const look = async ({ onLoaded, onProblem }: CorpusListener) => {
    try {
      const store = await (awaited ??= openStore(config, config.collection));
      const found = (await isLoaded(store)) ? await findCorpus(config, embedder, store) : null;
      if (!found) return;
      current = found;
      onLoaded(found);
    } catch (thrown) {
      const problem = toOperatorMessage(toError(thrown));
      if (problem !== lastProblem) onProblem(problem);
      lastProblem = problem;
      await close(awaited);
      awaited = null;
    }
  };
  return {
    get store() {
      return current.store;
    },
    watch(listener) {
      if (!first.isSample) return;
      const lookAgain = () => {
        timer = setTimeout(() => {
          void look(listener).then(() => {
            if (current === first && timer !== undefined) lookAgain();
          });
        }, LOOK_EVERY_MS).unref();
      };
      lookAgain();
    },
    async close() {
      clearTimeout(timer);
      timer = undefined;
      // Once the awaited store is loaded, it is the one that is served.
      await Promise.all([first.store.close(), close(awaited)]);
    },
  };
}

/** Writes to the log while the sample is served. */
export function toCorpusLog(log: Pick<BaseLogger, 'info' | 'error'>): CorpusListener {
  return {
    onLoaded: ({ info: { name, count } }) =>
      log.info({ collection: name, papers: count }, 'serving the loaded papers instead of the sample'),
    onProblem: (problem) =>
      log.error({ problem }, 'cannot serve the loaded papers; still serving the sample'),
  };
}

/**
 * The last step of a load makes the directory of authors and titles. Collections of other programs have none and
 * count as loaded.
 */
async function isLoaded(store: PaperStore): Promise<boolean> {
  const info = await store.describe();
  if (info === null) return false;
  return info.metadata === null || (await store.directory.describe()) !== null;
}

async function close(opening: Promise<PaperStore> | null): Promise<void> {
  await opening?.then(
    (store) => store.close(),
    () => undefined,
  );
}
