import type { Metrics } from './metrics.js';
import type { PaperReader } from '../store/store.js';

/** A call of the store. */
export interface StoreCall {
  name: string;
  /** Number of its requests. */
  size: number;
  store: Pick<PaperReader, 'kind' | 'collection'>;
}

/** Makes the call and observes it. Returns the call's own outcome. */
export type ObserveCall = <Result>(call: StoreCall, run: () => Promise<Result>) => Promise<Result>;

/** The same services, with observed calls of their current store. */
export function observeServices<Given extends { readonly store: PaperReader }>(
  services: Given,
  observe: ObserveCall,
): Given {
  const observed = new WeakMap<PaperReader, PaperReader>();
  const toObserved = (store: PaperReader) => {
    const known = observed.get(store) ?? observeStore(store, observe);
    observed.set(store, known);
    return known;
  };
  return new Proxy(services, {
    get: (target, name): unknown => (name === 'store' ? toObserved(target.store) : Reflect.get(target, name)),
  });
}

/** Times and counts calls. Callers count the outcomes of single requests within a batch. */
export function createCallTimer({
  storeCalls,
  batchSizes,
}: Pick<Metrics, 'storeCalls' | 'batchSizes'>): ObserveCall {
  return async ({ name, size }, run) => {
    batchSizes.observe({ of: name }, size);
    const end = storeCalls.startTimer({ call: name });
    try {
      const result = await run();
      end({ outcome: 'ok' });
      return result;
    } catch (error) {
      end({ outcome: 'failed' });
      throw error;
    }
  };
}

function observeStore(store: PaperReader, observe: ObserveCall): PaperReader {
  const { directory } = store;
  const call = <Result>(name: string, size: number, run: () => Promise<Result>) =>
    observe({ name, size, store }, run);
  return {
    kind: store.kind,
    collection: store.collection,
    directory: {
      ...directory,
      find: (queries, options) => call('find', queries.length, () => directory.find(queries, options)),
      describe: (options) => call('describeDirectory', 1, () => directory.describe(options)),
    },
    search: (requests, options) => call('search', requests.length, () => store.search(requests, options)),
    retrieve: (ids, fields, options) =>
      call('retrieve', ids.length, () => store.retrieve(ids, fields, options)),
    scan: (fields, options) => store.scan(fields, options),
    vectors: (ids, options) => call('vectors', ids.length, () => store.vectors(ids, options)),
    count: (filter, options) => call('count', 1, () => store.count(filter, options)),
    counts: (filters, options) => call('counts', filters.length, () => store.counts(filters, options)),
    countMatches: (matches, options) =>
      call('countMatches', matches.length, () => store.countMatches(matches, options)),
    facets: (requests, options) => call('facets', requests.length, () => store.facets(requests, options)),
    describe: (options) => call('describe', 1, () => store.describe(options)),
    indexing: (options) => call('indexing', 1, () => store.indexing(options)),
  };
}
