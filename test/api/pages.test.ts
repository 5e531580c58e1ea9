import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestServer, type TestServer } from '../support/test-server.js';

/** Tests how pages are served, whatever they show: here, each page is a title and a script. */

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const SCRIPT = 'console.log("PaperQL");\n'.repeat(100);

let pages: { web: string; explorer: string };
let server: TestServer;
let production: TestServer;
beforeAll(async () => {
  const root = await mkdtemp(path.join(tmpdir(), 'paperql-pages-'));
  pages = { web: path.join(root, 'web'), explorer: path.join(root, 'explorer') };
  for (const [name, folder] of Object.entries(pages)) {
    await mkdir(path.join(folder, 'assets'), { recursive: true });
    await writeFile(path.join(folder, 'index.html'), `<!doctype html><title>The ${name}</title>`);
    await writeFile(path.join(folder, 'assets', 'index-abc123.js'), SCRIPT);
    await writeFile(path.join(folder, 'assets', 'index-abc123.js.gz'), gzipSync(SCRIPT));
    await writeFile(path.join(folder, 'robots.txt'), 'User-agent: *\n');
    await writeFile(path.join(folder, '.built-from'), 'a hash');
  }
  server = await startTestServer({ pages });
  production = await startTestServer({ pages, environment: { NODE_ENV: 'production' } });
});
afterAll(async () => {
  await Promise.all([server.close(), production.close()]);
  await rm(path.dirname(pages.web), { recursive: true });
});

const open = (address: string, accept = BROWSER, { url } = server) =>
  fetch(`${url}${address}`, { headers: { accept }, redirect: 'manual' });

/** Directives of the answer's Content-Security-Policy. */
function policyOf({ headers }: Response): Record<string, string> {
  const directives = (headers.get('content-security-policy') ?? '').split('; ');
  return Object.fromEntries(directives.map((each) => each.split(/ (.*)/s).slice(0, 2) as [string, string]));
}

describe('the search page', () => {
  test.each([
    '/',
    '/?q=point+clouds&filter=%7B%7D',
    '/paper/1706.03762',
    '/paper/hep-th/9901001',
    '/author/B.%20M%C3%BCller%2FWang',
    '/category/cs.CV',
    '/recommend',
    '/reading-list',
  ])('is at %s, in development and in production', async (address) => {
    for (const each of [server, production]) {
      const response = await open(address, BROWSER, each);
      expect([response.status, await response.text()]).toEqual([
        200,
        '<!doctype html><title>The web</title>',
      ]);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(response.headers.get('cache-control')).toBe('no-cache');
    }
  });

  test('may load from and connect to its own origin only, and runs nothing inline', async () => {
    const policy = policyOf(await open('/'));
    expect(policy).toMatchObject({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'connect-src': "'self'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
    });
    expect(Object.values(policy).join(' ')).not.toMatch(/unsafe|\*|https?:/);
  });

  test('is not sent again while it has not changed', async () => {
    const etag = (await open('/')).headers.get('etag') ?? '';
    const again = await getRaw('/', { accept: BROWSER, 'if-none-match': etag });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  });

  test('shows people that an address does not exist; programs get an error in GraphQL’s shape', async () => {
    const page = await open('/papers/nowhere');
    expect([page.status, await page.text()]).toEqual([404, '<!doctype html><title>The web</title>']);
    expect(policyOf(page)['default-src']).toBe("'none'");
    for (const accept of ['application/json', '*/*', 'application/graphql-response+json']) {
      const response = await open('/papers/nowhere', accept);
      expect([response.status, await response.json()]).toEqual([
        404,
        {
          errors: [
            {
              message: 'Not found: there is nothing at this address',
              extensions: { code: 'BAD_REQUEST', isRetryable: false },
            },
          ],
        },
      ]);
    }
  });

  test('is not sent to clients that accept only JSON', async () => {
    const response = await open('/paper/1706.03762', 'application/json');
    expect([response.status, await response.json()]).toMatchObject([
      404,
      { errors: [{ message: 'There is only a page at this address; the API is at /graphql' }] },
    ]);
  });

  test('answers other methods with 405 and the allowed ones', async () => {
    for (const address of ['/', '/paper/hep-th/9901001', '/assets/index-abc123.js']) {
      const response = await fetch(`${server.url}${address}`, { method: 'DELETE' });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')?.split(', ').sort()).toEqual(['GET', 'HEAD', 'OPTIONS']);
    }
  });

  test('answers HEAD with the headers of GET', async () => {
    const response = await fetch(`${server.url}/reading-list`, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-length')]).toEqual([200, '37']);
  });

  test('comes without the explorer in production', async () => {
    expect((await open('/explorer/assets/index-abc123.js', '*/*', production)).status).toBe(404);
    const response = await open('/graphql', BROWSER, production);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      400,
      'application/json; charset=utf-8',
    ]);
  });
});

