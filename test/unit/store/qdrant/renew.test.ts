import { expect, test } from '@jest/globals';

import { METADATA, paper } from '../../../contract/paper-points.js';
import { startQdrantServer } from '../../../support/qdrant-server.js';
import { createQdrantStandIn } from '../../../support/qdrant-stand-in.js';
import { toDocumentVector } from '../../../../src/store/qdrant/keyword.js';
import { LAYOUT_VERSION } from '../../../../src/store/layout.js';
import { openQdrantStore } from '../../../../src/store/qdrant/store.js';

test('an upgrade computes all keyword vectors again, and records the layout', async () => {
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
  const papers = ['The ℓ1 norm', 'Naïve Bayes'].map((title, at) =>
    paper(`2406.0000${at}`, [1, 0, 0, 0], { title, abstract: 'Of norms.', authors: [] }),
  );
  await store.create({ ...METADATA, layout_version: 2 });
  await store.upsert(papers);

  await store.renew();

  const vectors = papers.map(({ payload: { title } }) => toDocumentVector(`${title} ${title} Of norms.`));
  const points = papers.map(({ id }, at) => ({ id, vector: { bm25: vectors[at] } }));
  expect(written.map((body) => JSON.parse(body) as unknown)).toEqual([{ points }]);
  expect(toDocumentVector('The ℓ1 norm')).toEqual(toDocumentVector('The l1 norm'));
  expect((await store.describe())?.metadata).toEqual({ ...METADATA, layout_version: LAYOUT_VERSION });
  await store.close();
  await server.close();
});

test('a collection of layout 3 counts as having the current layout, which changed nothing on a server', async () => {
  const server = await startQdrantServer(createQdrantStandIn());
  const store = await openQdrantStore({
    url: server.url,
    collection: 'third',
    timeoutMs: 5_000,
    compression: false,
  });
  await store.create({ ...METADATA, layout_version: 3 });
  expect((await store.describe())?.metadata).toEqual({ ...METADATA, layout_version: LAYOUT_VERSION });
  await store.close();
  await server.close();
});
