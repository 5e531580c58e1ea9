import { onlyOwnFaults } from './errors.js';
import { toQueryVector } from './keyword.js';
import type { Query, RankedPoint } from './search.js';
import { BM25_VECTOR } from '../layout.js';
import type { MatchCount, WordMatch } from '../store.js';

/**
 * Papers of a match that are counted at most. The server counts by filters alone, so that what a sparse query finds has to
 * be told: of this many papers it takes 4 MB, and passed back as a filter 2 MB. A collection of as many papers is always
 * counted exactly.
 */
export const MOST_MATCHES = 50_000;

/** What a match finds, best first, and whether that is all. */
export interface Matched {
  ids: (string | number)[];
  isAll: boolean;
}

/**
 * Finds what each match finds, equal ones once. Each is asked for by itself: an answer is long enough.
 *
 * @param query asks the server. @throws PublicError
 */
export function createMatcher(
  query: (query: Query) => Promise<RankedPoint[]>,
): (match: WordMatch) => Promise<Matched> {
  const found = new Map<string, Promise<Matched>>();
  return ({ words, filter }) => {
    const key = JSON.stringify([words, filter]);
    const known = found.get(key) ?? findMatches(query, { words, ...(filter && { filter }) });
    found.set(key, known);
    return known;
  };
}

async function findMatches(
  query: (query: Query) => Promise<RankedPoint[]>,
  { words, filter }: WordMatch,
): Promise<Matched> {
  const vector = toQueryVector(words);
  if (vector.indices.length === 0) return { ids: [], isAll: true };
  const points = await query({
    query: vector,
    using: BM25_VECTOR,
    ...(filter && { filter }),
    limit: MOST_MATCHES + 1,
    with_payload: false,
  });
  return { ids: points.slice(0, MOST_MATCHES).map(({ id }) => id), isAll: points.length <= MOST_MATCHES };
}

/** The count of each match, or its own error. */
export function countMatches(
  find: (match: WordMatch) => Promise<Matched>,
  matches: readonly WordMatch[],
): Promise<(MatchCount | Error)[]> {
  return Promise.all(
    matches.map(async (match) => {
      try {
        const { ids, isAll } = await find(match);
        return { count: ids.length, isExact: isAll };
      } catch (error) {
        return onlyOwnFaults(error);
      }
    }),
  );
}
