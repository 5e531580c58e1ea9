import type { Batch, BatchPlan, ReadBatch } from './batch.js';
import type { Encoding, RecordToEncode } from './encode-records.js';
import type { EncodedPoints, PaperWriter } from '../store/store.js';
import { ThreadPool } from '../threads/thread-pool.js';

/**
 * The two threads of a load, beside the one that embeds and stores: one reads and cleans, one encodes. A small input is
 * read and encoded without them.
 */

/** Starting the two threads takes 0.4 s of the processor, as long as reading and encoding this much of files on disk. */
const MOST_BYTES_WITHOUT_THREADS = 256 * 1024;

/**
 * Where objects are made, 48 MB by default. What a thread makes for a batch is garbage before the next one: with 32 loading
 * is as quick and takes less memory, with 8 it takes a sixth longer.
 */
const RESOURCE_LIMITS = { maxYoungGenerationSizeMb: 32 };

/** Batches that may wait here for the consumer, so that reading and storing overlap. */
const READ_AHEAD = 1;

/** Each question is for the next batch, and gives memory of earlier ones back; null when there is none. */
export interface Reading {
  question: { released: SharedArrayBuffer[] };
  answer: ReadBatch | null;
}

/** The input, read in a thread of its own unless it is small. */
export interface Reader {
  /**
   * The batches of `readBatches`; a thread reads one ahead.
   *
   * @throws what reading threw, as `StartupError` or `PublicError` where it was one.
   */
  batches(): AsyncGenerator<ReadBatch>;
  /** Nothing will be asked of this batch's memory any more. */
  release(batch: Batch): void;
  /** Ends the thread, if there is one. */
  close(): Promise<void>;
}

export function openReader(plan: BatchPlan): Reader {
  return isSmall(plan) ? openReaderHere(plan) : openReaderThread(plan);
}

/** Standard input and pipes do not say how much they will give. */
function isSmall({ sources }: BatchPlan): boolean {
  if (sources.some(({ bytes }) => !bytes)) return false;
  return sources.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0) <= MOST_BYTES_WITHOUT_THREADS;
}

function openReaderHere(plan: BatchPlan): Reader {
  const free: SharedArrayBuffer[] = [];
  return {
    async *batches() {
      const { readBatches } = await import('./prepare-batches.js');
      yield* readBatches(plan, () => free.pop());
    },
    release: ({ memory }) => void free.push(memory),
    close: () => Promise.resolve(),
  };
}

function openReaderThread(plan: BatchPlan): Reader {
  const pool = new ThreadPool<Reading>(new URL('./batch-worker.js', import.meta.url), {
    name: 'reading',
    // The thread goes on to the next batch while this one takes the last.
    atOnce: READ_AHEAD + 1,
    workerData: plan,
    resourceLimits: RESOURCE_LIMITS,
  });
  const released: SharedArrayBuffer[] = [];
  const askNext = () => {
    const answer = pool.ask({ released: released.splice(0) });
    // The caller who awaits it sees the failure; a request made ahead may never be awaited.
    answer.catch(() => undefined);
    return answer;
  };
  return {
    async *batches() {
      const ahead = Array.from({ length: READ_AHEAD }, askNext);
      for (let next = ahead.shift(); next; next = ahead.shift()) {
        const batch = await next;
        if (!batch) return;
        ahead.push(askNext());
        yield batch;
      }
    },
    release: ({ memory }) => void released.push(memory),
    close: () => pool.close(),
  };
}

/** Encodes records for the store, which is half as much work as reading them. */
export interface Encoder {
  /** @throws BadUserInputError for a record that the store cannot take. */
  encode(memory: SharedArrayBuffer, records: readonly RecordToEncode[]): Promise<EncodedPoints>;
  close(): Promise<void>;
}

export function openEncoder({ encoder }: Pick<PaperWriter, 'encoder'>, plan: BatchPlan): Encoder {
  return isSmall(plan) ? openEncoderHere(encoder) : openEncoderThread(encoder);
}

function openEncoderHere(encoder: string): Encoder {
  return {
    async encode(memory, records) {
      const { encodeRecords } = await import('./encode-records.js');
      return encodeRecords(encoder, { memory, records });
    },
    close: () => Promise.resolve(),
  };
}

/** The thread is started when there is something to encode, as there is not where a file is loaded again. */
function openEncoderThread(encoder: string): Encoder {
  const pool = new ThreadPool<Encoding>(new URL('./encode-worker.js', import.meta.url), {
    name: 'encoding',
    workerData: encoder,
    resourceLimits: RESOURCE_LIMITS,
  });
  return {
    encode: (memory, records) => pool.ask({ memory, records }),
    close: () => pool.close(),
  };
}
