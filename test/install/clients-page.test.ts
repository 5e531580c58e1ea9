import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { packagePath } from '../../src/package-root.js';
import { npmEnvironment, pack } from '../support/pack.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

/**
 * Follows `docs/clients.md` exactly, in an empty folder, with a server: runs its commands and writes its files as printed,
 * except for the address. Needs npm's registry, python3, and about a minute.
 */

const run = promisify(execFile);
const ADDRESS = 'http://localhost:4000/graphql';

let server: TestServer;
let folder: string;

beforeAll(async () => {
  server = await startTestServer();
  folder = await mkdtemp(path.join(tmpdir(), 'paperql-clients-'));
  const packed = await mkdtemp(path.join(tmpdir(), 'paperql-client-'));
  const file = await pack(packed, ['--workspace', 'client']);
  await rename(file, path.join(folder, path.basename(file)));
  await rm(packed, { recursive: true });

  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const page = await readFile(packagePath('docs', 'clients.md'), 'utf8');
  for (const [, commands = ''] of page.matchAll(/<!-- test: install -->\s+```sh\n(.*?)```/gs)) {
    for (const command of commands.trim().split('\n')) {
      await call(...command.split(' '), '--prefer-offline', '--no-audit', '--no-fund');
    }
  }
  for (const [, name = '', text = ''] of page.matchAll(/<!-- file: (\S+) -->\s+```\w+\n(.*?)```/gs)) {
    const target = path.join(folder, name);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, text.replaceAll(ADDRESS, `${server.url}/graphql`));
  }
  await call('npx', 'relay-compiler');
  await call('npx', 'graphql-codegen');
  await call('npx', 'tsc');
}, 600_000);
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** Runs a command in the folder, and returns what it prints on both streams. */
async function call(...[command = '', ...options]: string[]): Promise<string> {
  try {
    const { stdout, stderr } = await run(command, options, { cwd: folder, env: npmEnvironment });
    return stdout + stderr;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${[command, ...options].join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

/** Renders the component `App` of a compiled module until everything that it waits for has loaded. */
async function render(module: string): Promise<string> {
  const script = `
    import { createElement } from 'react';
    import { renderToReadableStream } from 'react-dom/server';
    import { App } from './out/${module}.js';
    const stream = await renderToReadableStream(createElement(App), { onError: console.error });
    await stream.allReady;
    console.log(await new Response(stream).text());
    process.exit();`;
  return evaluate(script);
}

function evaluate(script: string): Promise<string> {
  return call(process.execPath, '--input-type=module', '--eval', script);
}

/** The texts of the list items. */
function itemsOf(html: string): string[] {
  return [...html.matchAll(/<li>(.*?)<\/li>/g)].map(([, text = '']) => text);
}

const POINT_CLOUDS =
  'Review and Evaluation of Point-Cloud based Leaf Surface Reconstruction Methods for Agricultural Applications';

test('the package’s client sends requests, loads pages and reports errors', async () => {
  expect((await call(process.execPath, 'out/request.js')).split('\n')).toEqual([
    expect.stringMatching(/^1 GeometryCrafter: .* Tian-Xing Xu, /) as unknown,
    '10 papers on language models',
    "BAD_USER_INPUT [ 'filter', 'submitted', 'gte' ] do not try again",
    '',
  ]);
});

test('a CommonJS module requires the package', async () => {
  const { data } = await server.ask<{ corpus: { count: number } }>('{ corpus { count } }');
  expect(await call(process.execPath, 'out/common.cjs')).toBe(`${data.corpus.count}\n`);
});

const TYPES = `
  import { createClient, SearchPapersDocument, type FacetBucket, type SearchFilter } from '@paperql/client';
  const client = createClient({ url: '/graphql' });
  // The filter of a facet can be passed back.
  export const passedBack = (bucket: FacetBucket): SearchFilter => bucket.filter;
  // @ts-expect-error: a filter has no such condition
  export const unknown = (bucket: FacetBucket) => bucket.filter.colour;
  export async function ask() {
    // @ts-expect-error: a filter has no such condition
    await client.request(SearchPapersDocument, { filter: { colour: 'red' } });
    const { search } = await client.request(SearchPapersDocument);
    // @ts-expect-error: a paper has no such field
    return search?.edges[0]?.node.paper.heading;
  }`;

test.each([
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
])('answers, variables and filters are typed with module %s, resolution %s', async (module, resolution) => {
  await writeFile(path.join(folder, 'src', 'types.ts'), TYPES);
  const options = ['--module', module, '--moduleResolution', resolution, '--noEmit'];
  expect(await call('npx', 'tsc', ...options)).toBe('');
});

test('Apollo Client renders results, and its cache stores papers and authors by id', async () => {
  const html = await render('apollo');
  expect(itemsOf(html)).toHaveLength(3);
  expect(html).toContain(POINT_CLOUDS);
  expect(html).toContain('<button>More</button>');
  const script = `
    import { print } from 'graphql';
    import { InMemoryCache } from '@apollo/client';
    import { createClient, SearchPapersDocument as query } from '@paperql/client';
    import { possibleTypes, typePolicies } from '@paperql/client/apollo';
    const client = createClient({ url: '${server.url}/graphql' });
    const cache = new InMemoryCache({ possibleTypes, typePolicies });
    const withTypenames = print(cache.transformDocument(query));
    let after = null;
    for (const first of [2, 2]) {
      const variables = { query: 'point clouds', first, after };
      const data = await client.request(withTypenames, variables);
      cache.writeQuery({ query, variables, data });
      after = data.search.pageInfo.endCursor;
    }
    const { search } = cache.readQuery({ query, variables: { query: 'point clouds' } });
    const kinds = new Set(Object.keys(cache.extract()).map((key) => key.split(':')[0]));
    console.log(search.edges.length, [...kinds].sort().join());`;
  expect(await evaluate(script)).toBe('4 Author,Category,Paper,ROOT_QUERY,SearchResult\n');
});

test('urql renders results, and Graphcache has a key for everything', async () => {
  const html = await render('urql');
  expect(itemsOf(html)).toHaveLength(3);
  expect(html).toContain(POINT_CLOUDS);
  expect(html).not.toContain('Invalid key');
});

test('Relay renders a paper with a refetchable fragment', async () => {
  await call('npm', 'install', '--save-dev', '@babel/core@7', '--prefer-offline', '--no-audit', '--no-fund');
  // Like a page's bundler, this replaces the tags and finds the compiler's files without their extensions.
  const script = `
    import fs from 'node:fs';
    import { transformFileSync } from '@babel/core';
    const plugins = [['relay', { eagerEsModules: true }]];
    fs.writeFileSync('out/relay.js', transformFileSync('out/relay.js', { plugins }).code);
    const generated = fs.readdirSync('out/__generated__').map((name) => 'out/__generated__/' + name);
    for (const file of ['out/relay.js', ...generated]) {
      const text = fs.readFileSync(file, 'utf8');
      fs.writeFileSync(file, text.replace(/(\\w\\.graphql)(['"])/g, '$1.js$2'));
    }`;
  await evaluate(script);
  const html = await render('relay');
  expect(html).toContain('<h1>Attention Is All You Need</h1>');
  expect(itemsOf(html)).toHaveLength(3);
});

test('plain fetch prints titles and addresses', async () => {
  const lines = (await call(process.execPath, 'out/plain-fetch.js')).trim().split('\n');
  expect(lines).toHaveLength(3);
  // The first of the three depends on the processor, which rounds the model's products of 8-bit numbers differently.
  expect(lines).toContain(`${POINT_CLOUDS} https://arxiv.org/abs/2604.03328`);
});

test('Python prints two pages', async () => {
  const lines = (await call('python3', 'search.py')).trim().split('\n');
  expect(lines).toHaveLength(6);
  expect(new Set(lines).size).toBe(6);
});

test('your own document is typed and answered', async () => {
  const lines = (await call(process.execPath, 'out/newest.js')).trim().split('\n');
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(line).toMatch(/^20\d\d-\d\d-\d\dT\S+ \S/);
});

describe('a page that Vite serves', () => {
  const origin = 'http://localhost:5173';

  test('may send JSON after a preflight request', async () => {
    const asked = await fetch(`${server.url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
    expect(asked.ok).toBe(true);
    expect(asked.headers.get('access-control-allow-origin')).toBe(origin);
    expect(asked.headers.get('access-control-allow-headers')).toMatch(/authorization.*content-type/i);
    const answered = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ corpus { count } }' }),
    });
    expect(answered.headers.get('access-control-allow-origin')).toBe(origin);
    expect(await answered.json()).toMatchObject({
      data: { corpus: { count: expect.any(Number) as unknown } },
    });
  });
});
