import type { BatchPlan, RecordSelection, UnreadableCounts } from './batch.js';
import type { KaggleRecord, Unusable } from './kaggle-record.js';
import { toPayload, unreadableFields } from './normalise.js';
import { StartupError } from '../errors/errors.js';
import { toArchive } from '../papers/taxonomy.js';
import type { PaperPayload } from '../papers/payload.js';

/** A record in its stored form, with the embedding that came with it; null if it has to be embedded. */
interface PreparedRecord {
  payload: PaperPayload;
  vector: Float32Array | null;
}

/**
 * Prepares the record; or gives the reason why it cannot be stored, or that it is not wanted.
 *
 * @param unreadable counts the fields that the record loses.
 * @throws StartupError for an embedding if nobody named its model.
 */
export function prepareRecord(
  record: KaggleRecord,
  plan: BatchPlan,
  unreadable: UnreadableCounts,
): PreparedRecord | Unusable | 'filtered' | 'withoutEmbedding' {
  const payload = toPayload(record);
  for (const field of unreadableFields(record, payload)) unreadable[field] = (unreadable[field] ?? 0) + 1;
  if (!isSelected(plan.selection, payload)) return 'filtered';
  const vector = supplied(record, plan);
  if (vector === null && plan.embeddings === 'require') return 'withoutEmbedding';
  return vector !== null && 'reason' in vector ? vector : { payload, vector };
}

function supplied({ id, embedding }: KaggleRecord, plan: BatchPlan): Float32Array | Unusable | null {
  if (plan.embeddings === 'ignore' || embedding === undefined || embedding === null) return null;
  if (!plan.isModelNamed) throw unnamedModel(id);
  return checkEmbedding(embedding, plan.dimension);
}

function unnamedModel(id: string): StartupError {
  return new StartupError(
    `Record ${id} includes an embedding. Name its model: --embedding-model text-embedding-ada-002 (or ` +
      'all-MiniLM-L6-v2, …); vectors of two models are not comparable, even if their size is equal. ' +
      'Or embed the texts again: --embeddings ignore.',
  );
}

function isSelected({ categories, since }: RecordSelection, payload: PaperPayload): boolean {
  if (since !== null && !(payload.submitted_at !== undefined && payload.submitted_at >= since)) return false;
  return categories.length === 0 || categories.some((wanted) => isOf(wanted, payload));
}

function isOf(wanted: string, { categories, archives }: PaperPayload): boolean {
  return categories.includes(wanted) || (isWhole(wanted) && archives.includes(toArchive(wanted)));
}

/**
 * Whether a whole archive is wanted: `cs.*`, or `cs`, because no paper has the bare name of a divided archive.
 */
function isWhole(wanted: string): boolean {
  return wanted.endsWith('.*') || !wanted.includes('.');
}

/**
 * The supplied embedding in its stored form, or why it is invalid: it must have the right dimension, and a direction.
 */
function checkEmbedding(embedding: unknown, dimension: number): Float32Array | Unusable {
  if (!Array.isArray(embedding)) {
    return {
      reason: 'wrong_dimension',
      detail: `expected the embedding to be a list of ${dimension} numbers`,
    };
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
