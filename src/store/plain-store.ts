import type { Directory } from './directory.js';
import type { PaperStore } from './store.js';

/**
 * The store as an object of functions. A decorator spreads it and replaces some of them in a new object. An adapter
 * may be a class, whose methods a spread would lose.
 */
export function toPlainStore(store: PaperStore): PaperStore {
  return {
    kind: store.kind,
    collection: store.collection,
    directory: toPlainDirectory(store.directory),
    encoder: store.encoder,
    search: (requests, options) => store.search(requests, options),
    retrieve: (ids, fields, options) => store.retrieve(ids, fields, options),
    scan: (fields, options) => store.scan(fields, options),
    vectors: (ids, options) => store.vectors(ids, options),
    count: (filter, options) => store.count(filter, options),
    counts: (filters, options) => store.counts(filters, options),
    countMatches: (matches, options) => store.countMatches(matches, options),
    facets: (requests, options) => store.facets(requests, options),
    describe: (options) => store.describe(options),
    indexing: (options) => store.indexing(options),
    upsert: (points, options) => store.upsert(points, options),
    upsertEncoded: (points, options) => store.upsertEncoded(points, options),
    create: (metadata, settings, options) => store.create(metadata, settings, options),
    setVectorIndexing: (mode, options) => store.setVectorIndexing(mode, options),
    optimize: (options) => store.optimize(options),
    renew: (options) => store.renew(options),
    ...(store.adoption && { adoption: store.adoption }),
    drop: (options) => store.drop(options),
    close: () => store.close(),
  };
}

function toPlainDirectory(directory: Directory): Directory {
  return {
    describe: (options) => directory.describe(options),
    find: (queries, options) => directory.find(queries, options),
    replace: (entries, info, options) => directory.replace(entries, info, options),
    get setCurrent() {
      return directory.setCurrent;
    },
    get revision() {
      return directory.revision;
    },
    drop: (options) => directory.drop(options),
  };
}
