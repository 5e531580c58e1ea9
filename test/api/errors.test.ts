import { afterEach, describe, expect, test } from '@jest/globals';
import type { PublicCode, PublicErrorOptions } from '../../src/errors/errors.js';
import {
  PublicError,
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from '../support/test-server.js';

let server: TestServer | undefined;
afterEach(() => server?.close());

async function ask(options: TestServerOptions, query: string) {
  server = await startTestServer(options);
  return server.ask<Record<string, unknown>>(query);
}

const never = new Promise<never>(() => undefined);

describe('a dependency that fails', () => {
  test.each(['EMBEDDING_UNAVAILABLE', 'RATE_LIMITED', 'TIMEOUT'] as const)(
    'embedding: %s is reported, and the other fields are answered',
    async (code) => {
      const wrapEmbedder: TestServerOptions['wrapEmbedder'] = (embedder) => ({
        ...embedder,
        embed: async () => Promise.reject(new PublicError(code, 'The embedding service says no')),
      });
      const { data, errors } = await ask(
        { wrapEmbedder },
        '{ search(query: "x", mode: SEMANTIC) { totalCount } corpus { count } }',
      );
      expect(data).toEqual({ search: null, corpus: { count: 252 } });
      expect(errors).toEqual([
        {
          message: 'The embedding service says no',
          locations: expect.anything(),
          path: ['search'],
          extensions: { code, isRetryable: true },
        },
      ]);
    },
  );

  test('a text that fails does not affect others and is retried by the next request', async () => {
    let fails = true;
    const wrapEmbedder: TestServerOptions['wrapEmbedder'] = (embedder) => ({
      ...embedder,
      embed: async (texts) => {
        const outcomes = await embedder.embed(texts);
        return outcomes.map((outcome, at) =>
          fails && texts[at] === 'bad'
            ? new PublicError('EMBEDDING_UNAVAILABLE', 'no embedding of "bad"')
            : outcome,
        );
      },
    });
    const query =
      '{ good: search(query: "good", mode: SEMANTIC, first: 1) { nodes { rank } } bad: search(query: "bad", mode: SEMANTIC, first: 1) { nodes { rank } } }';
    const answered = { nodes: [{ rank: 1 }] };
    const first = await ask({ wrapEmbedder }, query);
    expect(first.data).toEqual({ good: answered, bad: null });
    expect(first.errors?.map(({ path }) => path)).toEqual([['bad']]);
    fails = false;
    expect(await server?.ask(query)).toEqual({ data: { good: answered, bad: answered } });
  });

  test('store: STORE_UNAVAILABLE is reported for each field that needs it', async () => {
    const wrapStore: TestServerOptions['wrapStore'] = (store) => ({
      ...store,
      search: async () => Promise.reject(new PublicError('STORE_UNAVAILABLE', 'The store does not answer')),
      retrieve: async () => Promise.reject(new PublicError('STORE_UNAVAILABLE', 'The store does not answer')),
    });
    const { data, errors } = await ask(
      { wrapStore },
      '{ search { totalCount } paper(id: "1706.03762") { id } }',
    );
    expect(data).toEqual({ search: null, paper: null });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual([
      'STORE_UNAVAILABLE',
      'STORE_UNAVAILABLE',
    ]);
  });

  test('a search that fails in a batch does not affect the others', async () => {
    const wrapStore: TestServerOptions['wrapStore'] = (store) => ({
      ...store,
      search: async (requests) => {
        const outcomes = await store.search(requests);
        return [new PublicError('STORE_UNAVAILABLE', 'Not this one'), ...outcomes.slice(1)];
      },
    });
    const { data } = await ask(
      { wrapStore },
      '{ a: search(first: 1) { nodes { rank } } b: search(first: 1) { nodes { rank } } }',
    );
    expect(data).toEqual({ a: null, b: { nodes: [{ rank: 1 }] } });
  });

  test('a dependency that hangs causes TIMEOUT after REQUEST_TIMEOUT_MS', async () => {
    const wrapStore: TestServerOptions['wrapStore'] = (store) => ({ ...store, search: () => never });
    const { errors } = await ask(
      { wrapStore, environment: { REQUEST_TIMEOUT_MS: '50' } },
      '{ search { totalCount } }',
    );
    expect(errors).toEqual([
      expect.objectContaining({
        message: 'The request was not answered within 50 ms',
        extensions: { code: 'TIMEOUT', isRetryable: true },
      }),
    ]);
  });
});

describe('unexpected errors', () => {
  test('are masked: no message, no stack', async () => {
    const wrapStore: TestServerOptions['wrapStore'] = (store) => ({
      ...store,
      search: async () => Promise.reject(new Error('password=hunter2 at /etc/secret')),
    });
    const answer = await ask({ wrapStore }, '{ search { totalCount } }');
    expect(answer.errors?.[0]).toMatchObject({
      message: 'Internal server error',
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    });
    expect(JSON.stringify(answer)).not.toMatch(/hunter2|secret|stack|\.js/);
  });

  test('are masked, too, if a variable has its default value', async () => {
    const wrapStore: TestServerOptions['wrapStore'] = (store) => ({
      ...store,
      search: async () => Promise.reject(new Error('secret')),
    });
    const document =
      'query ($mode: SearchMode! = KEYWORD) { search(query: "x", mode: $mode) { nodes { rank } } }';
    const { errors } = await ask({ wrapStore }, document);
    expect(errors).toEqual([
      {
        message: 'Internal server error',
        locations: expect.anything(),
        path: ['search'],
        extensions: { code: 'INTERNAL_SERVER_ERROR', isRetryable: false },
      },
    ]);
  });
});

describe('clients learn', () => {
  test.each<[PublicCode, boolean, PublicErrorOptions]>([
    ['RATE_LIMITED', true, { retryAfterMs: 12_000 }],
    ['STORE_UNAVAILABLE', true, {}],
    ['STORE_UNAVAILABLE', false, { lasting: true }],
  ])('whether %s can be retried: %s, and when', async (code, isRetryable, options) => {
    const wrapStore: TestServerOptions['wrapStore'] = (store) => ({
      ...store,
      search: async () => Promise.reject(new PublicError(code, 'Not now', options)),
    });
    const { errors } = await ask({ wrapStore }, '{ search { totalCount } }');
    const { retryAfterMs } = options;
    expect(errors?.[0]?.extensions).toEqual({
      code,
      isRetryable,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  });

  const NULLS = `query ($mode: SearchMode = HYBRID, $first: Int, $weight: Float, $fusion: FusionInput, $method: FusionMethod) {
    a: search(query: "x", mode: $mode) { totalCount }
    b: search { totalCount facets(field: YEAR, first: $first) { value } }
    c: search(query: "x", ranking: { fusion: $fusion, recency: { weight: $weight } }) { totalCount }
    d: search(query: "x", ranking: { fusion: { method: $method } }) { totalCount }
  }`;

  test('which variables must not be null, each at its own field', async () => {
    server = await startTestServer();
    const { data, errors } = await server.ask(NULLS, { mode: null, first: null, weight: null, fusion: null });
    expect(errors?.map(({ path, extensions }) => [path, extensions])).toEqual(
      [
        [['a'], ['mode']],
        [['c'], ['ranking', 'recency', 'weight']],
        [['b', 'facets'], ['first']],
      ].map(([path, argumentPath]) => [path, { code: 'BAD_USER_INPUT', isRetryable: false, argumentPath }]),
    );
    expect(data).toMatchObject({
      a: null,
      b: { totalCount: 252, facets: null },
      c: null,
      d: { totalCount: 252 },
    });
  });

  test('nothing that only the operator can fix', async () => {
    const wrapStore: TestServerOptions['wrapStore'] = (store) => ({
      ...store,
      search: async () =>
        Promise.reject(
          new PublicError('STORE_UNAVAILABLE', 'Qdrant refuses access', { hint: 'Check QDRANT_API_KEY' }),
        ),
    });
    expect(JSON.stringify(await ask({ wrapStore }, '{ search { totalCount } }'))).not.toContain(
      'QDRANT_API_KEY',
    );
  });
});

describe('an invalid document', () => {
  test('has at most ten errors, however many mistakes it has', async () => {
    const unknown = Array.from({ length: 500 }, (_, at) => `unknown${at}`).join(' ');
    const { errors } = await ask({}, `{ ${unknown} search(first: "x") { rank } }`);
    expect(errors?.map(({ message }) => message)).toEqual([
      ...Array.from({ length: 10 }, (_, at) => `Cannot query field "unknown${at}" on type "Query".`),
      'Too many validation errors, error limit reached. Validation aborted.',
    ]);
  });

  test('that repeats a field too often says so', async () => {
    const { errors } = await ask({}, `{ __schema { ${'types { name } '.repeat(490)} } }`);
    expect(errors).toEqual([
      {
        message:
          'The document repeats fields or fragments too often to be validated; select each field once, and use fewer fragments',
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED', isRetryable: false },
      },
    ]);
  });
});
