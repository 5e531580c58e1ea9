import type { Batch } from './batch.js';
import { withStoredVectorHash } from './content-hash.js';
import type { RecordToEncode } from './encode-records.js';
import type { Encoder } from './load-threads.js';
import { type ChangedRecord, findChanged } from './find-changed.js';
import { lineAt } from './record-memory.js';
import type { RejectedLine, RejectReason } from './rejects.js';
import type { ChangedPapers } from '../directory/revise-directory.js';
import { type Embedder, type EmbeddingOutcome, noOutcome } from '../embedding/embedder.js';
import { BadUserInputError, toError, toOperatorMessage } from '../errors/errors.js';
import type { PaperReader, PaperWriter } from '../store/store.js';
import type { ImportedEmbeddings } from '../transfer/imported.js';

export interface Destination {
  store: PaperReader & PaperWriter;
  embedder: Embedder;
  /** Searched before the embedder is called. */
  imported: Pick<ImportedEmbeddings, 'find'>;
  encoder: Encoder;
}

interface RecordToWrite extends RecordToEncode {
  /** Its index in the batch's records. */
  at: number;
}

/** The outcome of a batch's records. */
export interface BatchOutcome {
  new: number;
  updated: number;
  /** Includes records that a later line of the batch with the same id replaces. */
  unchanged: number;
  /** Stored with an imported embedding. */
  imported: number;
  embedded: number;
  rejected: RejectedLine[];
  /** Papers that were written, or may have been, by point id. */
  changed: ChangedPapers;
}

/**
 * Stores records that are new or have changed, and embeds those that came without an embedding. A record that cannot
 * be embedded or stored does not affect others.
 *
 * @throws the `PublicError` of store or embedder that is not about a single record.
 */
export async function storeBatch(batch: Batch, destination: Destination): Promise<BatchOutcome> {
  const candidates = await findChanged(destination.store, batch.records);
  const kept = await readKept(candidates, destination);
  const { records, imported, embedded, failed } = await embedLacking(candidates, kept, destination);
  const isNew = new Set(candidates.filter((candidate) => candidate.isNew).map(({ at }) => at));
  const fresh = records.filter(({ at }) => isNew.has(at));
  const changed = records.filter(({ at }) => !isNew.has(at));
  const refused = new Map([
    ...(await upsertApart(batch, fresh, destination, true)),
    ...(await upsertApart(batch, changed, destination, false)),
  ]);

  const stored = candidates.filter(({ at }) => !failed.has(at) && !refused.has(at));
  const stillNew = stored.filter(({ at }) => isNew.has(at)).length;
  return {
    new: stillNew,
    updated: stored.length - stillNew,
    unchanged: batch.records.length - candidates.length,
    imported,
    embedded,
    changed: new Map(candidates.map(({ record, before }) => [record.id, before])),
    rejected: [
      ...toRejectedLines(batch, failed, 'embedding_refused'),
      ...toRejectedLines(batch, refused, 'store_refused'),
    ],
  };
}

/** The stored embeddings of papers whose text has not changed, by point id. */
async function readKept(
  candidates: readonly ChangedRecord[],
  { store }: Destination,
): Promise<ReadonlyMap<string, Float32Array>> {
  const ids = candidates.filter(({ sameText }) => sameText !== null).map(({ record }) => record.id);
  return ids.length === 0 ? new Map() : store.vectors(ids);
}

async function embedLacking(
  candidates: readonly ChangedRecord[],
  kept: ReadonlyMap<string, Float32Array>,
  { embedder, imported }: Destination,
) {
  const lacking = candidates.flatMap(({ at, record: { id, text } }) =>
    text === null || kept.has(id) ? [] : [{ at, text }],
  );
  const known = await imported.find(lacking.map(({ text }) => text));
  const toEmbed = lacking.filter(({ text }) => !known.has(text));
  const texts = toEmbed.map(({ text }) => text);
  const outcomes = texts.length === 0 ? [] : await embedTexts(embedder, texts);
  const embeddings = new Map<number, EmbeddingOutcome | undefined>([
    ...lacking.map(({ at, text }) => [at, known.get(text)] as const),
    ...toEmbed.map(({ at }, index) => [at, outcomes[index]] as const),
  ]);

  const failed = new Map<number, Error>();
  const records = candidates.flatMap(({ at, record, sameText }): RecordToWrite[] => {
    const { id, place, contentHash, text } = record;
    const toWrite = { at, id, place, contentHash, vector: null };
    if (text === null) return [toWrite];
    const vector = kept.get(id);
    if (vector && sameText !== null) {
      return [{ ...toWrite, vector, contentHash: withStoredVectorHash(contentHash, sameText) }];
    }
    const outcome = embeddings.get(at);
    if (outcome instanceof Float32Array) return [{ ...toWrite, vector: outcome }];
    failed.set(at, outcome ?? noOutcome());
    return [];
  });
  const taken = lacking.length - toEmbed.length;
  return { records, imported: taken, embedded: toEmbed.length - failed.size, failed };
}

/**
 * Writes the records. If the store rejects them, halves them until rejected ones are alone.
 *
 * @returns the indices of rejected records, with the store's reason.
 */
async function upsertApart(
  batch: Batch,
  records: readonly RecordToWrite[],
  destination: Destination,
  areNew: boolean,
): Promise<Map<number, Error>> {
  const [first] = records;
  if (!first) return new Map();
  try {
    const points = await destination.encoder.encode(batch.memory, records);
    await destination.store.upsertEncoded(points, { areNew });
    return new Map();
  } catch (error) {
    if (!(error instanceof BadUserInputError)) throw error;
    if (records.length === 1) return new Map([[first.at, toError(error)]]);
    const middle = Math.ceil(records.length / 2);
    return new Map([
      ...(await upsertApart(batch, records.slice(0, middle), destination, false)),
      ...(await upsertApart(batch, records.slice(middle), destination, false)),
    ]);
  }
}

function toRejectedLines(
  batch: Batch,
  problems: ReadonlyMap<number, Error>,
  reason: RejectReason,
): RejectedLine[] {
  return [...problems].flatMap(([at, problem]) => {
    const record = batch.records[at];
    if (!record) return [];
    const { line, offset, place } = record;
    const detail = toOperatorMessage(problem);
    return { source: batch.source, line, offset, reason, detail, raw: lineAt(batch.memory, place) };
  });
}

/**
 * The outcome of each text, in order; an error affects only that text. Equal texts are embedded once.
 *
 * @throws the `PublicError` that affects all texts.
 */
export async function embedTexts(embedder: Embedder, texts: readonly string[]): Promise<EmbeddingOutcome[]> {
  const distinct = [...new Set(texts)];
  const answers = await embedder.embed(distinct);
  const outcomes = new Map(distinct.map((text, at) => [text, toUsable(answers[at])]));
  return texts.map((text) => outcomes.get(text) ?? toUsable(undefined));
}

function toUsable(answer: EmbeddingOutcome | undefined): EmbeddingOutcome {
  if (answer === undefined) return noOutcome();
  if (!(answer instanceof Float32Array)) return answer;
  if (!answer.every(Number.isFinite)) return new Error('The embedder returned numbers that are not finite');
  return answer.some((number) => number !== 0)
    ? answer
    : new Error('The embedder returned a vector of zeros');
}
