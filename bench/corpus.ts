import { hasLargeCorpus, LARGE_SIZE, readLargeCorpus } from './dump-files.js';
import { toKaggleRecord, type KaggleRecord } from '../src/ingest/kaggle-record.js';
import { toPayload } from '../src/ingest/normalise.js';
import { readSample } from '../src/ingest/sample.js';
import { toPointId } from '../src/papers/point-id.js';
import type { PaperPoint } from '../src/store/store.js';

export interface BenchCorpus {
  name: string;
  /** Papers in it. */
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

/** 50,000 real papers; null where they are not. */
export function largeCorpus(): BenchCorpus | null {
  return hasLargeCorpus() ? { name: '50,000 papers of arXiv', size: LARGE_SIZE, points: readLarge } : null;
}

async function* readLarge(): AsyncGenerator<PaperPoint> {
  for await (const { line, vector } of readLargeCorpus()) yield toPoint(parseRecord(line), vector);
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
