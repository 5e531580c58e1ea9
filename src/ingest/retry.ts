import { setTimeout } from 'node:timers/promises';
import { type Embedder, type EmbeddingOutcome, noOutcome } from '../embedding/embedder.js';
import { PublicError } from '../errors/errors.js';
import { toPlainStore } from '../store/plain-store.js';
import type { Adoption, PaperStore, UpsertOptions } from '../store/store.js';
import { systemCodeOf } from '../system-error.js';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** Failures of the system that end by themselves or when an operator frees resources. */
const PASSING_CODES: ReadonlySet<string> = new Set([
  'ENOSPC',
  'EDQUOT',
  'EIO',
  'EAGAIN',
  'EBUSY',
  'EMFILE',
  'ENFILE',
]);

export interface RetryOptions {
  /** Ends a wait; a running operation is allowed to finish. */
  signal: AbortSignal;
  /** Maximum waiting time for one operation. */
  maxWaitMs: number;
  onWait: (error: Error, waitMs: number) => void;
  /** Waiting time before the first retry; doubles for each further one. */
  firstWaitMs?: number;
}

/**
 * Retries an operation after failures that may pass. Waiting times double up to a minute, and each is shortened by up
 * to a half at random, so that several callers do not retry at once. If the other side asks for a longer time, that
 * counts. Written here because the retry libraries drop the result of an operation that ends after the signal, and
 * count the operation's own time as waiting.
 *
 * @throws the last error; the signal's reason if it ended a wait.
 */
export async function withRetries<Result>(
  operation: () => Promise<Result>,
  { signal, maxWaitMs, onWait, firstWaitMs = FIRST_WAIT_MS }: RetryOptions,
): Promise<Result> {
  let waitedMs = 0;
  for (let backOffMs = firstWaitMs; ; backOffMs = Math.min(backOffMs * 2, LONGEST_WAIT_MS)) {
    try {
      return await operation();
    } catch (error) {
      if (!mayPass(error) || waitedMs >= maxWaitMs) throw error;
      const jitteredMs = backOffMs * (1 - Math.random() / 2);
      const waitMs = Math.min(Math.max(jitteredMs, retryAfterOf(error)), maxWaitMs - waitedMs);
      if (!signal.aborted) onWait(error, waitMs);
      await setTimeout(waitMs, undefined, { signal });
      waitedMs += waitMs;
    }
  }
}

/**
 * The store with retries of each call. A scan has none: its reader starts again, as a rebuild of the directory does.
 * Searches, counts and facets also have none: they fail individually, and their callers decide.
 */
export function retryStore(store: PaperStore, retries: RetryOptions): PaperStore {
  const again = toRetrying(retries);
  const { directory, adoption } = store;
  const { revision, setCurrent } = directory;
  return {
    ...toPlainStore(store),
    directory: {
      describe: again((options) => directory.describe(options)),
      find: again((queries, options) => directory.find(queries, options)),
      replace: again((entries, info, options) => directory.replace(entries, info, options)),
      setCurrent: setCurrent && again(setCurrent),
      revision: revision && {
        authorsOf: again((names, options) => revision.authorsOf(names, options)),
        revise: again((change, options) => revision.revise(change, options)),
      },
      drop: again((options) => directory.drop(options)),
    },
    retrieve: again((ids, fields, options) => store.retrieve(ids, fields, options)),
    vectors: again((ids, options) => store.vectors(ids, options)),
    count: again((filter, options) => store.count(filter, options)),
    describe: again((options) => store.describe(options)),
    indexing: again((options) => store.indexing(options)),
    upsert: (points, options) => upsertAgain((now) => store.upsert(points, now), options, retries),
    upsertEncoded: (points, options) =>
      upsertAgain((now) => store.upsertEncoded(points, now), options, retries),
    create: again((metadata, settings, options) => store.create(metadata, settings, options)),
    setVectorIndexing: again((mode, options) => store.setVectorIndexing(mode, options)),
    renew: again((options) => store.renew(options)),
    optimize: again((options) => store.optimize(options)),
    ...(adoption && { adoption: retryAdoption(adoption, retries) }),
    drop: again((options) => store.drop(options)),
  };
}

function retryAdoption(adoption: Adoption, retries: RetryOptions): Adoption {
  const again = toRetrying(retries);
  return {
    addKeywordVector: again((options) => adoption.addKeywordVector(options)),
    list: again((from, limit, options) => adoption.list(from, limit, options)),
    adopt: again((papers, options) => adoption.adopt(papers, options)),
    setMetadata: again((metadata, options) => adoption.setMetadata(metadata, options)),
  };
}

/** A failed write may still have taken effect, so from the first retry on no paper is known to be new. */
function upsertAgain(
  upsert: (options: UpsertOptions) => Promise<void>,
  options: UpsertOptions = {},
  retries: RetryOptions,
): Promise<void> {
  let mayBeStored = false;
  return withRetries(() => {
    const now = mayBeStored ? { ...options, areNew: false } : options;
    mayBeStored = true;
    return upsert(now);
  }, retries);
}

function toRetrying(retries: RetryOptions) {
  return <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    (...args: Args): Promise<Result> =>
      withRetries(() => call(...args), retries);
}

/** The embedder, which is asked again only for the texts whose failure may pass. */
export function retryEmbedder(embedder: Embedder, retries: RetryOptions): Embedder {
  return {
    ...embedder,
    async embed(texts, options) {
      const outcomes: EmbeddingOutcome[] = [];
      let left = texts.map((text, at) => ({ text, at }));
      await withRetries(async () => {
        const answers = await embedder.embed(
          left.map(({ text }) => text),
          options,
        );
        let passing: Error | undefined;
        left = left.filter(({ at }, index) => {
          const outcome = answers[index] ?? noOutcome();
          outcomes[at] = outcome;
          if (!mayPass(outcome)) return false;
          passing = outcome;
          return true;
        });
        if (passing) throw passing;
      }, retries);
      return outcomes;
    },
  };
}

/** Whether the failure may be gone by the next try. */
export function mayPass(error: unknown): error is Error {
  if (error instanceof PublicError) return !error.lasting;
  return PASSING_CODES.has(systemCodeOf(error) ?? '');
}

function retryAfterOf(error: Error): number {
  return error instanceof PublicError ? (error.retryAfterMs ?? 0) : 0;
}
