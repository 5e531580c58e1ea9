import { createReadStream } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { completeDirectory } from '../directory/complete-directory.js';
import { toKaggleRecord, type KaggleRecord } from './kaggle-record.js';
import { toPayload } from './normalise.js';
import { toEmbeddedText, type ServingEmbedder } from '../embedding/embedder.js';
import { StartupError, toOperatorMessage } from '../errors/errors.js';
import { packagePath } from '../package-root.js';
import { toPointId } from '../papers/point-id.js';
import { toMetadata } from '../store/check-collection.js';
import type { CollectionMetadata } from '../store/layout.js';
import type { PaperPoint, PaperStore } from '../store/store.js';
import { readTextLines } from '../text-lines.js';

/**
 * Separate from `arxiv_papers`, because the sample's abstracts are summaries and must not mix with real ones.
 */
export const SAMPLE_COLLECTION = 'arxiv_sample';

/** The embedder of the embeddings in the sample file. Any other embedder embeds the papers itself. */
const SAMPLE_EMBEDDER = 'local:all-MiniLM-L6-v2';

/** Filling the sample takes a small fraction of this. */
const FILLING_MS = 10_000;

export type SampleRecord = KaggleRecord & { embedding: number[] };

/** The papers in the package, each with an `embedding` from the local model. */
export async function readSample(): Promise<SampleRecord[]> {
  const records: SampleRecord[] = [];
  const file = createReadStream(packagePath('sample', 'papers.jsonl'));
  for await (const line of readTextLines(file)) records.push(parseRecord(line));
  return records;
}

function parseRecord(line: string): SampleRecord {
  const record = toKaggleRecord(JSON.parse(line));
  if ('reason' in record) throw new Error(`The sample is broken: ${record.detail}`);
  // A test checks this for every record of the package.
  return { ...record, embedding: record.embedding as number[] };
}

/**
 * Fills the sample collection with the bundled papers, embedded by this embedder; existing ones are kept. A
 * collection of another embedder is replaced, because it holds only bundled papers.
 */
export async function ensureSample(store: PaperStore, embedder: ServingEmbedder): Promise<void> {
  const records = await readSample();
  const metadata = toMetadata(embedder);
  const existing = await store.describe();
  const isOurs = existing !== null && JSON.stringify(existing.metadata) === JSON.stringify(metadata);
  // There may be too many papers: two servers that started at the same moment have each inserted them.
  const isUsable = isOurs && existing.missingIndexes.length === 0 && existing.count <= records.length;
  if (isUsable && existing.count === records.length) {
    // The process that stored the last paper is building the directory now; two processes at once would damage it.
    if (await isFilledMeanwhile(store, records.length)) return;
    await completeDirectory(store, { isChanged: false });
    return;
  }

  const points = await embedSample(records, embedder);
  if (existing && !isUsable) await store.drop();
  const isMade = isUsable || !(await createFirst(store, metadata));
  if (isMade && (await isFilledMeanwhile(store, records.length))) return;
  await store.upsert(points);
  await store.optimize();
  await store.setVectorIndexing('on');
  await completeDirectory(store, { isChanged: true });
}

/**
 * Whether this process created the collection: of several servers that start at the same moment, one does.
 */
async function createFirst(store: PaperStore, metadata: CollectionMetadata): Promise<boolean> {
  try {
    await store.create(metadata);
    return true;
  } catch (error) {
    if (await store.describe()) return false;
    throw error;
  }
}

/** Gives the process that created the collection time to fill it, in case it is still alive. */
async function isFilledMeanwhile(store: PaperStore, count: number): Promise<boolean> {
  const giveUpAt = Date.now() + FILLING_MS;
  while (Date.now() < giveUpAt) {
    const directory = await store.directory.describe();
    if (directory?.points === count) return true;
    await setTimeout(100);
  }
  return false;
}

async function embedSample(
  records: readonly SampleRecord[],
  embedder: ServingEmbedder,
): Promise<PaperPoint[]> {
  const payloads = records.map((record) => toPayload(record));
  const vectors =
    embedder.id === SAMPLE_EMBEDDER
      ? records.map((record) => record.embedding)
      : await embedder.embed(payloads.map(toEmbeddedText));
  return payloads.map((payload, at) => {
    const vector = vectors[at];
    if (vector === undefined || vector instanceof Error) {
      const why = vector === undefined ? '' : `: ${toOperatorMessage(vector)}`;
      throw new StartupError(`Paper ${payload.id} of the sample could not be embedded${why}`, {
        cause: vector,
      });
    }
    return { id: toPointId(payload.id), vector, payload };
  });
}
