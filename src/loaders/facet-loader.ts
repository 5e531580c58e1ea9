import DataLoader from 'dataloader';
import type { FacetCount, FacetRequest, PaperStore } from '../store/store.js';

/** What one operation counts at the same moment, in one call; equal requests are counted once. */
export function createFacetLoader(store: PaperStore): DataLoader<FacetRequest, FacetCount[], string> {
  return new DataLoader((requests) => store.facets(requests), {
    cacheKeyFn: (request) => JSON.stringify(request),
  });
}
