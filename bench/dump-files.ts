import { createReadStream, createWriteStream, existsSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { packagePath } from '../src/package-root.js';
import { readTextLines } from '../src/text-lines.js';

export const LARGE_DIMENSION = 384;

/** Files with one JSON line and 384 little-endian floats per record. */
interface LargeCorpusFiles {
  records: string;
  vectors: string;
}

/** The corpus next to the checkout, with which the published figures were measured. */
const SHARED: LargeCorpusFiles = {
  records: packagePath('..', 'shared', 'data', 'arxiv-50k', 'arxiv-50k.jsonl.gz'),
  vectors: packagePath('..', 'shared', 'data', 'arxiv-50k-minilm', 'vectors.f32'),
};

const OWN_FOLDER = path.join(process.env['DATA_DIR'] ?? packagePath('data'), 'bench');

/** The corpus that `npm run bench -- papers` makes. */
export const OWN: LargeCorpusFiles = {
  records: path.join(OWN_FOLDER, 'papers.jsonl'),
  vectors: path.join(OWN_FOLDER, 'vectors.f32'),
};

/** Files of the large corpus, and its number of papers. */
export interface LargeCorpus extends LargeCorpusFiles {
  size: number;
}

/** Null if there is none; then prints how to make one. */
export function findLargeCorpus(): LargeCorpus | null {
  const found = [SHARED, OWN].find(({ records, vectors }) => existsSync(records) && existsSync(vectors));
  if (found) {
    const bytes = statSync(found.vectors).size;
    return { ...found, size: bytes / LARGE_DIMENSION / Float32Array.BYTES_PER_ELEMENT };
  }
  console.log(
    `The large corpus is left out: neither ${SHARED.records} nor ${OWN.records} exists.\n` +
      'Make one of 50,000 papers: npm run bench -- papers arxiv-metadata-oai-snapshot.json (some ten minutes; ' +
      'docs/benchmarks.md says where to get that file).',
  );
  return null;
}

/** Lines and embeddings of the large corpus, in order. */
export async function* readLargeCorpus(
  corpus: LargeCorpus,
): AsyncGenerator<{ line: string; vector: Float32Array }> {
  const vectors = await open(corpus.vectors);
  try {
    const content = createReadStream(corpus.records);
    const isCompressed = path.extname(corpus.records) === '.gz';
    const lines = readTextLines(isCompressed ? content.pipe(createGunzip()) : content);
    for await (const line of lines) {
      const vector = new Float32Array(LARGE_DIMENSION);
      await vectors.read(vector);
      yield { line, vector };
    }
  } finally {
    await vectors.close();
  }
}

/** Contents of a dump for the bench. */
export interface DumpShape {
  records: number;
  /** Dimension of the embeddings; 0 for none. If it differs from that of the corpus, its numbers are repeated. */
  dimension: number;
}

/** Writes a dump made from the large corpus; beyond its size, records are repeated with new ids. */
export function writeDump(file: string, corpus: LargeCorpus, shape: DumpShape): Promise<void> {
  return pipeline(Readable.from(toLines(corpus, shape)), createWriteStream(file));
}

async function* toLines(corpus: LargeCorpus, { records, dimension }: DumpShape): AsyncGenerator<string> {
  for (let at = 0; at < records;) {
    const round = Math.floor(at / corpus.size);
    for await (const { line, vector } of readLargeCorpus(corpus)) {
      const record = round === 0 ? line : withId(line, toId(round, at % corpus.size));
      yield `${dimension === 0 ? record : withEmbedding(record, resize(vector, dimension))}\n`;
      if (++at === records) return;
    }
  }
}

/** Replaces the id in the text: parsing a million records would take longer than loading them. */
function withId(line: string, id: string): string {
  return line.replace(/"id": ?"[^"]*"/, `"id":"${id}"`);
}

function withEmbedding(line: string, vector: Float32Array): string {
  const numbers = Array.from(vector, (number) => Number(number.toPrecision(8)));
  return `${line.trimEnd().slice(0, -1)},"embedding":[${numbers.join(',')}]}`;
}

/** A well-formed id of a future month. */
function toId(round: number, at: number): string {
  return `${30 + round}01.${String(at).padStart(5, '0')}`;
}

function resize(vector: Float32Array, dimension: number): Float32Array {
  return Float32Array.from({ length: dimension }, (_, at) => vector[at % vector.length] ?? 0);
}
