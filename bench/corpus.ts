import { createReadStream, existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { KaggleRecord } from '../src/ingest/kaggle-record.js';
import { toPayload } from '../src/ingest/normalise.js';
import { readSample } from '../src/ingest/sample.js';
import { packagePath } from '../src/package-root.js';
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
    for (const record of await readSample()) yield toPoint(record, record.embedding ?? []);
  },
};

const RECORDS = packagePath('..', 'shared', 'data', 'arxiv-50k', 'arxiv-50k.jsonl.gz');
const VECTORS = packagePath('..', 'shared', 'data', 'arxiv-50k-minilm', 'vectors.f32');
const DIMENSION = 384;

/** 50,000 real records beside the checkout, a JSON line and 384 little-endian floats each; null where they are not. */
export function largeCorpus(): BenchCorpus | null {
  if (!existsSync(RECORDS) || !existsSync(VECTORS)) return null;
  return { name: '50,000 papers of arXiv', size: 50_000, points: readLarge };
}

async function* readLarge(): AsyncGenerator<PaperPoint> {
  const vectors = await open(VECTORS);
  try {
    const lines = createInterface({ input: createReadStream(RECORDS).pipe(createGunzip()) });
    for await (const line of lines) {
      const vector = new Float32Array(DIMENSION);
      await vectors.read(vector);
      yield toPoint(KaggleRecord.parse(JSON.parse(line)), vector);
    }
  } finally {
    await vectors.close();
  }
}

function toPoint(record: KaggleRecord, vector: PaperPoint['vector']): PaperPoint {
  const payload = toPayload(record);
  return { id: toPointId(payload.id), vector, payload };
}
