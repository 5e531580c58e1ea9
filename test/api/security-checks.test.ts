import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { packagePath } from '../../src/package-root.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

/**
 * The checks of graphql-cop (https://github.com/dolevf/graphql-cop), in production. Each check either passes, or SECURITY.md
 * gives a reason to accept its finding.
 */

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ environment: { NODE_ENV: 'production' } });
});
afterAll(() => server.close());

const security = readFileSync(packagePath('SECURITY.md'), 'utf8');

interface Reply {
  status: number;
  text: string;
  /** Undefined if nothing was executed. */
  data: Record<string, unknown> | undefined;
  errors: { message: string; extensions: Record<string, unknown> }[];
}

async function send(init: RequestInit, search = ''): Promise<Reply> {
  const response = await fetch(`${server.url}/graphql${search}`, init);
  const text = await response.text();
  const { data, errors = [] } = JSON.parse(text) as Partial<Reply>;
  return { status: response.status, text, data: data ?? undefined, errors };
}

const post = (body: unknown) =>
  send({ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const ask = (query: string) => post({ query });
const get = (query: string, headers: Record<string, string> = {}) =>
  send({ headers }, `?query=${encodeURIComponent(query)}`);

describe('passed', () => {
  test('alias overloading: a hundred aliases are rejected', async () => {
    const aliases = Array.from({ length: 101 }, (_, at) => `alias${at}: __typename`).join(' ');
    const { data, errors } = await ask(`query cop { ${aliases} }`);
    expect(data).toBeUndefined();
    expect(errors[0]?.message).toContain('101 aliases; at most 30');
  });

  test('array-based batching: a list of operations is rejected', async () => {
    const { data, errors } = await post(Array.from({ length: 10 }, () => ({ query: '{ __typename }' })));
    expect(data).toBeUndefined();
    expect(errors).toHaveLength(1);
  });

  test('circular introspection: deeply nested types of fields are rejected', async () => {
    const circle = (times: number): string =>
      times === 0 ? 'name' : `fields { type { ${circle(times - 1)} } }`;
    const { data, errors } = await ask(`query cop { __schema { types { ${circle(4)} } } }`);
    expect(data).toBeUndefined();
    expect(errors[0]?.message).toContain('introspection depth');
  });

  test('mutations over GET: there are no mutations', async () => {
    for (const reply of [
      await get('mutation cop { __typename }', { 'apollo-require-preflight': 'true' }),
      await ask('mutation cop { __typename }'),
    ]) {
      expect(reply.data).toBeUndefined();
      expect(reply.errors).toHaveLength(1);
    }
  });

  test('queries over GET are rejected without a header that pages of other origins cannot send', async () => {
    const { status, data, text } = await get('query cop { __typename }');
    expect([status, data]).toEqual([400, undefined]);
    expect(text).toContain('CSRF');
  });

  test.each(['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x'])(
    'POST as %s, which a form of another origin can send, is rejected',
    async (type) => {
      const { status, data } = await send({
        method: 'POST',
        headers: { 'content-type': type },
        body: 'query=query+cop+%7B+__typename+%7D',
      });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(data).toBeUndefined();
    },
  );

  test('IDE: none in production', async () => {
    const response = await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html' } });
    const page = await response.text();
    expect(page).not.toMatch(/graphiql|playground|sandbox|<html/i);
  });

  test('trace mode: no answer has extensions with timings', async () => {
    for (const query of ['query cop { __typename }', 'query cop { nothing }']) {
      expect(JSON.parse((await ask(query)).text)).not.toHaveProperty('extensions');
      expect((await ask(query)).errors.flatMap(({ extensions }) => Object.keys(extensions))).not.toContain(
        'tracing',
      );
    }
  });

  test('unhandled errors: an invalid document gets an error code, without an exception or a stack', async () => {
    const { errors } = await ask('qwerty cop { abc }');
    expect(errors.map(({ extensions }) => extensions)).toEqual([
      { code: 'GRAPHQL_PARSE_FAILED', isRetryable: false },
    ]);
  });
});

describe('accepted', () => {
  const isAccepted = (name: string) => security.includes(`| ${name} `);

  test('introspection', async () => {
    const { data } = await ask('query cop { __schema { types { name fields { name } } } }');
    expect(data).toHaveProperty('__schema.types');
    expect(isAccepted('Introspection')).toBe(true);
  });

  test('field suggestions', async () => {
    const { errors } = await ask('query cop { __schema { directive } }');
    expect(errors[0]?.message).toContain('Did you mean');
    expect(isAccepted('Field suggestions')).toBe(true);
  });

  test('field duplication: a repeated field is executed once', async () => {
    const { data } = await ask(`query cop { ${'__typename '.repeat(500)} }`);
    expect(data).toEqual({ __typename: 'Query' });
    expect(isAccepted('Field duplication')).toBe(true);
  });

  test('directive overloading: up to a hundred unknown directives are reported, and nothing is executed', async () => {
    const { data, errors } = await ask(`query cop { __typename ${'@aa'.repeat(500)} }`);
    expect(data).toBeUndefined();
    expect(errors.length).toBeLessThanOrEqual(101);
    expect(isAccepted('Directive overloading')).toBe(true);
  });

  test('queries over GET, with a header that pages of other origins cannot send', async () => {
    const { data } = await get('query cop { __typename }', { 'apollo-require-preflight': 'true' });
    expect(data).toEqual({ __typename: 'Query' });
    expect(isAccepted('GET with a header')).toBe(true);
  });
});
