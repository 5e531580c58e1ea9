import type { Batch, BatchPlan, ReadBatch } from './batch.js';
import { tellUnreadable } from './counts.js';
import { toContentHash, withVectorHash } from './content-hash.js';
import { prepareRecord } from './prepare-record.js';
import type { RecordItem, RejectedItem } from './read/parse-line.js';
import { readRecords } from './read/read-records.js';
import { RecordWriter } from './record-memory.js';
import type { RejectedLine } from './rejects.js';
import type { InputSource } from './read/find-sources.js';
import { toEmbeddedText } from '../embedding/embedder.js';
import { StartupError } from '../errors/errors.js';
import { toPointId } from '../papers/point-id.js';

/**
 * A batch holds its lines until they are stored, so this bounds the memory for long records. Twice as much took some
 * 70 MiB more for records with 384 numbers, and loading a million of them was no faster.
 */
const MAX_BATCH_BYTES = 4 * 1024 * 1024;
/** Ends a batch in which few records are wanted, so that progress is shown and saved. */
const MAX_BATCH_LINES = 20_000;

/**
 * Reads, checks and cleans the input in batches, in its order. A batch never spans two sources.
 *
 * @param takeMemory returns reusable memory for a batch, if there is any.
 * @throws StartupError for a source that is not an arXiv dump, or has embeddings if nobody named their model.
 */
async function* prepareBatches(plan: BatchPlan, takeMemory: TakeMemory): AsyncGenerator<Batch> {
  let bytesBefore = sumOfBytes(plan.sources.slice(0, plan.start.source));
  let left = plan.limit ?? Infinity;
  for (let index = plan.start.source; index < plan.sources.length && left > 0; index++) {
    const source = plan.sources[index];
    if (!source) return;
    for await (const batch of readSource({ plan, takeMemory }, source, index, left)) {
      left -= batch.records.length;
      yield { ...batch, bytesRead: bytesBefore + batch.bytesRead };
    }
    bytesBefore += source.bytes ?? 0;
  }
}

/** The batches of `prepareBatches`, each with the time of its reading. */
export async function* readBatches(plan: BatchPlan, takeMemory: TakeMemory): AsyncGenerator<ReadBatch> {
  const batches = prepareBatches(plan, takeMemory);
  for (;;) {
    const startedAt = Date.now();
    const next = await batches.next();
    if (next.done) return;
    yield { ...next.value, reading: { startedAt, endedAt: Date.now() } };
  }
}

type TakeMemory = () => SharedArrayBuffer | undefined;

async function* readSource(
  { plan, takeMemory }: { plan: BatchPlan; takeMemory: TakeMemory },
  source: InputSource,
  index: number,
  limit: number,
): AsyncGenerator<Batch> {
  const { offset, line } = index === plan.start.source ? plan.start : { offset: 0, line: 0 };
  let left = limit;
  let batch = newBatch(source.name, takeMemory);
  let isSample = offset === 0;
  const close = (end: Batch['end'], bytesRead: number): Batch => {
    const { content, writer } = batch;
    if (isSample && !plan.isForced) requireAuthors(content);
    isSample = false;
    batch = newBatch(source.name, takeMemory);
    return { ...content, memory: writer?.memory ?? new SharedArrayBuffer(0), end, bytesRead };
  };
  let bytesRead = 0;
  for await (const chunk of readRecords(source, { offset, line })) {
    for (const item of chunk.items) {
      if (isFull(batch, plan)) {
        yield close({ source: index, offset: item.offset, line: item.line - 1 }, bytesRead);
      }
      left -= take(batch, item, plan);
      if (left === 0) {
        // Nothing after the limit is read, now or by a run that resumes here.
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
  content: Omit<Batch, 'memory' | 'end' | 'bytesRead'>;
  /** Null until there is a record, because memory for it may be released in the meantime. */
  writer: RecordWriter | null;
  takeMemory: TakeMemory;
  rawBytes: number;
  toEmbed: number;
}

function newBatch(source: string, takeMemory: TakeMemory): OpenBatch {
  const content = {
    records: [],
    rejected: [],
    source,
    read: 0,
    filtered: 0,
    withoutEmbedding: 0,
    unreadable: {},
  };
  return { content, writer: null, takeMemory, rawBytes: 0, toEmbed: 0 };
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

/**
 * @returns the number of records that it added: one or none.
 */
function take(batch: OpenBatch, item: RecordItem | RejectedItem, plan: BatchPlan): number {
  const { content } = batch;
  content.read++;
  const outcome = item.kind === 'rejected' ? item : prepareRecord(item.record, plan, content.unreadable);
  if (outcome === 'filtered' || outcome === 'withoutEmbedding') {
    content[outcome]++;
    return 0;
  }
  batch.rawBytes += item.raw.length;
  if ('reason' in outcome) {
    content.rejected.push(toRejectedLine(content.source, item, outcome));
    return 0;
  }
  const { payload, vector } = outcome;
  const json = JSON.stringify(payload);
  batch.writer ??= new RecordWriter(batch.takeMemory());
  content.records.push({
    id: toPointId(payload.id),
    contentHash: withVectorHash(toContentHash(json), vector),
    place: batch.writer.add(vector, json, item.raw),
    text: vector === null ? toEmbeddedText(payload) : null,
    line: item.line,
    offset: item.offset,
  });
  if (vector === null) batch.toEmbed++;
  return 1;
}

/**
 * @throws StartupError if half of the records of a source's first batch lose their authors, which means that it has
 * another layout.
 */
function requireAuthors({ source, read, rejected, unreadable }: OpenBatch['content']): void {
  const records = read - rejected.length;
  const { authors = 0 } = unreadable;
  if (authors === 0 || authors * 2 < records) return;
  const [sentence] = tellUnreadable({ authors }, records);
  throw new StartupError(
    `${source}: ${sentence}; expected names in one string, a list of names, or [family, given, suffix] for each. ` +
      'To load the records without authors, use --force.',
  );
}

function toRejectedLine(
  source: string,
  { line, offset, raw }: Pick<RejectedItem, 'line' | 'offset' | 'raw'>,
  { reason, detail }: Pick<RejectedItem, 'reason' | 'detail'>,
): RejectedLine {
  return { source, line, offset, reason, detail, raw };
}

function sumOfBytes(sources: readonly InputSource[]): number {
  return sources.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
}
