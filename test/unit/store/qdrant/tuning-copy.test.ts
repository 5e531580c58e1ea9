import { afterEach, expect, test } from '@jest/globals';

import { openQdrantTuning } from '../../../../src/store/qdrant/tuning.js';
import { startTuningStandIn } from '../../../support/tuning-stand-in.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

test.each([
  ['with replicas is replicated, too, so that a server may fail', { shard_number: 3, replication_factor: 2 }],
  ['without replicas has none', { shard_number: 3 }],
])('a scratch copy of a collection %s', async (_which, shards) => {
  const server = await startTuningStandIn();
  closers.push(() => server.close());
  await fetch(`${server.url}/collections/papers`, {
    method: 'PUT',
    body: JSON.stringify({ vectors: { size: 4, distance: 'Cosine' }, ...shards }),
  });
  const tuning = await openQdrantTuning({
    url: server.url,
    collection: 'papers',
    timeoutMs: 60_000,
    compression: false,
  });
  closers.unshift(() => tuning.close());

  const { collection } = await tuning.copy({
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  const made = server.requests.filter(({ path }) => path === `/collections/${collection}`);
  expect(made).toEqual([expect.objectContaining({ method: 'PUT' })]);
  const { shard_number, replication_factor } = made[0]?.body as Record<string, unknown>; // an object, as PaperQL sent it
  expect({ shard_number, replication_factor }).toEqual(shards);
});
