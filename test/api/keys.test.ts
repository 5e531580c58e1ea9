import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openKeyRing } from '../../src/access/key-ring.js';
import { connectAgent } from '../support/agent.js';
import { eventually } from '../support/eventually.js';
import { runPaperql, type Finished } from '../support/process.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

const SECRET = /^pql_[A-Za-z0-9_-]{43}\n$/;

let folder: string;
let file: string;
/** Requires a key. */
let closed: TestServer;
/** Requires no key. */
let open: TestServer;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'paperql-keys-'));
  file = path.join(folder, 'keys.json');
  const environment = { API_KEYS_FILE: file, EXPLORER: 'off' };
  [closed, open] = await Promise.all([
    startTestServer({ environment: { ...environment, ANONYMOUS: 'deny' } }),
    startTestServer({ environment }),
  ]);
});
afterAll(async () => {
  await Promise.all([closed.close(), open.close()]);
  await rm(folder, { recursive: true });
});

const keys = (...args: string[]): Promise<Finished> =>
  runPaperql(['keys', ...args], { API_KEYS_FILE: file }, folder);

/** Adds a key with that name; resolves once every server accepts it. */
async function addKey(name: string, ...options: string[]): Promise<string> {
  const { code, stdout } = await keys('add', name, ...options);
  expect(code).toBe(0);
  const key = stdout.trim();
  for (const server of [closed, open]) {
    await eventually(async () => (await statusOf(server, { authorization: `Bearer ${key}` })) === 200);
  }
  return key;
}

type Headers = Record<string, string>;

function post(server: TestServer, headers: Headers = {}, address = '/graphql'): Promise<Response> {
  return fetch(server.url + address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: '{ category(code: "cs.CL") { name } }' }),
  });
}

async function statusOf(server: TestServer, headers: Headers = {}): Promise<number> {
  const response = await post(server, headers);
  await response.text();
  return response.status;
}

describe('paperql keys', () => {
  test('a key is printed once and stored as a hash that only its owner may read', async () => {
    const { code, stdout, stderr } = await keys('add', 'once', '--budget', '5000');
    expect(code).toBe(0);
    expect(stdout).toMatch(SECRET);
    expect(stderr).toContain('Added the key "once" (read)');
    expect(await readFile(file, 'utf8')).not.toContain(stdout.trim());
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const listed = await keys('list', '--json');
    expect(listed.stdout).not.toMatch(/sha256|[0-9a-f]{64}/);
    expect(JSON.parse(listed.stdout)).toContainEqual(
      expect.objectContaining({ name: 'once', scope: 'read', budget: 5_000 }),
    );
    expect((await keys('list')).stdout).toMatch(/^once +read +5000 units a minute +\d{4}-/m);
  });

  test('two keys that are added at the same time are both stored', async () => {
    const added = await Promise.all([keys('add', 'first'), keys('add', 'second')]);
    expect(added.map(({ code }) => code)).toEqual([0, 0]);
    const { stdout } = await keys('list');
    expect(stdout).toMatch(/^first .*^second |^second .*^first /ms);
  });

  test.each([
    [['add', 'once'], 'There is already a key "once"'],
    [['add', '../up'], 'expected at most 64 letters, digits'],
    [['add', 'other', '--scope', 'root'], 'Allowed choices are read, admin'],
    [['add', 'other', '--budget', '0'], 'expected a whole number of at least 1'],
    [['revoke', 'nobody'], 'There is no key "nobody"'],
  ])('%j is rejected and changes nothing', async (args, message) => {
    const before = await readFile(file, 'utf8');
    const { code, stdout, stderr } = await keys(...args);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(await readFile(file, 'utf8')).toBe(before);
  });

  test('a file with other content is not overwritten, and its content is not shown', async () => {
    const damaged = path.join(folder, 'damaged.json');
    await writeFile(damaged, '{"version":1,"keys":[{"name":"a","sha256":"pql_hunter2"}]}');
    const { code, stderr } = await runPaperql(['keys', 'add', 'b'], { API_KEYS_FILE: damaged }, folder);
    expect(code).toBe(1);
    expect(stderr).toContain(`Cannot read the API keys in ${damaged}: keys.0.`);
    expect(stderr).not.toContain('hunter2');
  });
});

