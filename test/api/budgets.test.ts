import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSecret, hashSecret, type ApiKey } from '../../src/access/keys.js';
import { connectAgent } from '../support/agent.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

const BUDGET = 10_000;
/** Costs at most 518 units. */
const LISTING = '{ search(first: 5) { nodes { rank paper { title } } } }';

let folder: string;
let server: TestServer;
const secrets = { small: createSecret(), usual: createSecret(), admin: createSecret() };

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'paperql-budgets-'));
  const file = path.join(folder, 'keys.json');
  const toKey = (name: keyof typeof secrets, rest: Partial<ApiKey>): ApiKey => ({
    name,
    scope: 'read',
    sha256: hashSecret(secrets[name]).toString('hex'),
    createdAt: new Date().toISOString(),
    ...rest,
  });
  const keys = [toKey('small', { budget: 700 }), toKey('usual', {}), toKey('admin', { scope: 'admin' })];
  await writeFile(file, JSON.stringify({ version: 1, keys }));
  server = await startTestServer({
    environment: {
      API_KEYS_FILE: file,
      ANONYMOUS_BUDGET: String(BUDGET),
      KEY_BUDGET: '20000',
      TRUST_PROXY: '1',
    },
  });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

let clients = 0;
/** Headers of a client with its own address, as the proxy sends them. */
function newClient(): Record<string, string> {
  clients++;
  return { 'x-forwarded-for': `192.0.2.${clients}` };
}

function post(headers: Record<string, string>, body: object = { query: LISTING }): Promise<Response> {
  return fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

interface Cost {
  requested: number;
  actual: number;
  left: number | null;
}

interface Told {
  errors?: { message: string; extensions: { code: string; retryAfterMs?: number } }[];
  extensions?: { cost: Cost };
}

async function read(response: Response): Promise<Told> {
  return (await response.json()) as Told;
}

/** Sends requests until one is rejected. */
async function useUp(headers: Record<string, string>): Promise<Response> {
  for (;;) {
    const response = await post(headers);
    if (response.status !== 200) return response;
    await response.text();
  }
}

describe('an address without a key', () => {
  test('gets the maximum cost of an operation, its actual cost, and the rest of the budget', async () => {
    const response = await post(newClient());
    const { extensions } = await read(response);
    const { requested, actual, left } = extensions?.cost ?? { requested: 0, actual: 0, left: 0 };
    expect(requested).toBeGreaterThan(500);
    expect(actual).toBeGreaterThan(500);
    expect(actual).toBeLessThan(requested);
    expect(left).toBeLessThanOrEqual(BUDGET - actual + 1);
    expect(left).toBeGreaterThan(BUDGET - requested);
    expect(response.headers.get('ratelimit-policy')).toBe(`"budget";q=${BUDGET};w=60;qu="units"`);
    expect(response.headers.get('ratelimit')).toMatch(new RegExp(`^"budget";r=${left};t=[34]$`));
  });

  test('gets 429 and the time to wait when it has used its budget; others do not', async () => {
    const client = newClient();
    const refused = await useUp(client);
    expect(refused.status).toBe(429);
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(4);
    expect(refused.headers.get('ratelimit')).toMatch(/^"budget";r=\d{1,3};t=(5\d|60)$/);
    const { errors, extensions } = await read(refused);
    expect(errors).toEqual([
      {
        message: expect.stringMatching(
          /may cost \d+ units, more than is left of the budget of 10000 units per minute/,
        ),
        extensions: { code: 'RATE_LIMITED', isRetryable: true, retryAfterMs: wait * 1_000 },
      },
    ]);
    expect(extensions?.cost).toMatchObject({ actual: 0 });
    expect((await post(newClient())).status).toBe(200);
  });

  test('has one budget for all routes, which each request is charged to once', async () => {
    const client = newClient();
    const leftAfter = async (response: Response) => {
      await response.text();
      expect(response.status).toBe(200);
      return Number(/r=(\d+)/.exec(response.headers.get('ratelimit') ?? '')?.[1]);
    };
    const search = new URLSearchParams({ query: LISTING });
    const get = await fetch(`${server.url}/graphql?${search.toString()}`, {
      headers: { ...client, 'apollo-require-preflight': '1' },
    });
    const first = await leftAfter(get);
    expect(first).toBeLessThan(BUDGET - 400);
    expect(first).toBeGreaterThan(BUDGET - 700);
    const second = await leftAfter(await fetch(`${server.url}/feed.atom`, { headers: client }));
    expect(second).toBeLessThan(first - 400);
    await useUp(client);
    const feed = await fetch(`${server.url}/feed.json`, { headers: client });
    expect(feed.status).toBe(429);
    expect(Number(feed.headers.get('retry-after'))).toBeGreaterThan(0);
    const transport = new StreamableHTTPClientTransport(new URL('/mcp', server.url), {
      requestInit: { headers: client },
    });
    const agent = await connectAgent(transport);
    const { isError, text } = await agent.call('search_papers', { query: 'language models' });
    await agent.client.close();
    expect(isError).toBe(true);
    expect(text).toMatch(/more than is left of the budget of 10000 units per minute; try again in \d+ s/);
    const call = {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'search_papers', arguments: {} },
    };
    const refused = await fetch(`${server.url}/mcp`, {
      method: 'POST',
      headers: {
        ...client,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify(call),
    });
    expect(await refused.text()).toContain('"isError":true');
    // The tool fails, not the transport: https://modelcontextprotocol.io/specification/2025-11-25/server/tools
    expect(refused.status).toBe(200);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('cannot choose its address, because the address that the proxy adds counts', async () => {
    const { 'x-forwarded-for': address } = newClient();
    await useUp({ 'x-forwarded-for': String(address) });
    const disguised = await post({ 'x-forwarded-for': `203.0.113.9, ${address}` });
    expect(disguised.status).toBe(429);
  });

  test('shares a budget with the rest of its IPv6 network', async () => {
    await useUp({ 'x-forwarded-for': '2001:db8:0:7::1' });
    expect((await post({ 'x-forwarded-for': '2001:db8:0:7:ffff::2' })).status).toBe(429);
    expect((await post({ 'x-forwarded-for': '2001:db8:0:8::1' })).status).toBe(200);
  });

  test('pays for attempts with invalid keys', async () => {
    const client = newClient();
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 14 && statuses.at(-1) !== 429; attempt++) {
      statuses.push((await post({ ...client, 'x-api-key': `pql_${attempt}` })).status);
    }
    expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 401));
    expect(statuses.at(-1)).toBe(429);
    // A valid key has its own budget, independent of the address.
    expect((await post({ ...client, 'x-api-key': secrets.usual })).status).toBe(200);
  });

  test('gets OPERATION_TOO_EXPENSIVE if an operation exceeds the whole budget', async () => {
    const query =
      '{ search(query: "x", first: 60) { nodes { paper { abstract similar(first: 1) { rank } } } } }';
    const { errors } = await read(await post(newClient(), { query }));
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'OPERATION_TOO_EXPENSIVE',
      isRetryable: false,
      cost: { allowed: BUDGET },
    });
  });
});

