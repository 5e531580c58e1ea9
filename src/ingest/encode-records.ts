import type { RecordPlace } from './record-memory.js';
import { startThread, type Thread } from './thread.js';
import type { EncodedPoints, PaperWriter } from '../store/store.js';

/** A record of a batch that is to be written. */
export interface RecordToEncode {
  /** Id of the record's point. */
  id: string;
  place: RecordPlace;
  /** Null for the embedding that came with it. */
  vector: Float32Array | null;
  /** Kept with the paper. */
  contentHash: string;
}

export interface EncodingTask {
  /** Memory of their batch. */
  memory: SharedArrayBuffer;
  records: readonly RecordToEncode[];
}

export interface Encoding {
  question: EncodingTask;
  answer: EncodedPoints;
}

/**
 * A thread that makes of records what the store takes: that is half as much work as reading them. It is started when there
 * is something to encode, as there is not where a file is loaded again.
 */
export interface Encoder {
  /** @throws BadUserInputError for a record that the store cannot take. */
  encode(memory: SharedArrayBuffer, records: readonly RecordToEncode[]): Promise<EncodedPoints>;
  close(): Promise<void>;
}

export function openEncoder({ encoder }: Pick<PaperWriter, 'encoder'>): Encoder {
  const script = new URL('./encode-worker.js', import.meta.url);
  let thread: Thread<Encoding> | undefined;
  return {
    encode(memory, records) {
      thread ??= startThread('encoding', script, encoder);
      return thread.ask({ memory, records });
    },
    close: async () => thread?.end(),
  };
}
