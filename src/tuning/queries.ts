import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Embedder } from '../embedding/embedder.js';
import { StartupError, toError } from '../errors/errors.js';
import { createRandom } from '../evaluation/random.js';
import type { TuningStore } from '../store/tuning.js';

export interface TuningQuery {
  /** Its text, or the point id of the paper that is used as a query. */
  name: string;
  vector: Float32Array;
  /** Point id of the paper that is used as a query, which is excluded from its answer; null for a text. */
  heldOut: string | null;
}

export interface QuerySet {
  /** Describes where the queries come from, for people. */
  source: string;
  queries: TuningQuery[];
}

/** `{text: embedding}`, the format of the course's query files. */
const Embeddings = z.record(z.string(), z.array(z.number()));

/** Uses papers of the collection as queries. */
export async function sampleQueries(store: TuningStore, count: number, seed: number): Promise<QuerySet> {
  const papers = await store.sample(count, createRandom(seed));
  if (papers.length === 0) throw new StartupError(`"${store.collection}" has no papers to use as queries`);
  return {
    source: `${papers.length} papers of the collection, each excluded from its own answer (seed ${seed})`,
    queries: papers.map(({ id, vector }) => ({ name: id, vector, heldOut: id })),
  };
}

/**
 * Reads queries from a file: a JSON object of texts and their embeddings, or one question per line, which is embedded
 * now.
 *
 * @param openEmbedder called only for questions; it ensures that the collection's vectors come from the same model.
 * @throws StartupError that names the file and what was expected.
 */
export async function readQueries(
  file: string,
  dimension: number,
  openEmbedder: () => Promise<Embedder>,
): Promise<QuerySet> {
  const text = await readText(file);
  const queries = /^\s*[[{]/.test(text)
    ? parseEmbeddings(file, text, dimension)
    : await embedLines(file, text, openEmbedder);
  return { source: `${queries.length} queries of ${file}`, queries };
}

async function readText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new StartupError(`--queries ${file}: cannot be read (${toError(error).message})`);
  });
  if (!isUtf8(bytes) || bytes.includes(0)) {
    throw new StartupError(
      `--queries ${file}: expected text in UTF-8: JSON {"text": [numbers]}, or one question per line`,
    );
  }
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

function parseEmbeddings(file: string, text: string, dimension: number): TuningQuery[] {
  const parsed = Embeddings.safeParse(parseJson(file, text));
  if (!parsed.success) {
    throw new StartupError(`--queries ${file}: expected a JSON object {"text of a query": [numbers], …}`);
  }
  const queries = Object.entries(parsed.data).map(([name, numbers]) => {
    if (numbers.length !== dimension) {
      throw new StartupError(
        `--queries ${file}: expected embeddings of ${dimension} numbers, as in the collection; that of "${name}" has ${numbers.length}`,
      );
    }
    const vector = Float32Array.from(numbers);
    if (!vector.every(Number.isFinite)) {
      throw new StartupError(
        `--queries ${file}: the embedding of "${name}" has numbers too large for 32 bits`,
      );
    }
    if (vector.every((number) => number === 0)) {
      throw new StartupError(`--queries ${file}: the embedding of "${name}" is all zeros`);
    }
    return { name, vector, heldOut: null };
  });
  if (queries.length === 0) throw new StartupError(`--queries ${file}: the file has no queries`);
  return queries;
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StartupError(`--queries ${file}: expected valid JSON (${toError(error).message})`);
  }
}

async function embedLines(
  file: string,
  text: string,
  openEmbedder: () => Promise<Embedder>,
): Promise<TuningQuery[]> {
  const lines = [...new Set(text.split('\n').map((line) => line.trim()))].filter(Boolean);
  if (lines.length === 0) throw new StartupError(`--queries ${file}: the file has no queries`);
  const embedder = await openEmbedder();
  try {
    const vectors = await embedder.embed(lines, { kind: 'query' });
    return lines.map((name, at) => {
      const vector = vectors[at];
      if (vector === undefined || vector instanceof Error) {
        throw new StartupError(`--queries ${file}: "${name}" could not be embedded`, { cause: vector });
      }
      return { name, vector, heldOut: null };
    });
  } finally {
    await embedder.close();
  }
}
