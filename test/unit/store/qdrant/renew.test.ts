import { expect, test } from '@jest/globals';

import { METADATA, paper } from '../../../contract/paper-points.js';
import { startQdrantServer } from '../../../support/qdrant-server.js';
import { createQdrantStandIn } from '../../../support/qdrant-stand-in.js';
import { toDocumentVector } from '../../../../src/store/qdrant/keyword.js';
import { openQdrantStore } from '../../../../src/store/qdrant/store.js';

test('renewing makes the keyword vectors with compatibility forms again, and no other, and notes the layout', async () => {
  const written: string[] = [];
  const answer = createQdrantStandIn();
  const server = await startQdrantServer((request) => {
    if (request.path.includes('/points/vectors')) written.push(JSON.stringify(request.body));
    return answer(request);
  });
  const store = await openQdrantStore({
    url: server.url,
    collection: 'old',
    timeoutMs: 5_000,
    compression: false,
  });
  const title = 'The ℓ1 norm';
  const old = paper('2406.00001', [1, 0, 0, 0], { title, abstract: '', authors: [] });
  await store.create({ ...METADATA, layout_version: 1 });
  await store.upsert([old, paper('2406.00002', [1, 1, 0, 0], { title: 'Naïve Bayes' })]);

  await store.renew();

  const vector = { bm25: toDocumentVector(title) };
  expect(written.map((body) => JSON.parse(body) as unknown)).toEqual([{ points: [{ id: old.id, vector }] }]);
  expect(toDocumentVector(title)).toEqual(toDocumentVector('The l1 norm'));
  expect((await store.describe())?.metadata).toEqual({ ...METADATA, layout_version: 2 });
  await store.close();
  await server.close();
});
