import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { packagePath } from '../src/package-root.js';

/** 50,000 real records beside the checkout, a JSON line and 384 little-endian floats each. */
export const LARGE_RECORDS = packagePath('..', 'shared', 'data', 'arxiv-50k', 'arxiv-50k.jsonl.gz');
export const LARGE_VECTORS = packagePath('..', 'shared', 'data', 'arxiv-50k-minilm', 'vectors.f32');
export const LARGE_SIZE = 50_000;
export const LARGE_DIMENSION = 384;

export function hasLargeCorpus(): boolean {
  return existsSync(LARGE_RECORDS) && existsSync(LARGE_VECTORS);
}

/** Lines and embeddings of the large corpus, in order. */
export async function* readLargeCorpus(): AsyncGenerator<{ line: string; vector: Float32Array }> {
  const vectors = await open(LARGE_VECTORS);
  try {
    const lines = createInterface({ input: createReadStream(LARGE_RECORDS).pipe(createGunzip()) });
    for await (const line of lines) {
      const vector = new Float32Array(LARGE_DIMENSION);
      await vectors.read(vector);
      yield { line, vector };
    }
  } finally {
    await vectors.close();
  }
}

/** What a dump of the bench holds. */
export interface DumpShape {
  records: number;
  /** Numbers in each embedding; 0 for none. Other sizes than the corpus's repeat its numbers. */
  dimension: number;
}

/** Writes a dump made of the large corpus; beyond its size records repeat under ids of their own. */
export function writeDump(file: string, shape: DumpShape): Promise<void> {
  return pipeline(Readable.from(toLines(shape)), createWriteStream(file));
}

async function* toLines({ records, dimension }: DumpShape): AsyncGenerator<string> {
  for (let at = 0; at < records;) {
    const round = Math.floor(at / LARGE_SIZE);
    for await (const { line, vector } of readLargeCorpus()) {
      const record = round === 0 ? line : withId(line, toId(round, at % LARGE_SIZE));
      yield `${dimension === 0 ? record : withEmbedding(record, resize(vector, dimension))}\n`;
      if (++at === records) return;
    }
  }
}

/** As text: parsing a million records would take longer than loading them. */
function withId(line: string, id: string): string {
  return line.replace(/"id": ?"[^"]*"/, `"id":"${id}"`);
}

function withEmbedding(line: string, vector: Float32Array): string {
  const numbers = Array.from(vector, (number) => Number(number.toPrecision(8)));
  return `${line.trimEnd().slice(0, -1)},"embedding":[${numbers.join(',')}]}`;
}

/** A well-formed id of a month that arXiv has not come to. */
function toId(round: number, at: number): string {
  return `${30 + round}01.${String(at).padStart(5, '0')}`;
}

function resize(vector: Float32Array, dimension: number): Float32Array {
  return Float32Array.from({ length: dimension }, (_, at) => vector[at % vector.length] ?? 0);
}
