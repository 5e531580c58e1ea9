import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** `similar { paper { similar { paper { … } } } }`, two levels of fields for each. */
function nestedSimilar(times: number): string {
  return times === 0 ? 'id' : `similar(first: 1) { paper { ${nestedSimilar(times - 1)} } }`;
}

describe('an operation is refused, before anything is executed, when it', () => {
  test.each<[string, string, string, string]>([
    [
      'nests too deep',
      `{ paper(id: "1706.03762") { ${nestedSimilar(6)} } }`,
      'nests 14 levels of fields; at most 12 are allowed',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'has too many aliases',
      `{ ${Array.from({ length: 31 }, (_, at) => `a${at}: __typename b${at}: corpus { count }`).join(' ')} }`,
      'has 31 aliases; at most 30 are allowed',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'has too many tokens',
      `{ corpus { ${'count '.repeat(2_000)} } }`,
      'contains more that 2000 tokens',
      'GRAPHQL_PARSE_FAILED',
    ],
    [
      'asks for too many searches',
      '{ search(first: 100) { nodes { paper { a: similar { rank } b: similar { rank } } } } }',
      'may ask for 201 searches; at most 200',
      'BAD_USER_INPUT',
    ],
    [
      'asks for too many searches of two rankings',
      `{ search(query: "x", first: 100) { nodes { paper { a: similar { rank } b: similar { rank } } } } }`,
      'may ask for 202 searches; at most 200',
      'BAD_USER_INPUT',
    ],
    [
      'asks for deep windows of both rankings too often',
      `{ ${Array.from({ length: 30 }, (_, at) => `a${at}: search(query: "x", first: 100, after: "c") { nodes { paper { similar { rank } } } }`).join(' ')} }`,
      'may ask for 3120 searches; at most 200',
      'BAD_USER_INPUT',
    ],
    [
      'asks for the highlights of too many papers',
      '{ search(query: "x", first: 50) { nodes { highlights { text } } } }',
      'may ask for 501 texts to embed; at most 500',
      'BAD_USER_INPUT',
    ],
    [
      'asks for the facets, counts and spellings of too many authors',
      `{ search(first: 100) { nodes { paper { authors(first: 1) {
        variants { name } coauthors { paperCount } papers { totalCount }
      } } } } }`,
      'may ask for 401 searches; at most 200',
      'BAD_USER_INPUT',
    ],
    [
      'compares with too many papers',
      `{ ${['a', 'b', 'c', 'd']
        .map(
          (alias) =>
            `${alias}: recommend(strategy: BEST_SCORE, like: [${'"1706.03762" '.repeat(20)}], unlike: [${'"1612.00593" '.repeat(20)}]) { tookMs }`,
        )
        .join(' ')} }`,
      'may ask for 240 searches; at most 200',
      'BAD_USER_INPUT',
    ],
    [
      'asks for too long lists',
      '{ search(first: 100) { nodes { paper { authors(first: 1000) { name } } } } }',
      'may ask for 100100 list entries; at most 50000',
      'BAD_USER_INPUT',
    ],
  ])('%s', async (_name, query, message, code) => {
    server.forgetCalls();
    const { data, errors } = await server.ask(query);
    expect(data).toBeUndefined();
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining(message) as unknown,
      extensions: { code },
    });
    expect(server.storeCalls).toEqual([]);
  });

  test('does not count sentences where words alone are looked for', async () => {
    const { errors } = await server.ask(
      '{ search(query: "field", mode: KEYWORD, first: 100) { nodes { highlights { text } } } }',
    );
    expect(errors).toBeUndefined();
  });

  test('counts page sizes that are defaults of variables', async () => {
    const { errors } = await server.ask(
      'query ($n: Int = 100) { search(first: $n) { nodes { paper { similar(first: $n) { paper { authors { name } } } } } } }',
    );
    expect(errors?.[0]?.message).toContain('510100 list entries');
  });

  test('applies a large filter too often', async () => {
    const filter = {
      categories: { in: Array.from({ length: 900 }, (_, at) => `category-${at}-of-a-long-name`) },
    };
    const query =
      'query ($filter: SearchFilter) { search(first: 100) { nodes { paper { similar(filter: $filter) { rank } } } } }';
    const { errors } = await server.ask(query, { filter });
    expect(errors?.[0]?.message).toMatch(/may ask for \d+ characters of filters; at most 2000000/);
  });

  test('has variables nested beyond reason', async () => {
    const query = 'query ($f: SearchFilter) { search(filter: $f) { totalCount } }';
    const filter = `${'{"not":'.repeat(5_000)}{}${'}'.repeat(5_000)}`;
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"query":${JSON.stringify(query)},"variables":{"f":${filter}}}`,
    });
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  test.each(['mutation { x }', 'subscription { x }'])('is none of ours: %s', async (query) => {
    const { errors } = await server.ask(query);
    expect(errors?.[0]?.extensions.code).toMatch(/^(BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED)$/);
  });

  test('counts page sizes that come as variables', async () => {
    const { errors } = await server.ask(
      'query ($n: Int) { search(first: $n) { nodes { paper { similar(first: $n) { paper { authors { name } } } } } } }',
      { n: 100 },
    );
    expect(errors?.[0]?.message).toContain('510100 list entries');
  });
});

test('fragments that spread fragments are measured without opening each use', async () => {
  const fragments = Array.from(
    { length: 30 },
    (_, at) =>
      `fragment F${at} on Paper { similar(first: 1) { paper { ...F${at + 1} } } b${at}: similar { paper { ...F${at + 1} } } }`,
  );
  const { errors } = await server.ask(
    `{ paper(id: "1706.03762") { ...F0 } } ${fragments.join(' ')} fragment F30 on Paper { id }`,
  );
  expect(errors?.map(({ message }) => message)).toContainEqual(
    expect.stringContaining('nests 62 levels of fields'),
  );
});

test('what codegen and Sandbox ask about the schema is within the limits', async () => {
  const { getIntrospectionQuery } = await import('graphql');
  const { data, errors } = await server.ask<{ __schema: object }>(getIntrospectionQuery());
  expect(errors).toBeUndefined();
  expect(data.__schema).toBeDefined();
});

test('mistakes in variables are told in few words, however large the variables', async () => {
  const filter = Object.fromEntries(
    Array.from({ length: 5_000 }, (_, at) => [`unknown${at}`, 'x'.repeat(20)]),
  );
  const answer = await server.ask('query ($f: SearchFilter) { search(filter: $f) { totalCount } }', {
    f: filter,
  });
  expect(answer.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  expect(JSON.stringify(answer).length).toBeLessThan(20_000);
});

test('names of many words cost little', async () => {
  const names = Array.from(
    { length: 50 },
    (_, at) => `The Very Large ${at} Array Survey Collaboration Of Many Words Here`,
  );
  const { errors } = await server.ask('query ($f: SearchFilter) { search(filter: $f) { totalCount } }', {
    f: { authors: { any: names } },
  });
  expect(errors).toBeUndefined();
});

test('a body that is too large is refused with 413', async () => {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ __typename }', variables: { x: 'x'.repeat(300_001) } }),
  });
  expect(response.status).toBe(413);
});
