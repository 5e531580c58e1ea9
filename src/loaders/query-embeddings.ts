import DataLoader from 'dataloader';
import { channel, tracingChannel } from 'node:diagnostics_channel';
import { LRUCache } from 'lru-cache';
import type { Embedder, EmbeddingOutcome, TextKind } from '../embedding/embedder.js';
import { PublicError, toError } from '../errors/errors.js';

/** Maximum number of texts in one call to the embedder: the limit of one request to the OpenAI API. */
const MAX_BATCH_SIZE = 2_048;

/**
 * Published on the channel `paperql:embedding-lookups` for each requested embedding, within the work that requests
 * it.
 */
export interface EmbeddingLookup {
  /** The text that the caller waits for, perhaps with others; null if its embedding is known. */
  waitsFor: object | null;
}
const lookups = channel('paperql:embedding-lookups');

function tell(lookup: EmbeddingLookup): void {
  if (lookups.hasSubscribers) lookups.publish(lookup);
}

/** Published on the tracing channel `paperql:embedding-calls` for each call to the embedder. */
export interface EmbeddingCall {
  kind: TextKind;
  /** See `EmbeddingLookup`. */
  texts: readonly object[];
}
const calls = tracingChannel<unknown, EmbeddingCall>('paperql:embedding-calls');

export interface QueryEmbeddingsOptions {
  /** Number of embeddings to keep; the least recently used is dropped first. 0 keeps none. */
  cacheSize: number;
  /** How long a call waits for more texts, counted from its first. */
  windowMs?: number;
  /** Maximum wait for one embedding. */
  timeoutMs?: number;
}

export interface WaitOptions {
  /** Aborted when this caller no longer waits. */
  signal?: AbortSignal | undefined;
  /** Time limit of this caller, if it is shorter than the general one. */
  timeoutMs?: number | undefined;
}

export interface QueryEmbeddings {
  /**
   * The embedding of the text, with white space collapsed. It is shared, so do not write to it. Rejects with the
   * error of this text or of its call, neither of which is cached; with TIMEOUT when the time is up; and with the
   * signal's reason.
   *
   * @param kind passages are sent in separate calls: hundreds may be requested at once, and a query should not have
   * to wait for all of them.
   */
  embed(text: string, kind?: TextKind, options?: WaitOptions): Promise<Float32Array>;
}

/** A text whose embedding is in progress. */
interface Pending {
  key: string;
  text: string;
  /** Number of callers that wait for it. */
  waiting: number;
  /** When the last of them leaves, by `performance.now()`. */
  endsAt: number;
  /** Called when the last caller has left. */
  abandon: () => void;
}

interface UnderWay {
  pending: Pending;
  embedding: Promise<Float32Array>;
}

/**
 * Embeddings of queries, shared by the whole process, because an embedding depends only on its text. Known embeddings
 * are returned immediately. A text that is already in progress is not sent again. The others are sent together.
 *
 * A caller that leaves does not affect others: a text is dropped if all of its callers left before its call was sent,
 * and a call is aborted when all callers of its texts have left.
 *
 * The DataLoader only batches. Its own cache would delay a known key until the batch of an unknown one is sent.
 */
