import { MatchQuery, type Query } from '@lancedb/lancedb';

import type { OpenCollection } from './collection.js';
import { BM25_TERMS } from './columns.js';
import { readAddresses } from './decode-rows.js';
import { byScoreThenId, findBest, type Scored, type ScoredRow, select, toScored } from './rows.js';
import { onlyPublicErrors } from './errors.js';
import { toPredicate } from './filter.js';
import { toTerms } from '../../papers/terms.js';
import type { MatchCount, SearchRequest, WordMatch } from '../store.js';

/** The score that the engine computes, under its own name. */
const SCORE = '_score';
/** The engine finds ten rows unless it is told a limit; this is the largest that it takes. */
const NO_LIMIT = 2 ** 32 - 1;

/** The asked slice of the papers ranked by BM25. The ranking is exact, so any slice is one of the same list. */
export async function rankByKeywords(
  collection: OpenCollection,
  { offset, limit }: Pick<SearchRequest, 'offset' | 'limit'>,
  text: string,
  predicate: string | null,
): Promise<Scored[]> {
  const { table, calls } = collection;
  const readBest = async (count: number): Promise<ScoredRow[]> => {
    const query = selectMatches(select(table, predicate), text);
    if (!query) return [];
    const rows = await calls.rows(query.withRowId().limit(count));
    const scores = rows.getChild(SCORE);
    return readAddresses(rows).map((row, at) => ({ row, score: Number(scores?.get(at)) }));
  };
  const { hits } = await findBest(readBest, offset + limit);
  return (await toScored(collection, hits)).sort(byScoreThenId).slice(offset, offset + limit);
}

/**
 * Narrows the query to all rows with one of the text's words, best first.
 *
 * @param columns that are read besides the score.
 * @returns null for a text without words, which finds nothing.
 */
export function selectMatches(query: Query, text: string, columns: readonly string[] = []): Query | null {
  // The engine counts a term as often as it stands in the query.
  const terms = toTerms(text).join(' ');
  if (terms === '') return null;
  return (
    query
      .fullTextSearch(new MatchQuery(terms, BM25_TERMS), { columns: [BM25_TERMS] })
      // Scores that are not asked for by name come with a warning on standard error.
      .select([SCORE, ...columns])
      .limit(NO_LIMIT)
  );
}

/** The count of each match, or its own error. */
export function countMatches(
  collection: OpenCollection,
  matches: readonly WordMatch[],
): Promise<(MatchCount | Error)[]> {
  return Promise.all(matches.map((match) => countEach(collection, match).catch(onlyPublicErrors)));
}

/** Reads the scores of all rows: 10 to 40 ms for 50,000 papers. The engine counts only what a predicate selects. */
async function countEach(
  { table, calls }: OpenCollection,
  { words, filter }: WordMatch,
): Promise<MatchCount> {
  const query = selectMatches(select(table, toPredicate(filter)), words);
  let count = 0;
  if (query) for await (const { numRows } of calls.batches(query)) count += numRows;
  return { count, isExact: true };
}
