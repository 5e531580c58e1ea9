import type { Embedder } from '../../src/embedding/embedder.js';
import type { Directory } from '../../src/store/directory.js';
import type { PaperStore } from '../../src/store/store.js';

/** The embedder, and the texts of each call made to it. */
export function countEmbedding(embedder: Embedder): [Embedder, string[][]] {
  const calls: string[][] = [];
  const counted: Embedder = {
    ...embedder,
    embed: (texts, options) => {
      calls.push([...texts]);
      return embedder.embed(texts, options);
    },
  };
  return [counted, calls];
}

/** The store as an object whose every method is its own, so that a test can spread it and replace one. */
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
    facets: (requests, options) => store.facets(requests, options),
    upsert: (points, options) => store.upsert(points, options),
    upsertEncoded: (points, options) => store.upsertEncoded(points, options),
    describe: (options) => store.describe(options),
    create: (metadata, options) => store.create(metadata, options),
    setVectorIndexing: (mode) => store.setVectorIndexing(mode),
    indexing: (options) => store.indexing(options),
    optimize: (onProgress) => store.optimize(onProgress),
    ...(store.adoption && { adoption: store.adoption }),
    drop: () => store.drop(),
    close: () => store.close(),
  };
}

function toPlainDirectory(directory: Directory): Directory {
  return {
    describe: (options) => directory.describe(options),
    find: (queries, options) => directory.find(queries, options),
    replace: (entries, info) => directory.replace(entries, info),
    drop: () => directory.drop(),
  };
}

/** The store, and each call made to it with the number of things asked for: `['search', 10]`. */
export function countStoreCalls(store: PaperStore): [PaperStore, [string, number][]] {
  const calls: [string, number][] = [];
  const count = (method: string, things: number) => calls.push([method, things]);
  const counted: PaperStore = {
    ...store,
    directory: {
      ...store.directory,
      find: (queries, options) => {
        count('directory.find', queries.length);
        return store.directory.find(queries, options);
      },
      describe: (options) => {
        count('directory.describe', 1);
        return store.directory.describe(options);
      },
    },
    search: (requests, options) => {
      count('search', requests.length);
      return store.search(requests, options);
    },
    retrieve: (ids, fields, options) => {
      count('retrieve', ids.length);
      return store.retrieve(ids, fields, options);
    },
    count: (filter, options) => {
      count('count', 1);
      return store.count(filter, options);
    },
    counts: (filters, options) => {
      count('counts', filters.length);
      return store.counts(filters, options);
    },
    vectors: (ids, options) => {
      count('vectors', ids.length);
      return store.vectors(ids, options);
    },
    facets: (requests, options) => {
      count('facets', requests.length);
      return store.facets(requests, options);
    },
    describe: (options) => {
      count('describe', 1);
      return store.describe(options);
    },
  };
  return [counted, calls];
}
