import { payloadAt, vectorAt, type RecordPlace } from './record-memory.js';
import type { PaperPayload } from '../papers/payload.js';
import type { EncodedPoints, EncodePoints, PaperPoint } from '../store/store.js';

/** A record of a batch that is to be written. */
export interface RecordToEncode {
  /** Id of the record's point. */
  id: string;
  place: RecordPlace;
  /** Null if the embedding came with the record. */
  vector: Float32Array | null;
  /** Stored with the paper. */
  contentHash: string;
}

export interface Encoding {
  question: {
    /** Memory of their batch. */
    memory: SharedArrayBuffer;
    records: readonly RecordToEncode[];
  };
  answer: EncodedPoints;
}

/**
 * @param encoder `PaperWriter.encoder`, a module whose exports the port defines.
 * @throws BadUserInputError for a record that the store cannot represent.
 */
export async function encodeRecords(
  encoder: string,
  { memory, records }: Encoding['question'],
): Promise<Encoding['answer']> {
  const { encodePoints } = (await import(encoder)) as { encodePoints: EncodePoints };
  return encodePoints(toPoints(memory, records));
}

/** One at a time, so that a payload is garbage as soon as it is encoded. */
function* toPoints(memory: SharedArrayBuffer, records: readonly RecordToEncode[]): Generator<PaperPoint> {
  for (const record of records) yield toPoint(memory, record);
}

function toPoint(memory: SharedArrayBuffer, record: RecordToEncode): PaperPoint {
  const { id, place, contentHash } = record;
  const vector = record.vector ?? vectorAt(memory, place);
  if (!vector) throw new Error(`Record ${id} has no embedding`);
  const json = payloadAt(memory, place);
  // Written by `JSON.stringify` from one.
  const payload = JSON.parse(json) as PaperPayload;
  payload.content_hash = contentHash;
  // Equals what `JSON.stringify` would return, in a fraction of the time.
  return { id, vector, payload, payloadJson: `${json.slice(0, -1)},"content_hash":"${contentHash}"}` };
}
