import type { Batch, BatchPlan } from './batch.js';
import { startThread } from './thread.js';

/** Batches that may wait here for the consumer, so that reading and storing overlap. */
const READ_AHEAD = 1;

/** Each question is for the next batch, and gives memory of earlier ones back; null when there is none. */
export interface Reading {
  question: { released: SharedArrayBuffer[] };
  answer: Batch | null;
}

/** The input, read in a thread of its own. */
export interface Reader {
  /**
   * The batches of `prepareBatches`, read one ahead.
   *
   * @throws what reading threw, as `StartupError` or `PublicError` where it was one.
   */
  batches(): AsyncGenerator<Batch>;
  /** Nothing will be asked of this batch's memory any more. */
  release(batch: Batch): void;
  /** Ends the thread. */
  close(): Promise<void>;
}

export function openReader(plan: BatchPlan): Reader {
  const thread = startThread<Reading>('reading', new URL('./batch-worker.js', import.meta.url), plan);
  const released: SharedArrayBuffer[] = [];
  const askNext = () => thread.ask({ released: released.splice(0) });
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
    close: () => thread.end(),
  };
}
