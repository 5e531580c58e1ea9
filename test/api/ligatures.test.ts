import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestServer, type TestServer } from '../support/test-server.js';

/* A ligature is one character, but up to 18 letters once it is folded, so limits count these letters. */

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const COUNTED = ' (each ligature counts as the letters that it stands for)';

test.each<[string, string, unknown, (string | number)[], string]>([
  [
    'query',
    'search(query: $query) { totalCount }',
    'ﷺ'.repeat(600),
    [],
    'A query may have at most 10000 characters, not 10800',
  ],
  [
    'query',
    'search(query: $query) { totalCount }',
    `author:"${'ﬃ'.repeat(400)}"`,
    [],
    'A name, title, phrase or exclusion of a query may have at most 1000 characters, not 1200',
  ],
  [
    'filter',
    'search(filter: $filter) { totalCount }',
    { or: [{ abstract: { any: ['x', 'ﷺ'.repeat(1_000)] } }] },
    ['or', 0, 'abstract', 'any', 1],
    'A value of a filter may have at most 1000 characters, not 18000',
  ],
  [
    'name',
    'author(name: $name) { name }',
    'ﷺ'.repeat(56),
    [],
    'A name may have at most 1000 characters, not 1008',
  ],
  [
    'prefix',
    'suggest(prefix: $prefix) { text }',
    '㎢'.repeat(67),
    [],
    '"prefix" may have at most 200 characters, not 201',
  ],
])(
  'a %s of ligatures is rejected by the number of its letters: %s',
  async (name, field, value, place, message) => {
    const type = name === 'filter' ? 'SearchFilter' : 'String!';
    const { errors } = await server.ask(`query ($${name}: ${type}) { ${field} }`, { [name]: value });
    expect(errors?.[0]).toMatchObject({
      message: `${message}${COUNTED}`,
      extensions: { code: 'BAD_USER_INPUT', argumentPath: [name, ...place] },
    });
  },
);

test('all values of a filter together may have as many letters', async () => {
  const any = Array.from({ length: 60 }, () => 'ﬃ'.repeat(300));
  const { errors } = await server.ask(
    'query ($filter: SearchFilter) { search(filter: $filter) { totalCount } }',
    {
      filter: { abstract: { any } },
    },
  );
  expect(errors?.[0]).toMatchObject({
    message: 'A filter may have at most 50000 characters in all its values',
    extensions: { argumentPath: ['filter', 'abstract', 'any', 55] },
  });
});

test('runs of combining marks, which are cut, still count', async () => {
  const { errors } = await server.ask('query ($q: String) { search(query: $q) { totalCount } }', {
    q: 'a\u0301'.padEnd(10_001, '\u0301'),
  });
  expect(errors?.[0]?.message).toBe('A query may have at most 10000 characters, not 10001');
});
