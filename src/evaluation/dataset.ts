import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readJsonLines } from './read-jsonl.js';
import { readQrels } from './qrels.js';
import { relevantOf, type Judgements } from './metrics.js';
import { StartupError } from '../errors/errors.js';

export interface TestDocument {
  id: string;
  title: string;
  text: string;
}

/** A query with judged documents, at least one of which is relevant. */
export interface TestQuery {
  id: string;
  text: string;
  judgements: Judgements;
}

/** A test collection in the layout of BEIR (https://github.com/beir-cellar/beir). */
export interface Dataset {
  name: string;
  split: string;
  /** Documents with a text. An empty document cannot be found, so it counts as not found if it is judged relevant. */
  documents: TestDocument[];
  /** In the same order as in the file. */
  queries: TestQuery[];
  /** Counts of skipped entries. */
  left: {
    emptyDocuments: number;
    /** Documents and queries with an id that occurred before; only the first one counts. */
    repeatedIds: number;
    /** Judged queries without a relevant document: every ranking would score the same. */
    queriesWithoutRelevant: number;
    /** Judged queries that are missing in queries.jsonl. */
    queriesWithoutText: number;
  };
}

/** Ids are strings, but some collections write them as numbers. */
const Id = z.union([z.string().min(1), z.number().transform(String)], 'expected an id');
const Text = z
  .string('expected a text')
  .nullish()
  .transform((text) => text?.trim() ?? '');
const DocumentLine = z.object({ _id: Id, title: Text, text: Text }, 'expected an object');
const QueryLine = z.object({ _id: Id, text: z.string('expected a text') }, 'expected an object');

/**
 * Reads corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv in a folder.
 *
 * @throws StartupError that names the file and line if the layout is different.
 */
export async function readDataset(folder: string, split: string): Promise<Dataset> {
  const files = findFiles(folder, split);
  const judged = await readQrels(files.qrels);
  const documents = await collect(readJsonLines(files.corpus, DocumentLine));
  const texts = await collect(readJsonLines(files.queries, QueryLine));
  const filled = documents.first.filter(({ title, text }) => title !== '' || text !== '');
  const withText = texts.first.filter(({ _id, text }) => judged.has(_id) && text.trim() !== '');
  const queries = withText
    .map(({ _id, text }) => ({ id: _id, text: text.trim(), judgements: judged.get(_id) ?? new Map() }))
    .filter(({ judgements }) => relevantOf(judgements).size > 0);
  if (filled.length === 0)
    throw new StartupError(`${files.corpus}: expected at least one document with text`);
  if (queries.length === 0) {
    throw new StartupError(`${files.qrels}: no query of ${files.queries} has a document judged above 0`);
  }
  return {
    name: path.basename(path.resolve(folder)),
    split,
    documents: filled.map(({ _id, title, text }) => ({ id: _id, title, text })),
    queries,
    left: {
      emptyDocuments: documents.first.length - filled.length,
      repeatedIds: documents.repeated + texts.repeated,
      queriesWithoutRelevant: withText.length - queries.length,
      queriesWithoutText: judged.size - withText.length,
    },
  };
}

function findFiles(folder: string, split: string): Record<'corpus' | 'queries' | 'qrels', string> {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new StartupError(
      `${folder} is not a folder; expected one with corpus.jsonl, queries.jsonl and qrels/${split}.tsv`,
    );
  }
  const splits = existsSync(path.join(folder, 'qrels')) ? readdirSync(path.join(folder, 'qrels')) : [];
  const require = (...parts: string[]) => {
    const file = path.join(folder, ...parts);
    if (existsSync(file)) return file;
    const others = parts.length > 1 ? splits : readdirSync(folder);
    throw new StartupError(
      `${file} is missing; a dataset is an unpacked folder in BEIR's layout: corpus.jsonl, queries.jsonl and ` +
        `qrels/${split}.tsv (${others.length === 0 ? 'the folder has none' : `the folder has ${others.slice(0, 10).join(', ')}`})`,
    );
  };
  return {
    corpus: require('corpus.jsonl'),
    queries: require('queries.jsonl'),
    qrels: require('qrels', `${split}.tsv`),
  };
}

async function collect<T extends { _id: string }>(
  lines: AsyncIterable<T>,
): Promise<{ first: T[]; repeated: number }> {
  const byId = new Map<string, T>();
  let count = 0;
  for await (const line of lines) {
    count += 1;
    if (!byId.has(line._id)) byId.set(line._id, line);
  }
  return { first: [...byId.values()], repeated: count - byId.size };
}
