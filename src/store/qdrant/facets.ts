import type { Schemas } from '@qdrant/js-client-rest';

import { onlyOwnFaults } from './errors.js';
import { byCountThenValue } from '../facet-counts.js';
import type { FacetCount, FacetRequest } from '../store.js';

type Facet = Schemas['FacetRequest'];

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
        // Without `exact` the server may count a point that an update left in two segments twice.
        const { hits } = await queryFacet({ key: field, limit, exact: true, ...(filter && { filter }) });
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
