import { expect, test } from '@jest/globals';

import { defaultIndex } from '../../../../src/store/lance/indexes.js';

test.each([
  [0, 'none'],
  [19_999, 'none'],
  [20_000, 'ivf_hnsw_sq'],
  [99_999, 'ivf_hnsw_sq'],
  [100_000, 'ivf_rq'],
  [3_000_000, 'ivf_rq'],
])('the vectors of %d papers are indexed by %s', (rows, kind) => {
  expect(defaultIndex(rows, 20_000)).toMatchObject({ engine: 'lance', kind });
});
