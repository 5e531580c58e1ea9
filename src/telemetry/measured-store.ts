import type { Metrics } from './metrics.js';
import type { PaperReader } from '../store/store.js';

type Instruments = Pick<Metrics, 'storeCalls' | 'batchSizes'>;

/** The same services, with the calls of whichever store they have at the moment timed and counted. */
export function measureServices<Given extends { readonly store: PaperReader }>(
  services: Given,
  instruments: Instruments,
): Given {
  const measured = new WeakMap<PaperReader, PaperReader>();
  const toMeasured = (store: PaperReader) => {
    const known = measured.get(store) ?? measureStore(store, instruments);
    measured.set(store, known);
    return known;
  };
  return new Proxy(services, {
    get: (target, name): unknown => (name === 'store' ? toMeasured(target.store) : Reflect.get(target, name)),
  });
}

/** The store, whose calls are timed and counted. Outcomes of single requests within a batch are their callers' to count. */
function measureStore(store: PaperReader, { storeCalls, batchSizes }: Instruments): PaperReader {
  async function measure<Result>(call: string, size: number, run: () => Promise<Result>): Promise<Result> {
    batchSizes.observe({ of: call }, size);
    const end = storeCalls.startTimer({ call });
    try {
      const result = await run();
      end({ outcome: 'ok' });
      return result;
    } catch (error) {
      end({ outcome: 'failed' });
      throw error;
    }
  }

  const { directory } = store;
  return {
    kind: store.kind,
    collection: store.collection,
    directory: {
      ...directory,
      find: (queries, options) => measure('find', queries.length, () => directory.find(queries, options)),
      describe: (options) => measure('describeDirectory', 1, () => directory.describe(options)),
    },
    search: (requests, options) => measure('search', requests.length, () => store.search(requests, options)),
    retrieve: (ids, fields, options) =>
      measure('retrieve', ids.length, () => store.retrieve(ids, fields, options)),
    scan: (fields, options) => store.scan(fields, options),
    vectors: (ids, options) => measure('vectors', ids.length, () => store.vectors(ids, options)),
    count: (filter, options) => measure('count', 1, () => store.count(filter, options)),
    counts: (filters, options) => measure('counts', filters.length, () => store.counts(filters, options)),
    countMatches: (matches, options) =>
      measure('countMatches', matches.length, () => store.countMatches(matches, options)),
    facets: (requests, options) => measure('facets', requests.length, () => store.facets(requests, options)),
    describe: (options) => measure('describe', 1, () => store.describe(options)),
    indexing: (options) => measure('indexing', 1, () => store.indexing(options)),
  };
}
