import { describe, expect, test } from '@jest/globals';

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
  const filter = { must: [{ key: 'year', match: { value: 2020 } }] };
  await store.facets(
    Array.from({ length: 3 }, (_, at) => ({ field: 'author_names', limit: at + 1, filter })),
  );
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

describe('authors of the whole collection', () => {
  const INFO = { layout: 2, points: 9, authors: 9, titles: 9, outdated: false };

  /** A server with a current directory, whose authors have these numbers of papers, the greatest rank first. */
  const openWithDirectory = (papers: readonly number[], metadata: object = INFO) =>
    open(({ method, path, body }) => {
      if (path === '/aliases') {
        return ok({ aliases: [{ alias_name: 'papers_directory', collection_name: 'papers_directory_a' }] });
      }
      if (method === 'GET') {
        return ok({ points_count: 9, config: { params: {}, metadata }, payload_schema: {} });
      }
      if (path.endsWith('/facet')) return ok({ hits: [{ value: 'Counted', count: 5 }] });
      const { searches } = body as { searches: [{ limit: number }] }; // a query for entries
      const entries = papers.slice(0, searches[0].limit).map((count, at) => ({
        ...ADA,
        payload: { ...ADA.payload, text: `Author ${String(at).padStart(3, '0')}`, papers: count },
      }));
      return ok([{ points: entries }]);
    });

  const countedBy = async (papers: readonly number[], metadata?: object) => {
    const { store } = await openWithDirectory(papers, metadata);
    const [counts] = await store.facets([{ field: 'author_names', limit: 2 }]);
    return counts;
  };
  const counted = [{ value: 'Counted', count: 5 }];

  test.each<[string, number[]]>([
    ['if they have more papers than all others', [9, 8, ...Array<number>(400).fill(7)]],
    ['if there are no others', [9, 8]],
    [
      'if the first are not in order, because they have too many papers',
      [8_191, 9_000, ...Array<number>(400).fill(1)],
    ],
  ])('are those of the directory %s', async (_when, papers) => {
    const [most, second] = [...papers].sort((a, b) => b - a);
    expect(await countedBy(papers)).toMatchObject([{ count: most }, { count: second }]);
  });

  test.each<[string, number[], object?]>([
    ['others, which were not read, may have as many papers', Array<number>(400).fill(7)],
    ['others, which were not read, may have more papers', [10_000, ...Array<number>(400).fill(8_191)]],
    ['papers may have been written since', [9, 8], { ...INFO, outdated: true }],
    ['it was made by an earlier release, which recorded less', [9, 8], { ...INFO, outdated: undefined }],
    ['there are other papers', [9, 8], { ...INFO, points: 8 }],
  ])('are counted by the server if %s', async (_why, papers, metadata = INFO) => {
    expect(await countedBy(papers, metadata)).toEqual(counted);
  });
});
