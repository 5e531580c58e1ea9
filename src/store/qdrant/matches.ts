import { onlyOwnFaults } from './errors.js';
import { toQueryVector } from './keyword.js';
import type { Query, RankedPoint } from './search.js';
import { BM25_VECTOR } from '../layout.js';
import type { MatchCount, WordMatch } from '../store.js';

/**
 * Maximum papers of a match that are counted. The server can count only by filters, so the ids that a sparse query
 * finds have to be sent back: this many papers take 4 MB in the answer, and 2 MB in a filter. Collections of at most
 * this many papers are always counted exactly.
 */
export const MOST_MATCHES = 50_000;

/** The papers that a match finds, best first, and whether they are all. */
export interface Matched {
  ids: (string | number)[];
  isAll: boolean;
}

/**
 * Finds the papers of each match, and of equal matches once. Each is a separate request, because an answer is long.
 *
 * @param query sends a query to the server.
 * @throws PublicError
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

/** The count of each match, or the error of that match alone. */
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
