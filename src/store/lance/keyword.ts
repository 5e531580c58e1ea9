import { MatchQuery } from '@lancedb/lancedb';

import type { OpenCollection } from './collection.js';
import { BM25_TERMS } from './columns.js';
import { readAddresses } from './decode-rows.js';
import { byScoreThenId, findBest, type Scored, type ScoredRow, select, toScored } from './rows.js';
import { toTerms } from '../../papers/terms.js';
import type { SearchRequest } from '../store.js';

/** The score that the engine computes, under its own name. */
const SCORE = '_score';

/** The asked slice of the papers ranked by BM25. The ranking is exact, so any slice is one of the same list. */
export async function rankByKeywords(
  collection: OpenCollection,
  { offset, limit }: Pick<SearchRequest, 'offset' | 'limit'>,
  text: string,
  predicate: string | null,
): Promise<Scored[]> {
  // The engine counts a term as often as it stands in the query.
  const terms = toTerms(text).join(' ');
  if (terms === '') return [];
  const { hits } = await findBest((count) => queryTerms(collection, terms, predicate, count), offset + limit);
  return (await toScored(collection, hits)).sort(byScoreThenId).slice(offset, offset + limit);
}

async function queryTerms(
  { table, calls }: OpenCollection,
  terms: string,
  predicate: string | null,
  count: number,
): Promise<ScoredRow[]> {
  const query = select(table, predicate)
    .fullTextSearch(new MatchQuery(terms, BM25_TERMS), { columns: [BM25_TERMS] })
    // Scores that are not asked for by name come with a warning on standard error.
    .select([SCORE])
    .withRowId()
    .limit(count);
  const rows = await calls.rows(query);
  const scores = rows.getChild(SCORE);
  return readAddresses(rows).map((row, at) => ({ row, score: Number(scores?.get(at)) }));
}
