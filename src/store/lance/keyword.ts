import { MatchQuery, type Table } from '@lancedb/lancedb';

import type { OpenCollection } from './collection.js';
import { BM25_TEXT } from './column-names.js';
import { readAddresses } from './row-addresses.js';
import { select } from './rows.js';
import { byScoreThenId, findBest, toScored, type Scored, type ScoredRow } from './scored.js';
import { toWords } from '../../papers/words.js';
import type { SearchRequest } from '../store.js';

/** The score that the engine computes, under its own name. */
const SCORE = '_score';

/** The asked slice of the papers ranked by BM25. The ranking is exact, so any slice is one of the same list. */
export async function rankByKeywords(
  { table, addresses }: OpenCollection,
  { offset, limit }: Pick<SearchRequest, 'offset' | 'limit'>,
  text: string,
  predicate: string | null,
): Promise<Scored[]> {
  const words = toDistinctWords(text);
  if (words === '') return [];
  const { hits } = await findBest((count) => queryWords(table, words, predicate, count), offset + limit);
  return (await toScored(addresses, hits)).sort(byScoreThenId).slice(offset, offset + limit);
}

/** The engine counts a word as often as the query says it, a Qdrant server once. */
function toDistinctWords(text: string): string {
  return [...new Set(toWords(text))].join(' ');
}

async function queryWords(
  table: Table,
  words: string,
  predicate: string | null,
  count: number,
): Promise<ScoredRow[]> {
  const rows = await select(table, predicate)
    .fullTextSearch(new MatchQuery(words, BM25_TEXT), { columns: [BM25_TEXT] })
    // Scores that are not asked for by name come with a warning on standard error.
    .select([SCORE])
    .withRowId()
    .limit(count)
    .toArrow();
  const scores = rows.getChild(SCORE);
  return readAddresses(rows).map((row, at) => ({ row, score: Number(scores?.get(at)) }));
}
