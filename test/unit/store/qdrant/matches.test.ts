import { expect, test } from '@jest/globals';

import { useStores } from './open-store.js';
import { MOST_MATCHES } from '../../../../src/store/qdrant/matches.js';
import { ok } from '../../../support/qdrant-server.js';

const open = useStores();

test('papers and their values are counted up to the limit', async () => {
  const { store, requests } = await open(({ path, body }) => {
    if (path.endsWith('/facet')) return ok({ hits: [{ value: 2020, count: MOST_MATCHES }] });
    const { limit } = body as { limit: number }; // a query
    return ok({ points: Array.from({ length: limit }, (_, id) => ({ id, version: 1, score: 1 })) });
  });
  expect(await store.countMatches([{ words: 'results' }])).toEqual([{ count: MOST_MATCHES, isExact: false }]);
  await store.facets([
    { field: 'year', words: 'results', limit: 3 },
    { field: 'categories', words: 'results', limit: 3 },
  ]);
  const facets = requests.filter(({ path }) => path.endsWith('/facet'));
  expect(facets.map(({ body }) => body)).toMatchObject([
    { key: 'year', filter: { must: [{ has_id: { length: MOST_MATCHES } }] } },
    { key: 'categories', filter: { must: [{ has_id: { length: MOST_MATCHES } }] } },
  ]);
  // Both facets count the same papers, which are requested once.
  expect(requests.filter(({ path }) => path.endsWith('/points/query'))).toHaveLength(2);
});
