import { readLines } from './read-jsonl.js';
import { StartupError } from '../errors/errors.js';

const EXPECTED = 'expected three columns separated by tabs: query-id, corpus-id and score, a whole number';

/**
 * Judgements by query: the lines of a BEIR qrels file, with or without a heading. If a pair is judged twice, the
 * first judgement counts.
 *
 * @throws StartupError with file and line for other layouts, such as the four columns of TREC.
 */
export async function readQrels(file: string): Promise<Map<string, Map<string, number>>> {
  const judged = new Map<string, Map<string, number>>();
  let number = 0;
  for await (const line of readLines(file)) {
    number += 1;
    if (line.trim() === '' || (number === 1 && isHeading(line))) continue;
    const [query, document, score, ...more] = line.split('\t').map((column) => column.trim());
    if (!query || !document || score === undefined || more.length > 0 || !/^-?\d+$/.test(score)) {
      const shown = line.length > 60 ? `${line.slice(0, 60)}…` : line;
      throw new StartupError(`${file}, line ${number}: ${EXPECTED}; not "${shown}"`);
    }
    const judgements = judged.get(query) ?? new Map<string, number>();
    judged.set(query, judgements);
    if (!judgements.has(document)) judgements.set(document, Number(score));
  }
  return judged;
}

function isHeading(line: string): boolean {
  return /^\ufeff?query-?id\tcorpus-?id\tscore\s*$/i.test(line);
}
