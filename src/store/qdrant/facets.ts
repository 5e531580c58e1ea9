import type { Schemas } from '@qdrant/js-client-rest';

import { onlyOwnFaults } from './errors.js';
import type { Matched } from './matches.js';
import { byCountThenValue } from '../facet-counts.js';
import type { Filter } from '../filter.js';
import type { FacetCount, FacetRequest, WordMatch } from '../store.js';

/**
 * Minimum number of values to request. Each shard sends four times as many, and what one of them leaves out is missing
 * in the sum. All fields except authors have fewer values than this, so nothing is left out.
 */
const LEAST_ASKED = 400;

/** The requests that counting sends. */
interface FacetCalls {
  /** @throws PublicError */
  queryFacet(facet: Schemas['FacetRequest']): Promise<Schemas['FacetResponse']>;
  /** @throws PublicError */
  countShards(): Promise<number>;
  /** @throws PublicError */
  findMatches(match: WordMatch): Promise<Matched>;
  /** Null if they are not known without counting. */
  findAuthorCounts(limit: number): Promise<FacetCount[] | null>;
}

/**
 * The counts or the error of each request. All are sent at once, because the server has no batches of facets.
 *
 * What the server calls an exact count reads the papers of each value into a set. The other one, which is used here,
 * counts each paper once. Its results are the same except in the cases in docs/decisions/0008.
 */
export function countFacets(
  source: FacetCalls,
  requests: readonly FacetRequest[],
): Promise<(FacetCount[] | Error)[]> {
  return Promise.all(
    requests.map(async (request) => {
      const { field, words, limit } = request;
      try {
        const filter =
          words === undefined ? request.filter : await selectMatches(source, { ...request, words });
        if (filter === null) return [];
        if (field === 'author_names' && Object.keys(filter ?? {}).length === 0) {
          // To count them, the server goes through all names: 280 ms for a million papers.
          const known = await source.findAuthorCounts(limit);
          if (known) return known;
        }
        const asked = Math.max(limit, LEAST_ASKED);
        const { hits } = await source.queryFacet({ key: field, limit: asked, ...(filter && { filter }) });
        // If any shard left values out, there are at least as many as were requested.
        const isEstimate = hits.length >= asked && (await source.countShards()) > 1;
        return hits
          .map((hit) => ({ ...toCount(hit), ...(isEstimate && { isEstimate }) }))
          .sort(byCountThenValue)
          .slice(0, limit);
      } catch (error) {
        return onlyOwnFaults(error);
      }
    }),
  );
}

/** Null if nothing is found. */
async function selectMatches(source: FacetCalls, match: WordMatch): Promise<Filter | null> {
  const { ids } = await source.findMatches(match);
  return ids.length === 0 ? null : { must: [{ has_id: ids }] };
}

/** No counted field holds booleans. */
function toCount({ value, count }: Schemas['FacetValueHit']): FacetCount {
  return { value: typeof value === 'boolean' ? String(value) : value, count };
}
