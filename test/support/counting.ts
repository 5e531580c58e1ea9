import type { Embedder } from '../../src/embedding/embedder.js';
import type { PaperStore } from '../../src/store/store.js';

/** Returns the embedder and the texts of each call to it. */
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

/** Returns the store and each call to it, with the number of items requested: `['search', 10]`. */
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
    countMatches: (matches, options) => {
      count('countMatches', matches.length);
      return store.countMatches(matches, options);
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