describe('a key', () => {
  test('has its own budget, the default budget, or none', async () => {
    const headersOf = async (secret: string) => {
      const response = await post({ authorization: `Bearer ${secret}` });
      const { extensions } = await read(response);
      return [response.headers.get('ratelimit-policy'), extensions?.cost.left];
    };
    expect((await headersOf(secrets.small))[0]).toContain('q=700;');
    expect((await headersOf(secrets.usual))[0]).toContain('q=20000;');
    expect(await headersOf(secrets.admin)).toEqual([null, undefined]);
    expect((await post({ authorization: `Bearer ${secrets.small}` })).status).toBe(429);
    const body = { query: LISTING, extensions: { cost: true } };
    const { extensions } = await read(await post({ authorization: `Bearer ${secrets.admin}` }, body));
    expect(extensions?.cost).toMatchObject({ requested: expect.any(Number), left: null });
  });
});

test('without TRUST_PROXY, the address that a client claims is ignored', async () => {
  const direct = await startTestServer({ environment: { ANONYMOUS_BUDGET: '700' } });
  const statuses: number[] = [];
  for (const address of ['192.0.2.1', '192.0.2.2']) {
    const response = await fetch(`${direct.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-forwarded-for': address,
        forwarded: `for=${address}`,
      },
      body: JSON.stringify({ query: LISTING }),
    });
    statuses.push(response.status);
  }
  await direct.close();
  expect(statuses).toEqual([200, 429]);
});
