import type { Schemas } from '@qdrant/js-client-rest';

import { onlyOwnFaults } from './errors.js';
import { byCountThenValue } from '../facet-counts.js';
import type { FacetCount, FacetField, FacetRequest } from '../store.js';

type Facet = Schemas['FacetRequest'];

/**
 * An exact count looks at the points of each value by itself: of the 138,000 authors of 50,000 papers, those of 20,000 took
 * a server 5 s. Otherwise it looks at each paper once, in 0.04 s, with the same counts, but that it may count a point twice
 * while an update has left it in two segments.
 */
const MANY_VALUED: FacetField = 'author_names';

/**
 * Each request's counts or its own error; all go out at once, since the server has no batches of them.
 *
 * @param queryFacet asks the server. @throws PublicError
 */
export function countFacets(
  queryFacet: (facet: Facet) => Promise<Schemas['FacetResponse']>,
  requests: readonly FacetRequest[],
): Promise<(FacetCount[] | Error)[]> {
  return Promise.all(
    requests.map(async ({ field, filter, limit }) => {
      try {
        const exact = field !== MANY_VALUED;
        const { hits } = await queryFacet({ key: field, limit, exact, ...(filter && { filter }) });
        return hits.map(toCount).sort(byCountThenValue);
      } catch (error) {
        return onlyOwnFaults(error);
      }
    }),
  );
}

/** No field that is counted holds booleans. */
function toCount({ value, count }: Schemas['FacetValueHit']): FacetCount {
  return { value: typeof value === 'boolean' ? String(value) : value, count };
}
