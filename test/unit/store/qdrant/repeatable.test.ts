import { expect, test } from '@jest/globals';

import { toRepeat } from '../../../../src/store/qdrant/repeatable.js';

test.each([
  ['GET', '/', 'read'],
  ['GET', '/aliases', 'read'],
  ['GET', '/collections/papers', 'read'],
  ['POST', '/collections/papers/points', 'read'],
  ['POST', '/collections/papers/points/query', 'read'],
  ['POST', '/collections/papers/points/query/batch', 'read'],
  ['POST', '/collections/papers/points/scroll', 'read'],
  ['POST', '/collections/papers/points/count', 'read'],
  ['POST', '/collections/papers/facet', 'read'],
  ['PUT', '/collections/papers/points?wait=true', 'repeatable'],
  ['PUT', '/collections/papers/points/vectors?wait=true', 'repeatable'],
  ['POST', '/collections/papers/points/batch?wait=true', 'repeatable'],
  ['PUT', '/collections/papers/index?wait=true', 'repeatable'],
  ['PATCH', '/collections/papers', 'repeatable'],
  ['PUT', '/collections/papers', 'once'],
  ['PUT', '/collections/papers/vectors/bm25?wait=true', 'once'],
  ['POST', '/collections/aliases', 'once'],
  ['DELETE', '/collections/papers', 'once'],
  // Requests that are not sent at present: unknown ones are not repeated.
  ['POST', '/collections/papers/points/delete', 'once'],
  ['PUT', '/collections/points', 'once'],
] as const)('%s %s is of the kind "%s"', (method, path, repeat) => {
  expect(toRepeat(method, path)).toBe(repeat);
});
