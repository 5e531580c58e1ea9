import type { Batch, BatchPlan, ReadBatch } from './batch.js';
import type { Encoding, RecordToEncode } from './encode-records.js';
import type { EncodedPoints, PaperWriter } from '../store/store.js';
import { ThreadPool } from '../threads/thread-pool.js';

/**
 * The two threads of a load, in addition to the main thread, which embeds and stores: one reads and cleans, one
 * encodes. A small input is read and encoded without them.
 */

/**
 * Starting the two threads takes 0.4 s of processor time, as long as reading and encoding this many bytes of input
 * files.
 */
const MOST_BYTES_WITHOUT_THREADS = 256 * 1024;

/**
 * The heap for new objects, 48 MB by default. What a thread creates for a batch is garbage before the next one. With
 * 32 MB, loading is as fast and takes less memory; with 8 MB, it takes a sixth longer.
 */
const RESOURCE_LIMITS = { maxYoungGenerationSizeMb: 32 };

/** Number of batches that may wait for the consumer, so that reading and storing overlap. */
const READ_AHEAD = 1;

/** Each question requests the next batch and returns the memory of earlier ones; null if there is none. */
export interface Reading {
  question: { released: SharedArrayBuffer[] };
  answer: ReadBatch | null;
}

/** The input, read in a separate thread unless it is small. */
export interface Reader {
  /**
   * The batches of `readBatches`; a thread reads one ahead.
   *
   * @throws the error of reading, as `StartupError` or `PublicError` if it was one.
   */
  batches(): AsyncGenerator<ReadBatch>;
  /** Ends the use of this batch's memory. */
  release(batch: Batch): void;
  /** Ends the thread, if there is one. */
  close(): Promise<void>;
}

export function openReader(plan: BatchPlan): Reader {
  return isSmall(plan) ? openReaderHere(plan) : openReaderThread(plan);
}

/** The size of standard input and pipes is unknown. */
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
    // The thread starts the next batch while the consumer takes the last one.
    atOnce: READ_AHEAD + 1,
    workerData: plan,
    resourceLimits: RESOURCE_LIMITS,
  });
  const released: SharedArrayBuffer[] = [];
  const askNext = () => {
    const answer = pool.ask({ released: released.splice(0) });
    // The caller who awaits the answer gets its failure, but an answer requested ahead may never be awaited.
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

/** Encodes records for the store, half as much work as reading them. */
export interface Encoder {
  /**
   * @throws BadUserInputError for a record that the store cannot represent.
   */
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

/** The thread starts when there is something to encode, which there is not if a file is loaded again. */
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
