import DataLoader from 'dataloader';
import type { CallOptions, FacetCount, FacetRequest, PaperStore } from '../store/store.js';

/** What one operation counts at the same moment, in one call; equal requests are counted once. */
export function createFacetLoader(
  store: PaperStore,
  options?: CallOptions,
): DataLoader<FacetRequest, FacetCount[], string> {
  return new DataLoader((requests) => store.facets(requests, options), {
    cacheKeyFn: (request) => JSON.stringify(request),
  });
}