describe('a server that requires a key', () => {
  const DOORS: [string, (server: TestServer, headers: Headers) => Promise<Response>][] = [
    ['POST /graphql', (server, headers) => post(server, headers)],
    [
      'GET /graphql',
      (server, headers) =>
        fetch(`${server.url}/graphql?query=%7B__typename%7D`, {
          headers: { 'apollo-require-preflight': '1', ...headers },
        }),
    ],
    [
      'POST /mcp',
      (server, headers) =>
        fetch(`${server.url}/mcp`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            accept: 'application/json, text/event-stream',
            ...headers,
          },
          body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
        }),
    ],
    ['GET /feed.atom', (server, headers) => fetch(`${server.url}/feed.atom`, { headers })],
    ['GET /feed.json', (server, headers) => fetch(`${server.url}/feed.json`, { headers })],
    ['HEAD /feed.json', (server, headers) => fetch(`${server.url}/feed.json`, { method: 'HEAD', headers })],
  ];

  test.each(DOORS)('%s answers 401 without one and 200 with one', async (door, send) => {
    const refused = await send(closed, {});
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="paperql"');
    if (!door.startsWith('HEAD')) {
      expect(await refused.json()).toEqual({
        errors: [
          {
            message: expect.stringContaining('expects an API key'),
            extensions: { code: 'UNAUTHENTICATED', isRetryable: false },
          },
        ],
      });
    }
    const key = await addKey(door.replaceAll(/[^A-Za-z]/g, ''));
    expect((await send(closed, { authorization: `Bearer ${key}` })).status).toBe(200);
    expect((await send(closed, { 'x-api-key': key })).status).toBe(200);
  });

  test.each([
    ['another key', { authorization: `Bearer pql_${'A'.repeat(43)}` }],
    ['no key at all', { authorization: 'Bearer ' }],
    ['an empty key', { 'x-api-key': '' }],
    ['another scheme', { authorization: 'Basic dXNlcjpwYXNz' }],
  ])('rejects %s', async (_what, headers) => {
    expect(await statusOf(closed, headers)).toBe(401);
  });

  test('rejects an invalid key even if the request would be answered without one', async () => {
    const response = await post(open, { 'x-api-key': 'pql_gone' });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
    expect(await statusOf(open)).toBe(200);
    // Another scheme, for example a proxy's, is not a key.
    expect(await statusOf(open, { authorization: 'Basic dXNlcjpwYXNz' })).toBe(200);
  });

  test.each([
    ['without a key', { authorization: 'Bearer' }],
    ['without its scheme', { authorization: 'pql_gone' }],
    ['with another scheme', { authorization: 'Token pql_gone' }],
    ['after a tab', { authorization: 'Bearer\tpql_gone' }],
  ])('rejects an Authorization header %s instead of ignoring it', async (_what, headers) => {
    const response = await post(open, headers);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      errors: [
        { message: expect.stringMatching(/^The API key in the header Authorization is not valid; expected/) },
      ],
    });
  });

  test('X-API-Key takes precedence over Authorization, and an invalid one is not replaced by the other', async () => {
    const key = await addKey('both');
    for (const server of [open, closed]) {
      expect(await statusOf(server, { 'x-api-key': key, authorization: 'Bearer of-a-proxy' })).toBe(200);
      const response = await post(server, { 'x-api-key': 'pql_gone', authorization: `Bearer ${key}` });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({
        errors: [
          { message: expect.stringMatching(/^The API key in the header X-API-Key is not valid; expected/) },
        ],
      });
    }
  });

  test('serves its page and health checks to everyone', async () => {
    expect((await fetch(`${closed.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${closed.url}/readyz`)).status).toBe(200);
    expect((await fetch(`${closed.url}/`, { headers: { accept: 'text/html' } })).status).not.toBe(401);
  });

  test('accepts agents with the key in a header', async () => {
    const key = await addKey('agent');
    const transport = new StreamableHTTPClientTransport(new URL('/mcp', closed.url), {
      requestInit: { headers: { authorization: `Bearer ${key}` } },
    });
    const agent = await connectAgent(transport);
    expect((await agent.call('corpus_info')).isError).toBe(false);
    await agent.client.close();
  });

  test('a key works on every server once it is added, and on none once it is revoked', async () => {
    const key = await addKey('passing');
    const headers = { authorization: `Bearer ${key}` };
    expect((await keys('revoke', 'passing')).code).toBe(0);
    for (const server of [closed, open]) {
      await eventually(async () => (await statusOf(server, headers)) === 401);
    }
  });

  test('if the file is damaged while the server runs, keys stay valid; if it is deleted, there are no keys', async () => {
    const key = await addKey('lasting');
    const headers = { authorization: `Bearer ${key}` };
    const aside = `${file}.aside`;
    await rename(file, aside);
    await eventually(async () => (await statusOf(closed, headers)) === 401);
    await rename(aside, file);
    await eventually(async () => (await statusOf(closed, headers)) === 200);
    const text = await readFile(file, 'utf8');
    const told: string[] = [];
    const ring = await openKeyRing(file, { info: () => undefined, error: (_facts, said) => told.push(said) });
    await writeFile(file, 'not keys');
    await eventually(() => told.length > 0);
    ring.close();
    expect(told[0]).toContain('the previous keys remain valid');
    expect(ring.find(key)).toMatchObject({ name: 'lasting' });
    expect((await keys('list')).stderr).toContain('Cannot read the API keys');
    await writeFile(file, text);
  });
});
