import path from 'node:path';
import { z } from 'zod';
import { readJsonLines } from './read-jsonl.js';
import type { TestQuery } from './dataset.js';
import { relevantOf, type Judgements } from './metrics.js';
import { StartupError } from '../errors/errors.js';
import { parseArxivId } from '../papers/arxiv-id.js';
import { toPointId } from '../papers/point-id.js';
import type { PaperReader } from '../store/store.js';

/** Questions about a collection, each with papers that answer it. */
export interface Questions {
  name: string;
  /** In the same order as in the file; judgements cover only papers in the collection. */
  queries: TestQuery[];
  /** Counts of skipped entries. */
  left: {
    /** Questions that occurred before; only the first one counts. */
    repeatedQuestions: number;
    /** Judged papers that the collection does not have, without duplicates. */
    missingPapers: number;
    /** Questions for which the collection has no relevant paper, according to their judgements. */
    unanswerableQuestions: number;
  };
}

const Grade = z.int('expected a grade: a whole number, 0 for a paper that does not answer the question');

/** Judgements by arXiv id, from a list of papers or an object with their grades. */
const Papers = z
  .union(
    [
      z.array(z.string()).transform((ids) => ids.map((id): [string, number] => [id, 1])),
      z.record(z.string(), Grade).transform((grades) => Object.entries(grades)),
    ],
    'expected a list of arXiv ids, or an object of grades (whole numbers) by arXiv id',
  )
  .transform((judged, context): Judgements => {
    const judgements = new Map<string, number>();
    for (const [text, grade] of judged) {
      const id = parseArxivId(text);
      if (id !== null) judgements.set(id, judgements.get(id) ?? grade);
      else context.addIssue(`expected an arXiv id such as 1706.03762, not "${text}"`);
    }
    return judgements;
  });

const Line = z.object(
  { question: z.string('expected a text').trim().min(1, 'expected a text'), papers: Papers },
  'expected an object with "question" and "papers"',
);

/**
 * Reads a file of questions, one JSON object per line: `{"question": "…", "papers": ["1706.03762"]}`, or with grades,
 * `{"papers": {"1706.03762": 3}}`.
 *
 * @throws StartupError that names the file and line if the format is different; also if no question is left.
 */
export async function readQuestions(
  file: string,
  store: Pick<PaperReader, 'retrieve' | 'collection'>,
): Promise<Questions> {
  const judged = new Map<string, Judgements>();
  let repeated = 0;
  for await (const { question, papers } of readJsonLines(file, Line)) {
    if (judged.has(question)) repeated += 1;
    else judged.set(question, papers);
  }
  const ids = [...new Set([...judged.values()].flatMap((judgements) => [...judgements.keys()]))];
  const stored = await findStored(store, ids);
  const queries = [...judged].flatMap(([text, judgements]): TestQuery[] => {
    const known = new Map([...judgements].filter(([id]) => stored.has(id)));
    return relevantOf(known).size === 0 ? [] : [{ id: text, text, judgements: known }];
  });
  if (queries.length === 0) {
    throw new StartupError(
      `${file}: none of the papers that answer the questions is in the collection "${store.collection}"`,
    );
  }
  return {
    name: path.basename(file),
    queries,
    left: {
      repeatedQuestions: repeated,
      missingPapers: ids.length - stored.size,
      unanswerableQuestions: judged.size - queries.length,
    },
  };
}

const IDS_AT_ONCE = 1_000;

async function findStored(
  store: Pick<PaperReader, 'retrieve'>,
  ids: readonly string[],
): Promise<Set<string>> {
  const stored = new Set<string>();
  for (let from = 0; from < ids.length; from += IDS_AT_ONCE) {
    const some = ids.slice(from, from + IDS_AT_ONCE);
    const papers = await store.retrieve(some.map(toPointId), ['id']);
    for (const id of some) if (papers.has(toPointId(id))) stored.add(id);
  }
  return stored;
}