export function createQueryEmbeddings(
  embedder: Pick<Embedder, 'embed'>,
  { cacheSize, windowMs = 3, timeoutMs = Infinity }: QueryEmbeddingsOptions,
): QueryEmbeddings {
  const known = cacheSize > 0 ? new LRUCache<string, Float32Array>({ max: cacheSize }) : undefined;
  const underWay = new Map<string, UnderWay>();
  const createLoader = (kind: TextKind) =>
    new DataLoader((batch: readonly Pending[]) => embedBatch(batch, kind), {
      cache: false,
      maxBatchSize: MAX_BATCH_SIZE,
      batchScheduleFn: (dispatch) => setTimeout(dispatch, windowMs),
    });
  const loaders: Record<TextKind, ReturnType<typeof createLoader>> = {
    query: createLoader('query'),
    passage: createLoader('passage'),
  };

  async function embedBatch(batch: readonly Pending[], kind: TextKind): Promise<ArrayLike<EmbeddingOutcome>> {
    const wanted = batch.filter(({ waiting }) => waiting > 0);
    batch.filter(({ waiting }) => waiting === 0).forEach(forget);
    const outcomes = new Map(wanted.length > 0 ? await embedTogether(embedder, wanted, kind, forget) : []);
    return batch.map((each) => outcomes.get(each) ?? new Error('Nobody waits for this embedding'));
  }

  function forget(pending: Pending): void {
    if (underWay.get(pending.key)?.pending === pending) underWay.delete(pending.key);
  }

  function start(key: string, text: string, kind: TextKind): UnderWay {
    const pending = { key, text, waiting: 0, endsAt: 0, abandon: () => undefined };
    const embedding = loaders[kind].load(pending);
    embedding
      .then((numbers) => known?.set(key, numbers))
      // Waiting callers get the failure; there may be none left.
      .catch(() => undefined)
      .finally(() => forget(pending));
    const started = { pending, embedding };
    underWay.set(key, started);
    return started;
  }

  return {
    async embed(given, kind = 'query', { signal, timeoutMs: ownMs = Infinity } = {}) {
      signal?.throwIfAborted();
      const text = given.replace(/\s+/gu, ' ').trim();
      const key = `${kind} ${text}`;
      const embedding = known?.get(key);
      if (embedding) {
        tell({ waitsFor: null });
        return embedding;
      }
      const asked = underWay.get(key) ?? start(key, text, kind);
      tell({ waitsFor: asked.pending });
      return waitFor(asked, Math.min(timeoutMs, ownMs), signal);
    },
  };
}

/** One call for all of the texts, aborted when all of their callers have left. */
async function embedTogether(
  embedder: Pick<Embedder, 'embed'>,
  wanted: readonly Pending[],
  kind: TextKind,
  forget: (pending: Pending) => void,
): Promise<[Pending, EmbeddingOutcome][]> {
  const controller = new AbortController();
  const abandon = () => {
    if (wanted.some(({ waiting }) => waiting > 0)) return;
    // A caller that asks for one of these texts from now on must not get the outcome of the aborted call.
    wanted.forEach(forget);
    controller.abort();
  };
  for (const each of wanted) each.abandon = abandon;
  const leftMs = Math.max(...wanted.map(({ endsAt }) => endsAt)) - performance.now();
  const call = () =>
    embedder.embed(
      wanted.map(({ text }) => text),
      { kind, signal: controller.signal, ...(leftMs < Infinity && { timeoutMs: leftMs }) },
    );
  const outcomes = await (calls.hasSubscribers ? calls.tracePromise(call, { kind, texts: wanted }) : call());
  return wanted.map((each, at) => [each, outcomes[at] ?? new Error('The embedder returned no outcome')]);
}

/** Waits for the embedding on behalf of one caller, who leaves when the time is up or the signal is aborted. */
function waitFor(
  { pending, embedding }: UnderWay,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  pending.waiting++;
  pending.endsAt = Math.max(pending.endsAt, performance.now() + timeoutMs);
  return new Promise((resolve, reject) => {
    const leave = (reason: Error) => {
      stop();
      reject(reason);
      if (--pending.waiting === 0) pending.abandon();
    };
    const giveUp = () => leave(timeUp(timeoutMs));
    const goAway = () => leave(toError(signal?.reason));
    const timer = timeoutMs < Infinity ? setTimeout(giveUp, timeoutMs) : undefined;
    signal?.addEventListener('abort', goAway, { once: true });
    const stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', goAway);
    };
    embedding.then(resolve, reject).finally(stop);
  });
}

function timeUp(timeoutMs: number): PublicError {
  return new PublicError(
    'TIMEOUT',
    `The text was not embedded within ${Math.round(timeoutMs)} ms; try again later`,
  );
}
