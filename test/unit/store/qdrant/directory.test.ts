import { expect, test } from '@jest/globals';

import { useStores } from './open-store.js';
import { ok, refusal } from '../../../support/qdrant-server.js';

const open = useStores();
const BY_PREFIX = { by: 'prefixes', kind: 'author', prefixes: ['a'], limit: 10 } as const;

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