describe('files of a page', () => {
  test('may be cached for ever and are compressed in advance', async () => {
    const { status, headers, body } = await getRaw('/assets/index-abc123.js', {
      'accept-encoding': 'gzip, br',
    });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'gzip',
      'content-type': 'application/javascript; charset=utf-8',
      'x-content-type-options': 'nosniff',
      vary: expect.stringContaining('Accept-Encoding') as unknown,
    });
    expect(gunzipSync(body).toString()).toBe(SCRIPT);
  });

  test('are sent uncompressed to clients that do not accept compression', async () => {
    const { headers, body } = await getRaw('/assets/index-abc123.js', {});
    expect(headers).not.toHaveProperty('content-encoding');
    expect(body.toString()).toBe(SCRIPT);
  });

  test('are revalidated if their names contain no hash', async () => {
    expect((await open('/robots.txt')).headers.get('cache-control')).toBe('no-cache');
  });

  test.each([
    '/assets/index-000000.js',
    '/assets/index-abc123.js.gz',
    '/assets/',
    '/index.html',
    '/.built-from',
    '/assets/../index.html',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/assets/..%2f..%2fpackage.json',
    '//etc/passwd',
    '/assets/index-abc123.js%00.html',
  ])('do not include %s', async (address) => {
    const { status, headers } = await getRaw(address, {});
    expect([status, headers['content-type']]).toEqual([404, 'application/json; charset=utf-8']);
    expect(headers).not.toHaveProperty('cache-control');
  });
});

/** Requests the address unchanged: `fetch` would resolve dots and decompress the answer. */
function getRaw(address: string, headers: Record<string, string>) {
  const { hostname, port } = new URL(server.url);
  return new Promise<{ status: number | undefined; headers: Record<string, unknown>; body: Buffer }>(
    (resolve, reject) => {
      const asked = request({ hostname, port, path: address, headers }, (response) => {
        const { statusCode: status, headers } = response;
        response.toArray().then((parts) => resolve({ status, headers, body: Buffer.concat(parts) }), reject);
      });
      asked.once('error', reject).end();
    },
  );
}

describe('the explorer', () => {
  test('is what browsers get at /graphql, with or without an operation', async () => {
    for (const address of ['/graphql', '/graphql?query=%7B__typename%7D&variables=%7B%7D']) {
      const response = await open(address);
      expect([response.status, await response.text()]).toEqual([
        200,
        '<!doctype html><title>The explorer</title>',
      ]);
      expect(response.headers.get('vary')).toContain('Accept,');
    }
  });

  test('loads scripts only from this server, and runs no inline ones', async () => {
    for (const address of ['/graphql', '/explorer/assets/index-abc123.js']) {
      const policy = policyOf(await open(address));
      expect(policy).toMatchObject({
        'default-src': "'none'",
        'script-src': "'self'",
        'worker-src': "'self'",
        'connect-src': "'self'",
      });
    }
  });

  test.each(['application/json', 'application/graphql-response+json', '*/*'])(
    'is not what a client that accepts %s gets',
    async (accept) => {
      const headers = { accept, 'apollo-require-preflight': 'true' };
      const response = await fetch(`${server.url}/graphql?query=%7B__typename%7D`, { headers });
      expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
      expect(policyOf(response)).toEqual({ 'default-src': "'none';frame-ancestors 'none'" });
    },
  );

  test('can be Apollo Sandbox', async () => {
    const sandbox = await startTestServer({ pages, environment: { EXPLORER: 'sandbox' } });
    try {
      const page = await (await open('/graphql', BROWSER, sandbox)).text();
      expect(page).toContain('Sandbox');
      expect(page).toContain('Mentions of point clouds by Tian-Xing Xu');
    } finally {
      await sandbox.close();
    }
  });

  test('can be turned on in production', async () => {
    const chosen = await startTestServer({
      pages,
      environment: { NODE_ENV: 'production', EXPLORER: 'graphiql', WEB: 'off' },
    });
    try {
      expect(await (await open('/graphql', BROWSER, chosen)).text()).toContain('The explorer');
      const home = await open('/', BROWSER, chosen);
      expect([home.status, home.headers.get('location')]).toEqual([302, '/graphql']);
    } finally {
      await chosen.close();
    }
  });
});

test.each([
  ['turned off', () => ({ pages, environment: { WEB: 'off', EXPLORER: 'off' } })],
  ['not built', () => ({ pages: { web: '/nowhere', explorer: '/nowhere' } })],
])('the API is served when pages are %s', async (_how, options) => {
  const bare = await startTestServer(options());
  try {
    for (const address of ['/', '/paper/1706.03762', '/assets/index-abc123.js']) {
      expect((await open(address, BROWSER, bare)).status).toBe(404);
    }
    expect(await bare.ask('{ __typename }')).toEqual({ data: { __typename: 'Query' } });
  } finally {
    await bare.close();
  }
});
