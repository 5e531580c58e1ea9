import type { Unusable } from './kaggle-record.js';

/** The supplied embedding as it is stored, or why it is none: it must have the dimension, and a direction. */
export function checkEmbedding(embedding: unknown, dimension: number): Float32Array | Unusable {
  if (!Array.isArray(embedding)) {
    return { reason: 'wrong_dimension', detail: `expected a list of ${dimension} numbers as embedding` };
  }
  if (embedding.length !== dimension) {
    const detail = `expected an embedding of ${dimension} numbers, found ${embedding.length}`;
    return { reason: 'wrong_dimension', detail };
  }
  const vector = new Float32Array(dimension);
  let hasDirection = false;
  for (let at = 0; at < dimension; at++) {
    const number: unknown = embedding[at];
    if (typeof number !== 'number' || !Number.isFinite(Math.fround(number))) {
      return { reason: 'non_finite_embedding', detail: `number ${at + 1} of the embedding is not finite` };
    }
    vector[at] = number;
    hasDirection ||= vector[at] !== 0;
  }
  return hasDirection
    ? vector
    : { reason: 'zero_embedding', detail: 'an embedding of zeros has no direction' };
}
