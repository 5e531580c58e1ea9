import type { BatchPlan, PreparedBatch, PreparedRecord, RejectedLine } from './batch.js';
import { checkEmbedding } from './check-embedding.js';
import { toContentHash } from './content-hash.js';
import { withVectorHash } from './stored-hash.js';
import { toPayload } from './normalise.js';
import type { RecordItem, RejectedItem } from './read/parse-line.js';
import { readRecords } from './read/read-records.js';
import type { Source } from './read/find-sources.js';
import { isSelected } from './selection.js';
import { StartupError } from '../errors/errors.js';
import { toPointId } from '../papers/point-id.js';

/** A batch holds its lines until they are stored: bounds what lies in memory when records are long. */
const MAX_BATCH_BYTES = 12 * 1024 * 1024;
/** A stretch in which hardly anything is wanted ends here, so that progress is seen and saved. */
const MAX_BATCH_LINES = 20_000;

/**
 * Reads, checks and cleans the input in batches, in its order. A batch never spans two sources.
 *
 * @throws StartupError for a source that is no arXiv dump, or that has embeddings of a model nobody named.
 */
export async function* prepareBatches(plan: BatchPlan): AsyncGenerator<PreparedBatch> {
  let bytesBefore = sumOfBytes(plan.sources.slice(0, plan.start.source));
  let left = plan.limit ?? Infinity;
  for (let index = plan.start.source; index < plan.sources.length && left > 0; index++) {
    const source = plan.sources[index];
    if (!source) return;
    for await (const batch of readSource(plan, source, index, left)) {
      left -= batch.records.length;
      yield { ...batch, bytesRead: bytesBefore + batch.bytesRead };
    }
    bytesBefore += source.bytes ?? 0;
  }
}

async function* readSource(
  plan: BatchPlan,
  source: Source,
  index: number,
  limit: number,
): AsyncGenerator<PreparedBatch> {
  const { offset, line } = index === plan.start.source ? plan.start : { offset: 0, line: 0 };
  let left = limit;
  let batch = newBatch(source.name);
  const close = (end: PreparedBatch['end'], bytesRead: number): PreparedBatch => {
    const closed = { ...batch.content, end, bytesRead };
    batch = newBatch(source.name);
    return closed;
  };
  let bytesRead = 0;
  for await (const chunk of readRecords(source, { offset, line })) {
    for (const item of chunk.items) {
      if (isFull(batch, plan)) {
        yield close({ source: index, offset: item.offset, line: item.line - 1 }, bytesRead);
      }
      left -= take(batch, item, plan);
      if (left === 0) {
        // Nothing behind the limit is looked at, now or by a run that goes on from here.
        yield close({ source: plan.sources.length, offset: 0, line: 0 }, chunk.bytesRead);
        return;
      }
    }
    bytesRead = chunk.bytesRead;
    if (isFull(batch, plan)) yield close({ source: index, ...chunk.end }, bytesRead);
  }
  yield close({ source: index + 1, offset: 0, line: 0 }, source.bytes ?? bytesRead);
}

interface OpenBatch {
  content: Omit<PreparedBatch, 'end' | 'bytesRead'>;
  rawBytes: number;
  toEmbed: number;
}

function newBatch(source: string): OpenBatch {
  const content = { records: [], rejected: [], source, read: 0, filtered: 0, withoutEmbedding: 0 };
  return { content, rawBytes: 0, toEmbed: 0 };
}

function isFull(batch: OpenBatch, { maxRecords, maxToEmbed }: BatchPlan): boolean {
  const { records, rejected, read } = batch.content;
  return (
    records.length >= maxRecords ||
    batch.toEmbed >= maxToEmbed ||
    rejected.length >= maxRecords ||
    batch.rawBytes >= MAX_BATCH_BYTES ||
    read >= MAX_BATCH_LINES
  );
}

/** @returns how many records it added: one or none. */
function take(batch: OpenBatch, item: RecordItem | RejectedItem, plan: BatchPlan): number {
  const { content } = batch;
  content.read++;
  const outcome =
    item.kind === 'rejected'
      ? toRejectedLine(content.source, item, item)
      : prepare(content.source, item, plan);
  if (outcome === 'filtered' || outcome === 'withoutEmbedding') {
    content[outcome]++;
    return 0;
  }
  batch.rawBytes += outcome.raw.length;
  if ('reason' in outcome) {
    content.rejected.push(outcome);
    return 0;
  }
  content.records.push(outcome);
  if (outcome.vector === null) batch.toEmbed++;
  return 1;
}

function prepare(
  source: string,
  item: RecordItem,
  plan: BatchPlan,
): PreparedRecord | RejectedLine | 'filtered' | 'withoutEmbedding' {
  const payload = toPayload(item.record);
  if (!isSelected(plan.selection, payload)) return 'filtered';
  const vector = supplied(item, plan);
  if (vector === null && plan.embeddings === 'require') return 'withoutEmbedding';
  if (vector !== null && 'reason' in vector) return toRejectedLine(source, item, vector);
  const json = JSON.stringify(payload);
  payload.content_hash = withVectorHash(toContentHash(json), vector);
  return {
    id: toPointId(payload.id),
    payload,
    // What `JSON.stringify` would make of it now, which takes as long as hashing.
    payloadJson: `${json.slice(0, -1)},"content_hash":"${payload.content_hash}"}`,
    line: item.line,
    offset: item.offset,
    vector,
    raw: item.raw,
  };
}

function supplied({ record }: RecordItem, plan: BatchPlan) {
  const { embedding } = record;
  if (plan.embeddings === 'ignore' || embedding === undefined || embedding === null) return null;
  if (!plan.isModelNamed) throw unnamedModel(record.id);
  return checkEmbedding(embedding, plan.dimension);
}

function unnamedModel(id: string): StartupError {
  return new StartupError(
    `Record ${id} comes with an embedding. Of which model? Name it: --embedding-model text-embedding-ada-002 (or ` +
      'all-MiniLM-L6-v2, …); vectors of two models do not compare, even where their size is equal. ' +
      'Or have the texts embedded anew: --embeddings ignore.',
  );
}

function toRejectedLine(
  source: string,
  { line, offset, raw }: Pick<RejectedItem, 'line' | 'offset' | 'raw'>,
  { reason, detail }: Pick<RejectedItem, 'reason' | 'detail'>,
): RejectedLine {
  return { source, line, offset, reason, detail, raw };
}

function sumOfBytes(sources: readonly Source[]): number {
  return sources.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
}
