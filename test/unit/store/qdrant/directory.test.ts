import { expect, test } from '@jest/globals';

import { useStores } from './open-store.js';
import type { DirectoryEntry } from '../../../../src/store/directory.js';
import { ok, refusal } from '../../../support/qdrant-server.js';

const open = useStores();
const BY_PREFIX = { by: 'prefixes', kind: 'author', prefixes: ['a'], limit: 10 } as const;

test.each<[object, object]>([
  [
    { replication_factor: 2, write_consistency_factor: 2 },
    { replication_factor: 2, write_consistency_factor: 2 },
  ],
  [{ replication_factor: 3, write_consistency_factor: 1 }, { replication_factor: 3 }],
  [{}, {}],
])('a directory is kept by as many servers as the papers: %j', async (params, replication) => {
  const { store, requests } = await open(({ method, path }) => {
    if (path === '/aliases') return ok({ aliases: [] });
    if (method === 'GET') return ok({ config: { params }, payload_schema: {} });
    return ok(path.includes('/index') ? { operation_id: 1, status: 'completed' } : true);
  });
  async function* none(): AsyncGenerator<DirectoryEntry[]> {
    yield [];
  }
  await store.directory.replace(none, () => ({ points: 0, authors: 0, titles: 0 }));
  const creation = requests.find(({ method, path }) => method === 'PUT' && !path.includes('/index'));
  expect(creation).toMatchObject({ path: '/collections/papers_directory_a' });
  expect(creation?.body).toEqual({ vectors: {}, on_disk_payload: true, ...replication });
});

test('a directory of another layout counts as missing, and the hint has the command that builds one', async () => {
  const { store } = await open(({ method, path }) => {
    if (path === '/aliases') {
      return ok({ aliases: [{ alias_name: 'papers_directory', collection_name: 'papers_directory_a' }] });
    }
    if (method === 'GET')
      return ok({
        status: 'green',
        config: { params: {}, metadata: { points: 1, authors: 1, titles: 1 } },
        payload_schema: {},
      });
    return refusal(
      400,
      'No range index for `order_by` key: `author_rank`. Please create one to use `order_by`',
    );
  });
  expect(await store.directory.describe()).toBeNull();
  await expect(store.directory.find([BY_PREFIX])).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    hint: expect.stringContaining('paperql repair'),
  });
});
