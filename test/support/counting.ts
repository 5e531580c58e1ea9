import type { Embedder } from '../../src/embedding/embedder.js';
import type { Directory } from '../../src/store/directory.js';
import type { PaperStore } from '../../src/store/store.js';

/** The embedder, and the texts of each call made to it. */
export function countEmbedding(embedder: Embedder): [Embedder, string[][]] {
  const calls: string[][] = [];
  const counted: Embedder = {
    ...embedder,
    embed: (texts) => {
      calls.push([...texts]);
      return embedder.embed(texts);
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
    search: (requests) => store.search(requests),
    retrieve: (ids, fields) => store.retrieve(ids, fields),
    scan: (fields) => store.scan(fields),
    vectors: (ids) => store.vectors(ids),
    count: (filter) => store.count(filter),
    counts: (filters) => store.counts(filters),
    facets: (requests) => store.facets(requests),
    upsert: (points, options) => store.upsert(points, options),
    upsertEncoded: (points, options) => store.upsertEncoded(points, options),
    describe: () => store.describe(),
    create: (metadata, options) => store.create(metadata, options),
    setVectorIndexing: (mode) => store.setVectorIndexing(mode),
    indexing: () => store.indexing(),
    optimize: (onProgress) => store.optimize(onProgress),
    ...(store.adoption && { adoption: store.adoption }),
    drop: () => store.drop(),
    close: () => store.close(),
  };
}

function toPlainDirectory(directory: Directory): Directory {
  return {
    describe: () => directory.describe(),
    find: (queries) => directory.find(queries),
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
      find: (queries) => {
        count('directory.find', queries.length);
        return store.directory.find(queries);
      },
      describe: () => {
        count('directory.describe', 1);
        return store.directory.describe();
      },
    },
    search: (requests) => {
      count('search', requests.length);
      return store.search(requests);
    },
    retrieve: (ids, fields) => {
      count('retrieve', ids.length);
      return store.retrieve(ids, fields);
    },
    count: (filter) => {
      count('count', 1);
      return store.count(filter);
    },
    counts: (filters) => {
      count('counts', filters.length);
      return store.counts(filters);
    },
    vectors: (ids) => {
      count('vectors', ids.length);
      return store.vectors(ids);
    },
    facets: (requests) => {
      count('facets', requests.length);
      return store.facets(requests);
    },
    describe: () => {
      count('describe', 1);
      return store.describe();
    },
  };
  return [counted, calls];
}
