import type { Batch, PreparedRecord, RejectedLine } from './batch.js';

type WithoutMemory<Line> = Omit<Line, 'raw' | 'vector'> & { rawLength: number };

/** A batch on its way between threads: what is large lies in two blocks of memory, which are handed over uncopied. */
export interface PackedBatch extends Omit<Batch, 'records' | 'rejected'> {
  records: (WithoutMemory<PreparedRecord> & { dimension: number })[];
  rejected: WithoutMemory<RejectedLine>[];
  /** The lines, those of `records` first. */
  raw: Uint8Array<ArrayBuffer>;
  /** The supplied embeddings, one behind the other. */
  vectors: Float32Array<ArrayBuffer>;
}

export function packBatch({ records, rejected, ...rest }: Batch): PackedBatch {
  const lines = [...records, ...rejected].map(({ raw }) => raw);
  const raw = new Uint8Array(lines.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const line of lines) {
    raw.set(line, at);
    at += line.length;
  }
  return {
    ...rest,
    records: records.map(({ raw: { length }, vector, ...record }) => ({
      ...record,
      rawLength: length,
      dimension: vector?.length ?? 0,
    })),
    rejected: rejected.map(({ raw: { length }, ...line }) => ({ ...line, rawLength: length })),
    raw,
    vectors: concatenate(records.flatMap(({ vector }) => vector ?? [])),
  };
}

export function unpackBatch({ records, rejected, raw, vectors, ...rest }: PackedBatch): Batch {
  let rawAt = 0;
  let vectorAt = 0;
  const nextRaw = (length: number) => raw.subarray(rawAt, (rawAt += length));
  const nextVector = (length: number) =>
    length === 0 ? null : vectors.subarray(vectorAt, (vectorAt += length));
  return {
    ...rest,
    records: records.map(({ rawLength, dimension, ...record }) => ({
      ...record,
      raw: nextRaw(rawLength),
      vector: nextVector(dimension),
    })),
    rejected: rejected.map(({ rawLength, ...line }) => ({ ...line, raw: nextRaw(rawLength) })),
  };
}

function concatenate(vectors: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const numbers = new Float32Array(vectors.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const vector of vectors) {
    numbers.set(vector, at);
    at += vector.length;
  }
  return numbers;
}
