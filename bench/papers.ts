import { createWriteStream } from 'node:fs';
import { availableParallelism } from 'node:os';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { OWN } from './dump-files.js';
import { toEmbeddedText } from '../src/embedding/embedder.js';
import { createLocalEmbedder } from '../src/embedding/local/embedder.js';
import { toPayload } from '../src/ingest/normalise.js';
import { findSources } from '../src/ingest/read/find-sources.js';
import type { RecordItem } from '../src/ingest/read/parse-line.js';
import { readRecords } from '../src/ingest/read/read-records.js';

/** Number of texts given to the model at a time. */
const BATCH = 256;

export interface PapersOptions {
  /** Files and globs, as for `paperql ingest`. */
  patterns: readonly string[];
  /** Number of papers to keep. */
  count: number;
}

/**
 * Makes the large corpus: the newest papers of a dump, with embeddings of the local model.
 *
 * @returns a description of the problem if the dump has too few papers.
 */
export async function makePapers({ patterns, count }: PapersOptions): Promise<string | null> {
  const papers = await readNewest(patterns, count);
  if (papers.length < count) {
    return `${patterns.join(', ')} has ${papers.length} papers; expected at least ${count}`;
  }
  await mkdir(path.dirname(OWN.records), { recursive: true });
  // The records are written last, so that the corpus is complete when they exist.
  await rm(OWN.records, { force: true });
  await writeWhole(OWN.vectors, embed(papers.map(({ text }) => text)));
  await writeWhole(
    OWN.records,
    papers.map(({ line }) => `${line}\n`),
  );
  console.log(`${count} papers in ${OWN.records}, their embeddings in ${OWN.vectors}`);
  return null;
}

interface Paper {
  /** The unchanged record, without an embedding. */
  line: string;
  text: string;
  /** Time of its last change. */
  updatedAt: string;
}

async function readNewest(patterns: readonly string[], count: number): Promise<Paper[]> {
  const papers: Paper[] = [];
  const dropOlder = () => {
    papers.sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
    papers.splice(count);
  };
  for (const source of await findSources(patterns)) {
    for await (const { items } of readRecords(source)) {
      for (const item of items) if (item.kind === 'record') papers.push(toPaper(item));
      if (papers.length > 2 * count) dropOlder();
    }
  }
  dropOlder();
  return papers;
}

function toPaper({ raw, record }: RecordItem): Paper {
  const payload = toPayload(record);
  const line = record.embedding === null ? raw.toString() : withoutEmbedding(raw.toString());
  return { line, text: toEmbeddedText(payload), updatedAt: payload.updated_at ?? '' };
}

function withoutEmbedding(line: string): string {
  return JSON.stringify(JSON.parse(line), (key, value: unknown) => (key === 'embedding' ? undefined : value));
}

async function* embed(texts: readonly string[]): AsyncGenerator<Buffer> {
  const embedder = await createLocalEmbedder({ workers: availableParallelism() });
  try {
    for (let at = 0; at < texts.length; at += BATCH) {
      const embeddings = await embedder.embed(texts.slice(at, at + BATCH));
      for (const embedding of embeddings) {
        if (embedding instanceof Error) throw embedding;
        yield Buffer.from(embedding.buffer, embedding.byteOffset, embedding.byteLength);
      }
      console.log(`${Math.min(at + BATCH, texts.length)} of ${texts.length} papers are embedded`);
    }
  } finally {
    await embedder.close();
  }
}

/** Writes the file under another name until it is complete. */
async function writeWhole(file: string, content: Iterable<string> | AsyncIterable<Buffer>): Promise<void> {
  await pipeline(Readable.from(content), createWriteStream(`${file}.part`));
  await rename(`${file}.part`, file);
}
