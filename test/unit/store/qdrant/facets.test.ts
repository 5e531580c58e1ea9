import { expect, test } from '@jest/globals';

import { useStores } from './open-store.js';
import { ok } from '../../../support/qdrant-server.js';
import { serveStore } from '../../../support/served-store.js';

const open = useStores();

/** An entry of the directory, as a query returns it. */
const ADA = {
  id: '2f80a5dc-e12d-5c44-ad00-777af06d3152',
  score: 1,
  payload: { kind: 'author', text: 'Ada Lovelace', papers: 3, firstYear: 2019, lastYear: 2020 },
};

/** A server that has as many authors as are requested, or fewer. */
function openWith(options: { shards: number; authors?: number }) {
  return open(({ method, path, body }) => {
    if (path.endsWith('/query/batch')) return ok([{ points: path.includes('directory') ? [ADA] : [] }]);
    if (method === 'GET') {
      const params = { vectors: { size: 4, distance: 'Cosine' }, shard_number: options.shards };
      return ok({ config: { params }, payload_schema: {} });
    }
    const { limit } = body as { limit: number }; // a request for a facet
    const length = Math.min(limit, options.authors ?? limit);
    return ok({ hits: Array.from({ length }, (_, at) => ({ value: `Author ${at}`, count: 5_000 - at })) });
  });
}

test('the number of shards is read once for all lists of a call', async () => {
  const { store, requests } = await openWith({ shards: 2 });
  await store.facets(Array.from({ length: 3 }, (_, at) => ({ field: 'author_names', limit: at + 1 })));
  expect(requests.filter(({ method }) => method === 'GET')).toHaveLength(1);
});

test('counts of a list that a shard may have cut are estimates, also in answers', async () => {
  const { store } = await openWith({ shards: 2 });
  expect(await store.facets([{ field: 'author_names', limit: 2 }])).toEqual([
    [
      { value: 'Author 0', count: 5_000, isEstimate: true },
      { value: 'Author 1', count: 4_999, isEstimate: true },
    ],
  ]);
  const server = await serveStore(store);
  try {
    const { data } = await server.ask(`{
      search { facets(field: AUTHOR, first: 1) { value count isExact } }
      author(name: "Ada Lovelace") { coauthors(first: 1) { paperCount isExact } }
    }`);
    expect(data).toEqual({
      search: { facets: [{ value: 'Author 0', count: 5_000, isExact: false }] },
      author: { coauthors: [{ paperCount: 5_000, isExact: false }] },
    });
  } finally {
    await server.close();
  }
});

test.each([{ shards: 1 }, { shards: 2, authors: 399 }])('other counts are exact: %j', async (options) => {
  const { store } = await openWith(options);
  const [counts] = await store.facets([{ field: 'author_names', limit: 1 }]);
  expect(counts).toEqual([{ value: 'Author 0', count: 5_000 }]);
});
