import { MatchQuery } from '@lancedb/lancedb';
import { stem } from 'porter2';

import type { OpenCollection } from './collection.js';
import { BM25_TEXT } from './columns.js';
import { readAddresses } from './decode-rows.js';
import { byScoreThenId, findBest, type Scored, type ScoredRow, select, toScored } from './rows.js';
import { toWords } from '../../papers/words.js';
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
  const words = toDistinctWords(text).join(' ');
  if (words === '') return [];
  const { hits } = await findBest((count) => queryWords(collection, words, predicate, count), offset + limit);
  return (await toScored(collection, hits)).sort(byScoreThenId).slice(offset, offset + limit);
}

/**
 * One word for each stem: the engine counts a stem as often as the query says a word of it, a Qdrant server once. The longest, as
 * the shorter may be a stop word to the engine (`do`, `doing`).
 */
function toDistinctWords(text: string): string[] {
  const words = new Map<string, string>();
  for (const word of toWords(text)) {
    const root = stem(word);
    if (word.length > (words.get(root)?.length ?? 0)) words.set(root, word);
  }
  return [...words.values()];
}

async function queryWords(
  { table, calls }: OpenCollection,
  words: string,
  predicate: string | null,
  count: number,
): Promise<ScoredRow[]> {
  const query = select(table, predicate)
    .fullTextSearch(new MatchQuery(words, BM25_TEXT), { columns: [BM25_TEXT] })
    // Scores that are not asked for by name come with a warning on standard error.
    .select([SCORE])
    .withRowId()
    .limit(count);
  const rows = await calls.rows(query);
  const scores = rows.getChild(SCORE);
  return readAddresses(rows).map((row, at) => ({ row, score: Number(scores?.get(at)) }));
}
