import { toPlainStore } from './plain-store.js';
import type { PaperStore, SearchParams, SearchRequest } from './store.js';

/** The same store with default parameters for searches by vector, which a request can override. */
export function withSearchDefaults(store: PaperStore, defaults: SearchParams): PaperStore {
  if (Object.keys(defaults).length === 0) return store;
  return {
    ...toPlainStore(store),
    search: (requests, options) =>
      store.search(
        requests.map((request) => addDefaults(request, defaults)),
        options,
      ),
  };
}

function addDefaults(request: SearchRequest, defaults: SearchParams): SearchRequest {
  const { ranking, params = {} } = request;
  const isByVector = ranking.kind === 'nearest' || ranking.kind === 'similar';
  if (!isByVector || params.exact) return request;
  const quantization = { ...defaults.quantization, ...params.quantization };
  const hasQuantization = Object.keys(quantization).length > 0;
  return { ...request, params: { ...defaults, ...params, ...(hasQuantization && { quantization }) } };
}
