/** What a part of an operation may take, in the worst case. */
export interface Amounts {
  /** Units for the values of the answer. */
  values: number;
  /** Bytes of the answer. */
  bytes: number;
  /** Units for what is asked of the store and the embedder. */
  work: number;
  /** Work that grows with the conditions of the filter of the connection that holds it. */
  filtered: number;
  /** Of highlights, which only results that words have found can have: units for values, bytes, units for embeddings. */
  markValues: number;
  markBytes: number;
  markWork: number;
}

export const NOTHING: Readonly<Amounts> = {
  values: 0,
  bytes: 0,
  work: 0,
  filtered: 0,
  markValues: 0,
  markBytes: 0,
  markWork: 0,
};

/** The one and `times` times the other. */
export function addTimes(one: Readonly<Amounts>, other: Readonly<Amounts>, times = 1): Readonly<Amounts> {
  if (other === NOTHING) return one;
  return {
    values: one.values + other.values * times,
    bytes: one.bytes + other.bytes * times,
    work: one.work + other.work * times,
    filtered: one.filtered + other.filtered * times,
    markValues: one.markValues + other.markValues * times,
    markBytes: one.markBytes + other.markBytes * times,
    markWork: one.markWork + other.markWork * times,
  };
}

/** Bytes that one unit stands for where values are longer than that. */
const BYTES_PER_UNIT = 64;

/** A value with its key: one unit, and one more for every 64 bytes. */
export function ofValue(bytes: number): Amounts {
  return { ...NOTHING, values: 1 + Math.floor(bytes / BYTES_PER_UNIT), bytes };
}

/** Quotes, colon and comma around a key and its value. */
export const PUNCTUATION_BYTES = 4;
