import { findLargeCorpus, readLargeCorpus, type LargeCorpus } from './dump-files.js';
import { toKaggleRecord, type KaggleRecord } from '../src/ingest/kaggle-record.js';
import { toPayload } from '../src/ingest/normalise.js';
import { readSample } from '../src/ingest/sample.js';
import { toPointId } from '../src/papers/point-id.js';
import type { PaperPoint } from '../src/store/store.js';

export interface BenchCorpus {
  name: string;
  /** Number of papers. */
  size: number;
  /** The papers with embeddings of the local model. */
  points(): AsyncIterable<PaperPoint>;
}

/** The papers that come with PaperQL. */
export const SAMPLE: BenchCorpus = {
  name: 'Bundled sample, 252 papers',
  size: 252,
  async *points() {
    for (const record of await readSample()) yield toPoint(record, record.embedding);
  },
};

/** Some 50,000 real papers; null if they are missing. */
export function largeCorpus(): BenchCorpus | null {
  const corpus = findLargeCorpus();
  if (!corpus) return null;
  const { size } = corpus;
  return { name: `${size.toLocaleString('en-US')} papers of arXiv`, size, points: () => readLarge(corpus) };
}

async function* readLarge(corpus: LargeCorpus): AsyncGenerator<PaperPoint> {
  for await (const { line, vector } of readLargeCorpus(corpus)) yield toPoint(parseRecord(line), vector);
}

function parseRecord(line: string): KaggleRecord {
  const record = toKaggleRecord(JSON.parse(line));
  if ('reason' in record) throw new Error(record.detail);
  return record;
}

function toPoint(record: KaggleRecord, vector: PaperPoint['vector']): PaperPoint {
  const payload = toPayload(record);
  return { id: toPointId(payload.id), vector, payload };
}
