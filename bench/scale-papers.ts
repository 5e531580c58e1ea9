import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { findLargeCorpus, LARGE_DIMENSION, readLargeCorpus } from './dump-files.js';
import { packagePath } from '../src/package-root.js';
import { readTextLines } from '../src/text-lines.js';

/** Fields read from a record of Kaggle's dump; its other fields are not changed. */
interface SourceRecord {
  title: string;
  authors_parsed?: readonly string[][];
}

export interface SourcePaper {
  record: SourceRecord;
  vector: ArrayLike<number>;
}

/** The papers from which larger collections are made: the large corpus, or the bundled sample. */
export async function readSource(quick: boolean): Promise<SourcePaper[]> {
  const papers: SourcePaper[] = [];
  const corpus = quick ? null : findLargeCorpus();
  if (corpus) {
    for await (const { line, vector } of readLargeCorpus(corpus)) {
      // A line of Kaggle's dump always has a title.
      papers.push({ record: JSON.parse(line) as SourceRecord, vector });
    }
    return papers;
  }
  const lines = readTextLines(createReadStream(packagePath('sample', 'papers.jsonl')));
  for await (const line of lines) {
    // A test ensures this for every record of the package.
    const { embedding, ...record } = JSON.parse(line) as SourceRecord & { embedding: number[] };
    papers.push({ record, vector: embedding });
  }
  return papers;
}

/**
 * Writes a dump of this many papers, with their embeddings. The papers of the source are followed by papers derived
 * from them: with new ids, the words of the title shuffled, the authors of two papers, a date in one of nineteen
 * years, and a vector whose cosine to the original is some 0.87. The same arguments write the same file.
 */
export function writeScaledDump(file: string, source: readonly SourcePaper[], count: number): Promise<void> {
  return pipeline(Readable.from(toLines(source, count)), createWriteStream(file));
}

function* toLines(source: readonly SourcePaper[], count: number): Generator<string> {
  const random = createRandom();
  for (let at = 0; at < count; at++) {
    const paper = source[at % source.length];
    const other = source[Math.floor(random() * source.length)];
    if (!paper || !other) return;
    const { record, vector } = at < source.length ? paper : vary(paper, other.record, at, random);
    const embedding = Array.from(vector, (number) => Math.round(number * 1e6) / 1e6);
    yield `${JSON.stringify({ ...record, embedding })}\n`;
  }
}

/** Length of the noise added to a vector of length 1. */
const NOISE = 0.57;

function vary(
  { record, vector }: SourcePaper,
  { authors_parsed: others = [] }: SourceRecord,
  at: number,
  random: () => number,
): SourcePaper {
  const { title, authors_parsed: own = [] } = record;
  // The noise of each number is uniformly distributed with this standard deviation.
  const deviation = NOISE / Math.sqrt(LARGE_DIMENSION);
  const moved = Array.from(vector, (number) => number + (random() - 0.5) * Math.sqrt(12) * deviation);
  const length = Math.hypot(...moved);
  const created = new Date(Date.UTC(2007 + random() * 19, random() * 12, 1 + random() * 27, 10));
  const varied = {
    ...record,
    id: toId(at),
    title: shuffle(title.split(/\s+/), random).join(' '),
    ...(own.length > 0 &&
      others.length > 0 && { authors_parsed: [...own.slice(0, 2), ...others.slice(0, 3)] }),
    versions: [{ version: 'v1', created: created.toUTCString() }],
  };
  return { record: varied, vector: moved.map((number) => number / length) };
}

/** A well-formed id of a future month. */
function toId(at: number): string {
  const month = Math.floor(at / 100_000);
  const [year, ofYear] = [30 + Math.floor(month / 12), 1 + (month % 12)];
  return `${year}${String(ofYear).padStart(2, '0')}.${String(at % 100_000).padStart(5, '0')}`;
}

function shuffle(words: readonly string[], random: () => number): string[] {
  return words
    .map((word) => ({ word, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ word }) => word);
}

/**
 * Numbers from 0 to 1, the same sequence each time: a linear congruential generator with the parameters of Numerical
 * Recipes.
 */
export function createRandom(): () => number {
  let state = 5;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
