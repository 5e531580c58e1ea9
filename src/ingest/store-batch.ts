import type { Batch, PreparedRecord, RejectedLine } from './batch.js';
import { embedTexts } from './embed-texts.js';
import type { RejectReason } from './reject.js';
import { withRetries, type RetryOptions } from './retry.js';
import { isUnchanged } from './stored-hash.js';
import { toEmbeddedText, type Embedder } from '../embedding/embedder.js';
import { BadUserInputError, toError } from '../errors/errors.js';
import { toPointId } from '../papers/point-id.js';
import type { PaperPoint, PaperStore } from '../store/store.js';

export interface Destination {
  store: PaperStore;
  embedder: Embedder;
  retries: RetryOptions;
}

/** What became of a batch's records. */
export interface BatchOutcome {
  new: number;
  updated: number;
  /** Those included that a later line of the batch with the same id takes the place of. */
  unchanged: number;
  embedded: number;
  rejected: RejectedLine[];
}

/** A record that is new or has changed. */
interface Candidate {
  id: string;
  record: PreparedRecord;
  isNew: boolean;
}

/**
 * Stores what is new or has changed, embedded where it came without an embedding. A record that cannot be embedded or
 * stored is an outcome of its own and costs no other.
 *
 * @throws the `PublicError` of store or embedder when waiting did not help.
 */
export async function storeBatch(batch: Batch, destination: Destination): Promise<BatchOutcome> {
  const candidates = await findChanged(batch.records, destination);
  const { points, embedded, failed } = await toPoints(candidates, destination);
  const isNew = new Set(candidates.filter((candidate) => candidate.isNew).map(({ id }) => id));
  const refused = new Map([
    ...(await upsertApart(
      points.filter(({ id }) => isNew.has(id)),
      destination,
      true,
    )),
    ...(await upsertApart(
      points.filter(({ id }) => !isNew.has(id)),
      destination,
      false,
    )),
  ]);

  const problems = new Map([...failed, ...refused]);
  const stored = candidates.filter(({ id }) => !problems.has(id));
  const fresh = stored.filter(({ isNew }) => isNew).length;
  return {
    new: fresh,
    updated: stored.length - fresh,
    unchanged: batch.records.length - candidates.length,
    embedded,
    rejected: candidates.flatMap((candidate) => {
      const reason = failed.has(candidate.id) ? 'embedding_refused' : 'store_refused';
      const error = problems.get(candidate.id);
      return error ? [toRejectedLine(batch.source, candidate.record, reason, error)] : [];
    }),
  };
}

async function findChanged(
  records: readonly PreparedRecord[],
  { store, retries }: Destination,
): Promise<Candidate[]> {
  // Of several lines with one id the last counts.
  const latest = new Map(records.map((record) => [toPointId(record.payload.id), record]));
  const stored = await withRetries(() => store.retrieve([...latest.keys()], ['content_hash']), retries);
  return [...latest].flatMap(([id, record]) => {
    const paper = stored.get(id);
    const isSame = paper && isUnchanged(paper.payload.content_hash, record.payload.content_hash);
    return isSame ? [] : [{ id, record, isNew: !paper }];
  });
}

async function toPoints(candidates: readonly Candidate[], { embedder, retries }: Destination) {
  const lacking = candidates.filter(({ record }) => record.vector === null);
  const texts = lacking.map(({ record }) => toEmbeddedText(record.payload));
  const outcomes = texts.length === 0 ? [] : await embedTexts(embedder, texts, retries);
  const embeddings = new Map(lacking.map(({ id }, at) => [id, outcomes[at]]));

  const failed = new Map<string, Error>();
  const points = candidates.flatMap(({ id, record }): PaperPoint[] => {
    const vector = record.vector ?? embeddings.get(id);
    if (vector instanceof Float32Array) return [{ id, vector, payload: record.payload }];
    failed.set(id, vector ?? new Error('The embedder gave no outcome for this text'));
    return [];
  });
  return { points, embedded: lacking.length - failed.size, failed };
}

/**
 * Writes the points; when the store refuses them, halves them until those it refuses stand alone.
 *
 * @returns the points that were refused, with the store's reason.
 */
async function upsertApart(
  points: readonly PaperPoint[],
  destination: Destination,
  areNew: boolean,
): Promise<Map<string, Error>> {
  const [first] = points;
  if (!first) return new Map();
  // What failed may have been stored all the same: from the second try on nothing is known to be new.
  let mayBeStored = !areNew;
  try {
    await withRetries(async () => {
      const options = { areNew: !mayBeStored };
      mayBeStored = true;
      await destination.store.upsert(points, options);
    }, destination.retries);
    return new Map();
  } catch (error) {
    if (!(error instanceof BadUserInputError)) throw error;
    if (points.length === 1) return new Map([[first.id, toError(error)]]);
    const middle = Math.ceil(points.length / 2);
    return new Map([
      ...(await upsertApart(points.slice(0, middle), destination, false)),
      ...(await upsertApart(points.slice(middle), destination, false)),
    ]);
  }
}

function toRejectedLine(
  source: string,
  { line, offset, raw }: PreparedRecord,
  reason: RejectReason,
  { message }: Error,
): RejectedLine {
  return { source, line, offset, reason, detail: message, raw };
}
