import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { IntrospectionQuery } from 'graphql';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** `similar { paper { similar { paper { … } } } }`, with two levels of fields each. */
function nestedSimilar(times: number): string {
  return times === 0 ? 'id' : `similar(first: 1) { paper { ${nestedSimilar(times - 1)} } }`;
}

/** Distinct words. */
function words(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `word${at}`);
}

/** This many aliases of a field. */
function aliases(count: number, field: string): string {
  return Array.from({ length: count }, (_, at) => `a${at}: ${field}`).join(' ');
}

/** The maximum number of phrases in one query. */
const PHRASES = Array.from({ length: 20 }, (_, at) => `\\"a ${at}\\" -c${at}`).join(' ');

describe('an operation is rejected, before anything is executed, if it', () => {
  test.each<[string, string, string, string]>([
    [
      'nests too deep',
      `{ paper(id: "1706.03762") { ${nestedSimilar(10)} } }`,
      'nests 22 levels of fields; at most 20 are allowed',
      'BAD_USER_INPUT',
    ],
    [
      'has too many aliases',
      `{ ${aliases(30, 'corpus { count }')} b: __typename }`,
      'has 31 aliases; at most 30 are allowed',
      'BAD_USER_INPUT',
    ],
    [
      'has too many aliases below __schema',
      `{ __schema { ${aliases(31, 'queryType { name }')} } }`,
      'has 31 aliases; at most 30 are allowed',
      'BAD_USER_INPUT',
    ],
    [
      'nests too deep below __type',
      `{ __type(name: "Paper") { ${'ofType { '.repeat(20)} name ${'} '.repeat(20)} } }`,
      'nests 22 levels of fields; at most 20 are allowed',
      'BAD_USER_INPUT',
    ],
    [
      'has too many tokens',
      `{ corpus { ${'count '.repeat(2_000)} } }`,
      'contains more that 2000 tokens',
      'GRAPHQL_PARSE_FAILED',
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

  test.each<[string, string]>([
    [
      'selects many similar papers of many papers',
      '{ search(first: 100) { nodes { paper { a: similar { rank } b: similar { rank } } } } }',
    ],
    [
      'needs deep windows of both rankings many times',
      `{ ${aliases(30, 'search(query: "x", first: 10, after: "c") { nodes { paper { similar { rank } } } }')} }`,
    ],
    [
      'selects the highlights of many papers',
      '{ search(query: "x", first: 70) { nodes { highlights { text } } } }',
    ],
    [
      'selects the facets, counts and spellings of many authors',
      `{ search(first: 100) { nodes { paper { authors(first: 1) {
        variants { name } coauthors { paperCount } papers { totalCount }
      } } } } }`,
    ],
    [
      'compares with many papers',
      `{ ${aliases(
        4,
        `recommend(strategy: BEST_SCORE, like: [${'"1706.03762" '.repeat(20)}], unlike: [${'"1612.00593" '.repeat(20)}]) { tookMs }`,
      )} }`,
    ],
    [
      'selects long lists in long lists',
      '{ search(first: 100) { nodes { paper { authors(first: 1000) { name } } } } }',
    ],
    [
      'selects long values many times',
      `{ search(first: 100) { nodes { paper { ${aliases(29, 'abstract')} similar { paper { abstract } } } } } }`,
    ],
    [
      'selects __typename many times',
      `{ search(first: 100) { nodes { paper { similar(first: 100) { ${aliases(20, '__typename')} } } } } }`,
    ],
    [
      'repeats long aliases many times',
      `{ search(first: 100) { nodes { paper { similar(first: 100) { ${'a'.repeat(900)}: rank } } } } }`,
    ],
    [
      'selects large parts of the schema many times',
      `{ __schema { ${aliases(29, 'types { ...T }')} } }
       fragment T on __Type {
         name description enumValues { name description } inputFields { name description type { name kind } }
         fields { name description type { ...K ofType { ...K ofType { ...K } } } args { name description type { ...K } } }
       }
       fragment K on __Type { kind name description specifiedByURL }`,
    ],
    [
      'has many phrases in its text, many times',
      `{ ${aliases(10, `search(query: "${PHRASES}") { totalCount }`)} }`,
    ],
    [
      'selects large groups of many results',
      '{ searchGroups(query: "x", first: 50, groupSize: 10) { nodes { paper { similar { rank } } } } }',
    ],
  ])('%s', async (_name, query) => {
    server.forgetCalls();
    const { data, errors } = await server.ask(query);
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([
      {
        message: expect.stringMatching(
          /^The operation may cost \d+ units; at most 50000 are allowed\. /,
        ) as unknown,
        extensions: {
          code: 'OPERATION_TOO_EXPENSIVE',
          cost: { unit: 'units', requested: expect.any(Number) as unknown, allowed: 50_000 },
        },
      },
    ]);
    expect(server.storeCalls).toEqual([]);
  });

  test.each<[string, object]>([
    [
      'one condition for each of many words',
      { or: words(1_500).map((word) => ({ title: { match: word } })) },
    ],
    ['many authors that must all be there', { authors: { match: words(900) } }],
    ['names of many words', { authors: { any: words(50).map((word) => `${word} van der Very Long`) } }],
  ])('applies a filter too many times: %s', async (_name, filter) => {
    const query = `query ($filter: SearchFilter) { ${aliases(10, 'search(query: "x", filter: $filter) { totalCount }')} }`;
    const { errors } = await server.ask(query, { filter });
    expect(errors?.[0]?.extensions.code).toBe('OPERATION_TOO_EXPENSIVE');
  });

  test.each(['query ($n: Int = 100)', 'query ($n: Int)'])(
    'has page sizes in variables that are too large: %s',
    async (head) => {
      const query = `${head} { search(first: $n) { nodes { paper { authors { name } similar(first: $n) { paper { title } } } } } }`;
      const { errors } = await server.ask(query, head.includes('=') ? {} : { n: 100 });
      expect(errors?.[0]?.extensions.code).toBe('OPERATION_TOO_EXPENSIVE');
    },
  );

  test('has variables that are nested too deeply', async () => {
    const query = 'query ($f: SearchFilter) { search(filter: $f) { totalCount } }';
    const filter = `${'{"not":'.repeat(5_000)}{}${'}'.repeat(5_000)}`;
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"query":${JSON.stringify(query)},"variables":{"f":${filter}}}`,
    });
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  test.each(['mutation { x }', 'subscription { x }'])(
    'is of a type that the schema does not have: %s',
    async (query) => {
      const { errors } = await server.ask(query);
      expect(errors?.[0]?.extensions.code).toMatch(/^(BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED)$/);
    },
  );
});

describe('work that cannot happen costs nothing:', () => {
  test.each<[string, string, Record<string, unknown>]>([
    [
      'closest sentences in KEYWORD mode',
      '{ search(query: "field", mode: KEYWORD, first: 100) { nodes { highlights { text } } } }',
      {},
    ],
    [
      'highlights of a listing',
      '{ search(first: 100) { nodes { highlights { text parts { text } } } } }',
      {},
    ],
    [
      'skipped fields',
      `query ($with: Boolean!) {
        search(first: 100) {
          nodes { paper { id similar(first: 100) @include(if: $with) { paper { abstract } } ...S @include(if: $with) } }
        }
      }
      fragment S on Paper { b: similar(first: 100) { paper { abstract } } }`,
      { with: false },
    ],
    [
      'groups that are not requested',
      '{ searchGroups(query: "x", first: 2, groupSize: 2) { nodes { paper { similar(first: 50) { rank } } } } }',
      {},
    ],
  ])('%s', async (_name, query, variables) => {
    const { errors } = await server.ask(query, variables);
    expect(errors).toBeUndefined();
  });
});

describe('with a limit of 20,000 bytes for an answer', () => {
  let small: TestServer;
  beforeAll(async () => {
    small = await startTestServer({ environment: { MAX_ANSWER_BYTES: '20000' } });
  });
  afterAll(() => small.close());

  test('an answer that may exceed it is rejected before it is computed', async () => {
    const { data, errors } = await small.ask('{ search(first: 20) { nodes { paper { abstract } } } }');
    expect(data).toBeUndefined();
    expect(errors?.[0]).toMatchObject({
      message: expect.stringMatching(
        /^The operation may be answered by \d+ bytes; at most 20000 /,
      ) as unknown,
      extensions: { code: 'OPERATION_TOO_EXPENSIVE', cost: { unit: 'bytes', allowed: 20_000 } },
    });
    expect(small.storeCalls).toEqual([]);
  });

  test('an answer that unexpectedly exceeds it is stopped, and the next one is not', async () => {
    const query = `query ($text: String) { ${aliases(3, 'search(query: $text, mode: KEYWORD, interpret: false) { interpretation { text } }')} }`;
    const { data, errors } = await small.ask(query, { text: 'galaxy '.repeat(1_200) });
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([
      {
        message: expect.stringMatching(/^The operation is answered by \d+ bytes; at most 20000 /) as unknown,
        extensions: { code: 'OPERATION_TOO_EXPENSIVE' },
      },
    ]);
    expect((await small.ask('{ corpus { count } }')).errors).toBeUndefined();
  });
});

test('nested fragments are measured without expanding each use', async () => {
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

test('the introspection queries of codegen and Sandbox are within the limits', async () => {
  const { buildClientSchema, getIntrospectionQuery } = await import('graphql');
  const { data, errors } = await server.ask<IntrospectionQuery>(getIntrospectionQuery());
  expect(errors).toBeUndefined();
  expect(buildClientSchema(data).getQueryType()?.getFields()).toHaveProperty('search');
});

test('mistakes in variables are reported briefly, however large the variables', async () => {
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

test('a body that is too large is rejected with 413', async () => {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ __typename }', variables: { x: 'x'.repeat(300_001) } }),
  });
  expect(response.status).toBe(413);
});
